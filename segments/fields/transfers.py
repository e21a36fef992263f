"""What can be asked of the attempts to hand a customer over."""

from django.utils.translation import gettext_lazy as _

from customers.choices import ItemState, TransferKind
from segments.fields.field import Field, Rows, table
from segments.fields.kinds import DUE, REFERENCE, TIME, WORD

TRANSFER = Rows(
    "transfer",
    _("transfer"),
    "customers.TransferItem",
    table(
        (
            Field("kind", _("kind"), WORD, "job__kind", TransferKind),
            Field("state", _("state"), WORD, "state", ItemState),
            Field("handover", _("hands over"), REFERENCE, "handover_id", of="corps.Employee"),
            Field("taker", _("takes over"), REFERENCE, "taker_id", of="corps.Employee"),
            Field("sentAt", _("sent"), TIME, "sent_at"),
            Field("takeoverTime", _("takeover"), DUE, "takeover_time"),
            Field("settledAt", _("settled"), TIME, "settled_at"),
        )
    ),
)
