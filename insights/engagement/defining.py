"""Say what counts as active from now on, and find what counted in which version."""

from collections.abc import Collection, Iterable

from django.db.models import Q, Subquery
from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError
from core.transactions import atomic
from corps.actors import Actor
from corps.models import Corp
from insights.engagement.definition import MOST_DAYS, Definition, in_order
from insights.models import ActivityDefinition


@atomic
def define(*, corp_id: int, days: int, kinds: Iterable[str], by: Actor) -> ActivityDefinition | None:
    """Count by this from the next count on. What has been counted stays as it is until its days are counted again.

    Returns: the new version; None where it is what holds already.

    Raises:
        BadRequest: ``days_invalid``, ``kinds_missing``.
    """
    # Two who say something at once get a version each.
    Corp.objects.select_for_update().get(pk=corp_id)
    wanted, holds = in_order(kinds), current(corp_id)
    if not 1 <= days <= MOST_DAYS:
        raise _refused("days", "days_invalid", _("From 1 to %(n)d days.") % {"n": MOST_DAYS})
    if not wanted:
        raise _refused("kinds", "kinds_missing", _("Choose at least one kind of contact."))
    if (days, wanted) == (holds.days, holds.kinds):
        return None
    values = {"days": days, "kinds": list(wanted), "actor": by.label}
    return ActivityDefinition.objects.create(corp_id=corp_id, version=holds.version + 1, **values)


def current(corp_id: int) -> Definition:
    """What the company's next count goes by."""
    row = ActivityDefinition.objects.of_corp(corp_id).order_by("-version").first()
    return _read(row) if row else Definition()


def of_versions(corp_id: int, versions: Collection[int], *, newest: bool = False) -> list[Definition]:
    """What these of its versions say, and where wanted the newest, the oldest first; 0 is the usual one. One query."""
    rows = ActivityDefinition.objects.of_corp(corp_id)
    wanted = Q(version__in=versions)
    if newest:
        wanted |= Q(version=Subquery(rows.order_by("-version").values("version")[:1]))
    found = [_read(row) for row in rows.filter(wanted).order_by("version")]
    return [Definition(), *found] if 0 in versions or (newest and not found) else found


def _read(row: ActivityDefinition) -> Definition:
    return Definition(row.version, row.days, in_order(row.kinds))


def _refused(field: str, code: str, message: str) -> BadRequest:
    return BadRequest(code, message, [FieldError(field, code, message)])
