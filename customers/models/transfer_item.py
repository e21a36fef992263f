from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from corps.models import Employee
from customers.choices import OPEN_ITEMS, ItemState
from customers.columns import corp_of, far
from customers.models.customer import Customer
from customers.models.transfer import TransferJob
from customers.querysets import TransferItemQuerySet


class TransferItem(models.Model):
    """One attempt to hand over one customer. It stays as it ended; a second attempt is another row."""

    corp = corp_of()
    job = models.ForeignKey(
        TransferJob, on_delete=models.PROTECT, related_name="items", verbose_name=_("transfer"), db_index=False
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="transfers", verbose_name=_("customer"), db_index=False
    )
    handover = far(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("hands over"))
    taker = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("takes over")
    )
    state = models.CharField(_("state"), max_length=10, choices=ItemState)
    # Why it can't go, or came to nothing (transfers/reasons.py).
    reason = models.CharField(_("reason"), max_length=30, blank=True, default="")
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    # What the old follower had noted and tagged when it was sent; it is carried over to the new one.
    snapshot = models.JSONField(_("carried over"), default=dict)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # While it waits the moment at which it completes by itself, then when it did.
    takeover_time = models.DateTimeField(_("takeover"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    carried_at = models.DateTimeField(_("notes carried over"), null=True, blank=True)
    # When a callback told of its failure: another one is of another transfer.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Whether a try of it ended without an answer, so that it may have been begun.
    doubted = models.BooleanField(default=False, editable=False)
    # 1 while it is under way, else NULL: a plain unique key then allows one at a time.
    open_mark: Any = models.GeneratedField(
        expression=Case(When(state__in=OPEN_ITEMS, then=Value(1)), default=Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = TransferItemQuerySet.as_manager()

    class Meta:
        db_table = "transfer_item"
        verbose_name = _("transfer outcome")
        verbose_name_plural = _("transfer outcomes")
        constraints = [
            # Also the way from a customer to all attempts.
            models.UniqueConstraint(fields=["customer", "handover", "open_mark"], name="uk_transfer_open"),
        ]
        indexes = [
            # A job's items by how they stand: counts, what is to be sent, what is waited for.
            models.Index(fields=["job", "state"], name="ix_transfer_item_job"),
            # A company's attempts, newest first, and by how they stand.
            models.Index(fields=["corp", "state"], name="ix_transfer_item_corp"),
            # What WeCom lately said of an employee's customers.
            models.Index(fields=["handover", "settled_at"], name="ix_transfer_item_settled"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.job_id}"
