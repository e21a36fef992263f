from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from customers.columns import corp_of
from customers.models.customer import Customer
from customers.querysets import OfVisibleCustomers


class BlacklistEntry(models.Model):
    """One time that a person was on the company's blacklist, with all their relations. Ended entries are the history.

    ``customer.blacklisted`` says whether one is open, kept in step by blacklist.py.
    """

    class Ending(models.TextChoices):
        LIFTED = "lifted", _("taken off")
        EXPIRED = "expired", _("time was up")
        # Another reason or another end: the next entry says which.
        RENEWED = "renewed", _("put on anew")

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="blacklist", verbose_name=_("customer"), db_index=False
    )
    reason = models.CharField(_("reason"), max_length=500)
    actor = ExactCharField(_("put by"), max_length=40)
    since = models.DateTimeField(_("since"))
    # Empty: until somebody takes them off.
    until = models.DateTimeField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ending = models.CharField(_("how it ended"), max_length=10, choices=Ending, blank=True, default="")
    ended_by = ExactCharField(_("ended by"), max_length=40, blank=True, default="")
    # 1 while it lasts, else NULL: a plain unique key then allows one open entry.
    open_mark: Any = models.GeneratedField(
        expression=models.Case(models.When(ended_at=None, then=models.Value(1)), default=models.Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = OfVisibleCustomers["BlacklistEntry"].as_manager()

    class Meta:
        db_table = "blacklist_entry"
        verbose_name = _("blacklist entry")
        verbose_name_plural = _("blacklist")
        # Also the way from a customer to the entries.
        constraints = [models.UniqueConstraint(fields=["customer", "open_mark"], name="uk_blacklist_open")]
        indexes = [
            # The company's, those that last or all, newest first (InnoDB appends the id).
            models.Index(fields=["corp", "open_mark"], name="ix_blacklist_corp"),
            # Whose time is up.
            models.Index(fields=["open_mark", "until"], name="ix_blacklist_until"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} · {self.since:%F}"
