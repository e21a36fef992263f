"""What can be asked of the times a customer was on the blacklist. Who is on it now: the field ``blacklisted``."""

from django.utils.translation import gettext_lazy as _

from customers.models import BlacklistEntry
from segments.fields.field import Field, Rows, table
from segments.fields.kinds import DUE, TEXT, TIME, WORD

BLACKLIST = Rows(
    "blacklist",
    _("blacklist entry"),
    "customers.BlacklistEntry",
    table(
        (
            Field("reason", _("reason"), TEXT, "reason"),
            Field("actor", _("put by"), TEXT, "actor"),
            Field("since", _("since"), TIME, "since"),
            Field("until", _("until"), DUE, "until"),
            Field("endedAt", _("ended"), TIME, "ended_at"),
            Field("ending", _("how it ended"), WORD, "ending", BlacklistEntry.Ending),
        )
    ),
)
