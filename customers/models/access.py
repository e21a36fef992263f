from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.choices import Source
from customers.columns import corp_of, far
from customers.models.customer import Customer


class AccessRecord(models.Model):
    """Who saw what of whom. Only ever added to; its days are bounded (customers/privacy/retention.py)."""

    class Kind(models.TextChoices):
        VIEW = "view", _("opened")
        UNMASK = "unmask", _("number shown")
        EXPORT = "export", pgettext_lazy("access", "exported")
        PERSON = "person", _("everything about a person exported")

    corp = corp_of()
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    # "user:7" or "api:3", and which employee that was then.
    actor = ExactCharField(_("who"), max_length=40)
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    # None where many were exported.
    customer = far(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("customer")
    )
    # The field that was shown, the list that was exported.
    what = ExactCharField(_("what"), max_length=40, blank=True, default="")
    # Of an export: its filters as they were given.
    facts = models.JSONField(_("facts"), default=dict, blank=True)
    number = models.PositiveIntegerField(_("how many"), default=1)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    source = models.CharField(_("door"), max_length=10, choices=Source)
    address = models.CharField(_("address"), max_length=45, blank=True, default="")
    at = models.DateTimeField(_("time"))

    objects = CorpQuerySet["AccessRecord"].as_manager()

    class Meta:
        db_table = "access_record"
        verbose_name = _("access")
        verbose_name_plural = _("accesses")
        indexes = [
            # The company's, newest first; the clean-up's oldest.
            models.Index(fields=["corp", "at"], name="ix_access_corp"),
            # What somebody saw; how many numbers they were shown within an hour.
            models.Index(fields=["corp", "actor", "at"], name="ix_access_actor"),
            models.Index(fields=["corp", "employee", "at"], name="ix_access_employee"),
            # Who saw somebody.
            models.Index(fields=["corp", "customer", "at"], name="ix_access_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.kind} {self.customer_id or ''}"
