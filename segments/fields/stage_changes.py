"""What can be asked of the steps of a customer from stage to stage. Where they are now: the field ``stage``."""

from django.utils.translation import gettext_lazy as _

from customers.choices import Source
from segments.fields.field import Field, Rows, table
from segments.fields.kinds import REFERENCE, TEXT, TIME, WORD

STAGE_CHANGE = Rows(
    "stageChange",
    _("change of stage"),
    "customers.StageChange",
    table(
        (
            Field("fromStage", _("from stage"), REFERENCE, "from_stage_id", of="customers.Stage"),
            Field("toStage", _("to stage"), REFERENCE, "to_stage_id", of="customers.Stage"),
            Field("at", _("changed"), TIME, "at"),
            Field("actor", _("changed by"), TEXT, "actor"),
            Field("source", _("source"), WORD, "source", Source),
        )
    ),
)
