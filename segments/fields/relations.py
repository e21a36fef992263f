"""What can be asked of a customer's relations: with whom, how it began and how it stands."""

from django.utils.translation import gettext_lazy as _

from customers.choices import AddWay, RelationStatus
from segments.fields import links
from segments.fields.field import Field, Rows, table
from segments.fields.kinds import CHOICE, MEMBERSHIP, REFERENCE, TEXT, TIME

RELATION = Rows(
    "relation",
    _("relation"),
    "customers.FollowRelation",
    table(
        (
            Field("employee", _("employee"), REFERENCE, "employee_id", of="corps.Employee"),
            Field("departments", _("department"), MEMBERSHIP, of="corps.Department", link=links.departments()),
            Field("status", _("status"), CHOICE, "status", RelationStatus),
            Field("addWay", _("add way"), CHOICE, "add_way", AddWay, open=True),
            Field("state", _("channel state"), TEXT, "state"),
            Field("channel", _("channel"), MEMBERSHIP, of="customers.Channel", link=links.channel()),
            Field("addTime", _("added"), TIME, "add_time"),
            Field("endedAt", _("ended"), TIME, "ended_at"),
            Field("remark", _("remark"), TEXT, "remark"),
            Field("description", _("description"), TEXT, "description"),
            Field("remarkCorpName", _("remarked company"), TEXT, "remark_corp_name"),
        )
    ),
)
