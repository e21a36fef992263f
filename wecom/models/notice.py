from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import ExactCharField
from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.columns import corp_of, far


class Notice(models.Model):
    """A warning, or that somebody named them, to be told to a colleague by a message in WeCom; what is due at one time
    goes in one message."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", pgettext_lazy("state", "sent")
        # The warning was over before its time came.
        WITHDRAWN = "withdrawn", _("no longer needed")
        DEAD = "dead", _("given up")

    corp = corp_of()
    employee = far(Employee, on_delete=models.CASCADE, related_name="+", verbose_name=_("employee"))
    # The event that asks for it; with the employee the mark that keeps it from being asked for twice.
    event_id = ExactCharField(max_length=64, editable=False)
    # Empty where somebody named them: no end of a warning withdraws that.
    risk_id = models.BigIntegerField(null=True, editable=False)
    kind = ExactCharField(_("kind"), max_length=40)
    level = models.PositiveSmallIntegerField(_("level"))
    customer_id = models.BigIntegerField(null=True, blank=True, editable=False)
    owner_id = models.BigIntegerField(null=True, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("due"))
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # Who sends it, and until when others leave it alone.
    taken_by = ExactCharField(max_length=32, blank=True, default="", editable=False)
    taken_until = models.DateTimeField(null=True, blank=True, editable=False)
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    create_time = models.DateTimeField(_("asked"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = CorpQuerySet["Notice"].as_manager()

    class Meta:
        db_table = "wecom_notice"
        verbose_name = _("message to a colleague")
        verbose_name_plural = _("messages to colleagues")
        constraints = [models.UniqueConstraint(fields=["event_id", "employee"], name="uk_notice")]
        indexes = [
            # What is due.
            models.Index(fields=["state", "due_at"], name="ix_notice_due"),
            # What a warning that is over withdraws.
            models.Index(fields=["risk_id", "state"], name="ix_notice_risk"),
            # The console's list of one corp, newest first.
            models.Index(fields=["corp", "-id"], name="ix_notice_corp"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.kind}"
