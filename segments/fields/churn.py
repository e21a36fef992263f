"""What can be asked of the churn scores of a customer's relations. They are kept further up, so they are named here."""

from django.utils.translation import gettext_lazy as _

from segments.fields.field import Field, Rows, table
from segments.fields.kinds import NUMBER, REFERENCE, WORD

CHURN = Rows(
    "churn",
    _("churn score"),
    "insights.ChurnScore",
    table(
        (
            Field("score", _("score"), NUMBER, "score"),
            Field("level", _("level"), WORD, "level", "insights.ChurnScore.level"),
            Field("employee", _("employee"), REFERENCE, "employee_id", of="corps.Employee"),
        )
    ),
)
