"""Which customers a transfer is about: by ids, by a list of external userids, or by the filters of the list."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from core.errors import RuleViolation
from corps.actors import Actor
from corps.models import Employee
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation
from customers.selection import Wanted, select
from customers.transfers.files import Listed

MOST = 10_000
# External userids of one statement.
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Customers' ids, each once, and the lines of a file that name nobody: {"line", "code"}."""

    ids: list[int]
    bad: list[dict[str, Any]] = field(default_factory=list)


def by_ids(ids: Iterable[int], actor: Actor) -> Chosen:
    """Those of these customers whom the actor may see."""
    wanted = list(dict.fromkeys(ids))
    seen = set(Customer.objects.visible_to(actor).filter(pk__in=wanted).values_list("pk", flat=True))
    return _some(Chosen([ident for ident in wanted if ident in seen]))


def by_list(listed: Listed, *, handover: Employee, actor: Actor) -> Chosen:
    """The customers of a list; who isn't known here, or not to the actor, is told by their line."""
    known: dict[str, int] = {}
    rows = Customer.objects.visible_to(actor).filter(corp_id=handover.corp_id)
    for some in _batches([ident for _line, ident in listed.ids]):
        known |= dict(rows.filter(external_userid__in=some).values_list("external_userid", "pk"))
    bad = [{"line": line, "code": "customer_unknown"} for line, ident in listed.ids if ident not in known]
    told = sorted([*listed.bad, *bad], key=lambda each: each["line"])
    return _some(Chosen([known[ident] for _line, ident in listed.ids if ident in known], told))


def by_filters(filters: dict[str, Any], *, handover: Employee, actor: Actor) -> Chosen:
    """Those of the employee's present customers whom the filters let through; without any, all.

    Args:
        filters: as ``selection.Wanted`` has them.

    Raises:
        RuleViolation: ``too_many_customers``, ``no_customers``.
    """
    theirs = FollowRelation.objects.filter(employee=handover, status=RelationStatus.ACTIVE)
    rows = select(Wanted(actor, filters)).filter(corp_id=handover.corp_id).having(theirs, common=False)
    return _some(Chosen(list(rows.order_by("pk").values_list("pk", flat=True)[: MOST + 1])))


def _some(chosen: Chosen) -> Chosen:
    if len(chosen.ids) > MOST:
        message = _("More than %(most)d customers at once. Narrow the choice.") % {"most": MOST}
        raise RuleViolation("too_many_customers", message)
    if not chosen.ids:
        raise RuleViolation("no_customers", _("There is no customer among these to hand over."))
    return chosen


def _batches(idents: Sequence[str]) -> Iterable[Sequence[str]]:
    return (idents[start : start + _BATCH] for start in range(0, len(idents), _BATCH))
