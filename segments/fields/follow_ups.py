"""What can be asked of what employees have done for a customer."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from followups.choices import FollowUpKind, FollowUpOutcome
from segments.fields import links
from segments.fields.field import Field, Rows, table
from segments.fields.kinds import DUE, MEMBERSHIP, REFERENCE, TEXT, TIME, WORD

FOLLOW_UP = Rows(
    "followUp",
    _("follow-up"),
    "followups.FollowUp",
    table(
        (
            Field("kind", pgettext_lazy("follow-up", "kind"), WORD, "kind", FollowUpKind),
            Field("outcome", pgettext_lazy("follow-up", "outcome"), WORD, "outcome", FollowUpOutcome),
            Field("employee", _("employee"), REFERENCE, "employee_id", of="corps.Employee"),
            Field("departments", _("department"), MEMBERSHIP, of="corps.Department", link=links.departments()),
            Field("actor", _("written by"), TEXT, "actor"),
            Field("happenedAt", _("happened"), TIME, "happened_at"),
            Field("createTime", _("created"), TIME, "create_time"),
            Field("nextAt", _("next time"), DUE, "next_at"),
        )
    ),
)
