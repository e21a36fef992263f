"""Why a customer is in a segment or isn't, in words."""

from django.utils.translation import gettext as _

from customers.models import Customer
from segments import whys
from segments.choices import CAUSES
from segments.console.why_page import OUTSIDE, Part, shown
from segments.models import Segment
from segments.whys import Why


def tell(segment: Segment, customer: Customer) -> list[Part]:
    """Raises RuleViolation: ``condition_invalid``, where something that the condition names is gone."""
    found = whys.of(segment, customer)
    lines = [_member(segment, found)]
    if found.outside:
        lines.append(str(OUTSIDE[found.outside]))
    elif found.explained and found.explained.holds is not (found.stay is not None):
        lines.append(_("The segment hasn't heard of the last change yet."))
    return [Part(str(customer), lines, shown(found.explained))]


def _member(segment: Segment, found: Why) -> str:
    if found.stay is None:
        return _("Is not in this segment.")
    at = found.stay.entered_at.astimezone(segment.corp.zone)
    cause = str(CAUSES.get(found.stay.entered_by, found.stay.entered_by))
    return _("Is in this segment since %(at)s: %(why)s.") % {"at": f"{at:%Y-%m-%d %H:%M}", "why": cause}
