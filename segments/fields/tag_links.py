"""The tags of customers: only living ones count, and one that was merged is the one it was merged into."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Count, Q

from customers.models import CustomerTag
from segments.fields.field import Asking, Link
from tags.heirs import heirs
from tags.models import Tag

Held = Mapping[tuple[Any, ...], frozenset[int]]


# The tags asked for are the company's, so their rows are: to compare the company would only read more than the key.
def _any_tag(asking: Asking, ids: tuple[int, ...]) -> Q:
    rows = CustomerTag.objects.filter(tag_id__in=set(heirs(asking.corp_id, ids).values()))
    return Q(pk__in=rows.values("customer_id"))


def _all_tags(asking: Asking, ids: tuple[int, ...]) -> Q:
    living = heirs(asking.corp_id, ids)
    wanted = set(living.values()) if len(living) == len(set(ids)) else set()
    # One gathering whatever their number: the databases join sixty tables at most.
    rows = CustomerTag.objects.filter(tag_id__in=wanted).values("customer_id")
    counted = rows.annotate(tags=Count("tag_id", distinct=True)).filter(tags=len(wanted))
    return Q(pk__in=(counted if len(wanted) > 1 else rows).values("customer_id"))


def _tags_held(asking: Asking, keys: Collection[tuple[Any, ...]], asked: Collection[int]) -> Held:
    names = _names(asking, asked)
    return _gathered((owner, names.get(tag, ())) for owner, tag in _rows(keys))


def _any_group(asking: Asking, ids: tuple[int, ...]) -> Q:
    rows = CustomerTag.objects.filter(tag_id__in=_of_groups(asking, ids))
    return Q(pk__in=rows.values("customer_id"))


def _groups_held(asking: Asking, keys: Collection[tuple[Any, ...]], asked: Collection[int]) -> Held:
    group_of = dict(_of_groups(asking, asked).values_list("pk", "group_id"))
    return _gathered((owner, (group_of[tag],)) for owner, tag in _rows(keys) if tag in group_of)


def _is_tag(asking: Asking, ids: tuple[int, ...]) -> Q:
    return Q(tag_id__in=set(heirs(asking.corp_id, ids).values()))


def _tag_named(asking: Asking, keys: Collection[tuple[Any, ...]], asked: Collection[int]) -> Held:
    names = _names(asking, asked)
    return {key: frozenset(names.get(key[0], ())) for key in keys}


def _in_group(asking: Asking, ids: tuple[int, ...]) -> Q:
    return Q(tag_id__in=_of_groups(asking, ids).values("pk"))


def _group_of_tag(asking: Asking, keys: Collection[tuple[Any, ...]], asked: Collection[int]) -> Held:
    group_of = dict(_of_groups(asking, asked).values_list("pk", "group_id"))
    return {key: frozenset({group_of[key[0]]} if key[0] in group_of else ()) for key in keys}


# Of a customer, and of a row of the set of tags.
TAGS = Link(("pk",), _any_tag, _tags_held, _all_tags)
GROUPS = Link(("pk",), _any_group, _groups_held)
TAG = Link(("tag_id",), _is_tag, _tag_named)
GROUP = Link(("tag_id",), _in_group, _group_of_tag)


def _rows(keys: Collection[tuple[Any, ...]]) -> Any:
    rows = CustomerTag.objects.filter(customer_id__in=[key[0] for key in keys])
    return rows.values_list("customer_id", "tag_id").iterator()


def _of_groups(asking: Asking, ids: Collection[int]) -> Any:
    return Tag.objects.of_corp(asking.corp_id).live().filter(group_id__in=ids).order_by()


def _names(asking: Asking, asked: Collection[int]) -> Mapping[int, list[int]]:
    """Living tag → the ids by which it was asked for."""
    names: dict[int, list[int]] = defaultdict(list)
    for tag, living in heirs(asking.corp_id, asked).items():
        names[living].append(tag)
    return names


def _gathered(pairs: Any) -> Held:
    held: dict[tuple[Any, ...], set[int]] = defaultdict(set)
    for owner, ids in pairs:
        held[owner,].update(ids)
    return {key: frozenset(ids) for key, ids in held.items()}
