from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from core.time import now
from corps.models import Employee
from customers.choices import Source
from customers.columns import corp_of, far
from customers.models import Customer
from customers.privacy.stars import in_words
from followups.choices import ReminderState
from followups.models.enrolment import SopEnrolment
from followups.models.followup import FollowUp
from followups.querysets import ReminderQuerySet


class Reminder(Stamped):
    """That somebody is to do something for a customer until some time: a step of an SOP, or what a person asked for."""

    corp = corp_of()
    customer = far(Customer, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("customer"))
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="reminders", verbose_name=_("employee")
    )
    # Empty together: a person asked for it.
    enrolment = far(
        SopEnrolment, null=True, blank=True, on_delete=models.CASCADE, related_name="reminders", verbose_name=_("SOP")
    )
    step = models.PositiveIntegerField(_("step"), null=True, blank=True)
    # The follow-up whose next time it is; the next one of the same colleague settles it.
    follow_up = far(
        FollowUp, null=True, blank=True, on_delete=models.SET_NULL, related_name="plans", verbose_name=_("follow-up")
    )
    content = models.CharField(_("what to do"), max_length=200, blank=True, default="")
    due_at = models.DateTimeField(_("until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReminderState, default=ReminderState.OPEN)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = ExactCharField(_("settled by"), max_length=40, blank=True, default="")
    source = models.CharField(_("source"), max_length=10, choices=Source)
    # When the latest was told of the step; what comes later and is older changes nothing.
    told_at = models.DateTimeField(null=True, blank=True, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = ReminderQuerySet.as_manager()

    class Meta:
        db_table = "reminder"
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        # One for each step; what persons ask for has neither, and NULLs are unlike each other.
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="uk_reminder_step")]
        indexes = [
            # Somebody's own: what is open, the most urgent first.
            models.Index(fields=["employee", "state", "due_at"], name="ix_reminder_employee"),
            # The company's, for those who see all of it.
            models.Index(fields=["corp", "state", "due_at"], name="ix_reminder_corp"),
            # A customer's, on their page.
            models.Index(fields=["customer", "state"], name="ix_reminder_customer"),
            # A follow-up's own.
            models.Index(fields=["follow_up"], name="ix_reminder_follow_up"),
        ]

    def __str__(self) -> str:
        return in_words(self.content) or f"{self.enrolment_id}/{self.step}"

    @property
    def overdue(self) -> bool:
        return self.state == ReminderState.OPEN and self.due_at is not None and self.due_at < now()
