from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Corp, Employee
from customers.models import Customer
from customers.privacy.stars import in_words
from followups.choices import FollowUpKind, FollowUpOutcome
from followups.querysets import FollowUpQuerySet


class FollowUp(Stamped):
    """What somebody did for a customer, in their words."""

    corp = models.ForeignKey(
        Corp, on_delete=models.PROTECT, db_constraint=False, db_index=False, verbose_name=_("company")
    )
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="follow_ups", verbose_name=_("customer"), db_index=False
    )
    employee = models.ForeignKey(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    # Who wrote it: "user:7" or "api:3". The employee is whose work it was.
    actor = ExactCharField(_("written by"), max_length=40)
    content = models.TextField(_("content"))
    kind = models.CharField(
        pgettext_lazy("follow-up", "kind"), max_length=10, choices=FollowUpKind, default=FollowUpKind.NOTE
    )
    outcome = models.CharField(
        pgettext_lazy("follow-up", "outcome"),
        max_length=10,
        choices=FollowUpOutcome,
        blank=True,
        default=FollowUpOutcome.OPEN,
    )
    happened_at = models.DateTimeField(_("happened"))
    # When to be in touch again: a reminder stands for it (planning.py).
    next_at = models.DateTimeField(_("next time"), null=True, blank=True)
    # What an import made it from, so that the same line makes it once; NULLs are unlike each other.
    import_key = ExactCharField(max_length=64, null=True, blank=True, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        db_table = "follow_up"
        verbose_name = _("follow-up")
        verbose_name_plural = _("follow-ups")
        constraints = [models.UniqueConstraint(fields=["corp", "import_key"], name="uk_followup_import")]
        indexes = [
            # A customer's history, newest first.
            models.Index(fields=["customer", "-happened_at"], name="ix_followup_customer"),
            # The company's, newest first, read on from a cursor in the order of the key.
            models.Index(fields=["corp", "-happened_at", "-id"], name="ix_followup_corp"),
            # One colleague's work in some days.
            models.Index(fields=["employee", "-happened_at", "-id"], name="ix_followup_employee"),
        ]

    def __str__(self) -> str:
        # As the title of a page and in its history: for all eyes.
        return in_words(self.content)[:40]
