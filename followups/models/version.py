from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from corps.models import Employee
from customers.columns import corp_of, far
from customers.models import Customer
from customers.privacy.stars import in_words
from customers.querysets import OfVisibleWords
from followups.choices import FollowUpKind, FollowUpOutcome, Revision


class FollowUpVersion(models.Model):
    """How a follow-up read before it was changed or deleted. A deleted one lives on here alone, by its number."""

    corp = corp_of()
    customer = far(Customer, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer"))
    follow_up_id = models.BigIntegerField(_("follow-up"))
    # The version that it was.
    number = models.PositiveBigIntegerField(_("version"))
    revision = models.CharField(_("what was done"), max_length=8, choices=Revision)
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    actor = ExactCharField(_("written by"), max_length=40)
    content = models.TextField(_("content"))
    kind = models.CharField(pgettext_lazy("follow-up", "kind"), max_length=10, choices=FollowUpKind)
    outcome = models.CharField(
        pgettext_lazy("follow-up", "outcome"), max_length=10, choices=FollowUpOutcome, blank=True
    )
    happened_at = models.DateTimeField(_("happened"))
    next_at = models.DateTimeField(_("next time"), null=True, blank=True)
    revised_by = ExactCharField(_("changed by"), max_length=40)
    revised_at = models.DateTimeField(_("changed"))

    objects = OfVisibleWords["FollowUpVersion"].as_manager()

    class Meta:
        db_table = "follow_up_version"
        verbose_name = _("former version of a follow-up")
        verbose_name_plural = _("former versions of follow-ups")
        constraints = [models.UniqueConstraint(fields=["follow_up_id", "number"], name="uk_followup_version")]
        indexes = [
            # What was deleted of a customer's history, newest first.
            models.Index(fields=["customer", "revision", "-id"], name="ix_followup_version"),
            # The oldest of a company, which may be cut by age.
            models.Index(fields=["corp", "revised_at"], name="ix_followup_version_corp"),
        ]

    def __str__(self) -> str:
        # As the title of a page and in its history: for all eyes.
        return in_words(self.content)[:40]
