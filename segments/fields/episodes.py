"""What can be asked of the stays of a customer with employees: how often they came, went and came again."""

from django.db.models import DurationField, ExpressionWrapper, F
from django.utils.translation import gettext_lazy as _

from customers.choices import AddWay, RelationStatus
from segments.fields import links
from segments.fields.field import Field, Rows, table
from segments.fields.kinds import CHOICE, DURATION, MEMBERSHIP, REFERENCE, TEXT, TIME

EPISODE = Rows(
    "episode",
    _("relation episode"),
    "customers.RelationEpisode",
    table(
        (
            Field("employee", _("employee"), REFERENCE, "employee_id", of="corps.Employee"),
            Field("departments", _("department"), MEMBERSHIP, of="corps.Department", link=links.departments()),
            Field("beganAt", _("began"), TIME, "began_at"),
            Field("endedAt", _("ended"), TIME, "ended_at"),
            Field("endedBy", _("ended by"), CHOICE, "ended_by", RelationStatus),
            # While it lasts there is no telling.
            Field("days", _("days it lasted"), DURATION, "lasted"),
            Field("addWay", _("add way"), CHOICE, "add_way", AddWay, open=True),
            Field("state", _("channel state"), TEXT, "state"),
            Field("channel", _("channel"), MEMBERSHIP, of="customers.Channel", link=links.channel()),
        )
    ),
    worked_out={"lasted": ExpressionWrapper(F("ended_at") - F("began_at"), output_field=DurationField())},
)
