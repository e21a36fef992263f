"""How a customer or a relation comes to what custom fields hold of them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet

from customers.choices import CustomKind, CustomSubject
from customers.models import CustomChosen, CustomValue
from segments.conditions.nodes import Own
from segments.fields.custom_kinds import KINDS
from segments.fields.field import Asking, Link

_Held = Mapping[tuple[Any, ...], Any]
_Keys = Collection[tuple[Any, ...]]
# What the column of these holds is told otherwise.
_FACTS: dict[int, Callable[[Any], Any]] = {
    CustomKind.FLAG: bool,
    CustomKind.DATE: lambda midnight: midnight.date(),
}


def value(own: Own) -> Link:
    """The one value of a field that isn't a choice."""
    column, tell = KINDS[own.kind][0], _FACTS.get(own.kind)

    def held(_asking: Asking, keys: _Keys, _asked: Collection[int]) -> _Held:
        rows = _values(own).filter(**{f"{_owner(own)}__in": [key[0] for key in keys], f"{column}__isnull": False})
        found = rows.values_list(_owner(own), column)
        return {(owner,): tell(each) if tell else each for owner, each in found}

    return Link(("pk",), q=_no_ids, held=held, nothing=None, through=_through(own))


def chosen(own: Own) -> Link:
    """The options that a choice has."""

    def q(_asking: Asking, ids: tuple[int, ...]) -> Q:
        return Q(pk__in=_options(own, ids).values(_owner(own)))

    def q_all(_asking: Asking, ids: tuple[int, ...]) -> Q:
        counted = _options(own, ids).values(_owner(own)).annotate(options=Count("option_id", distinct=True))
        return Q(pk__in=counted.filter(options=len(set(ids))).values(_owner(own)))

    def held(_asking: Asking, keys: _Keys, _asked: Collection[int]) -> _Held:
        rows = _values(own).filter(**{f"{_owner(own)}__in": [key[0] for key in keys]})
        found: dict[tuple[Any, ...], frozenset[int]] = defaultdict(frozenset)
        for owner, option in rows.filter(chosen__isnull=False).values_list(_owner(own), "chosen__option_id"):
            found[owner,] |= {option}
        return found

    return Link(("pk",), q, held, q_all, through=_through(own))


def _through(own: Own) -> Callable[[Q], Q]:
    """From what is asked of values to whose they are."""
    return lambda asked: Q(pk__in=_values(own).filter(asked).values(_owner(own)))


def _owner(own: Own) -> str:
    return "relation_id" if own.subject == CustomSubject.RELATION else "customer_id"


def _values(own: Own) -> QuerySet[Any]:
    # What is left of another kind answers to nothing.
    return CustomValue.objects.filter(field_id=own.id, kind=own.kind).order_by()


def _options(own: Own, ids: Collection[int]) -> QuerySet[Any]:
    rows = CustomChosen.objects.filter(option_id__in=set(ids), value__field_id=own.id, value__kind=own.kind)
    return rows.order_by()


def _no_ids(_asking: Asking, _ids: tuple[int, ...]) -> Q:
    raise AssertionError("a value is no id")
