from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.columns import corp_of, far


class TalkFigures(models.Model):
    """What WeCom counted of one employee's talk with customers on one day, a day of UTC+8 whatever the company's zone.

    They stand here and not beside the group figures: warnings and statistics read them, and the wall writes them.
    """

    corp = corp_of()
    employee = far(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee"))
    day = models.DateField(_("day"))
    chats = models.PositiveIntegerField(_("chats"), default=0)
    messages = models.PositiveIntegerField(_("messages"), default=0)
    # Of the chats that customers opened; WeCom tells neither for a day without one.
    reply_percentage = models.FloatField(_("answered (%)"), null=True, blank=True)
    reply_minutes = models.PositiveIntegerField(_("minutes to the first answer"), null=True, blank=True)
    # Customers who deleted or blocked the employee.
    negative_feedback = models.PositiveIntegerField(_("deleted or blocked by"), default=0)
    applications = models.PositiveIntegerField(_("friend requests sent"), default=0)
    new_contacts = models.PositiveIntegerField(_("new customers"), default=0)
    # Figures settle within three days; until then they are provisional.
    final = models.BooleanField(_("final"), default=False)

    objects = CorpQuerySet["TalkFigures"].as_manager()

    class Meta:
        db_table = "employee_talk_figures"
        verbose_name = _("talk figures of an employee")
        verbose_name_plural = _("talk figures of employees")
        constraints = [
            # One employee's days, in order: a second reading replaces the first.
            models.UniqueConstraint(fields=["employee", "day"], name="uk_talk_figures"),
        ]
        indexes = [
            # A day, or some, of the whole company.
            models.Index(fields=["corp", "day"], name="ix_talk_figures_day"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.day}"


class TalkReading(models.Model):
    """When an employee's figures were last asked for, and up to which day they are known."""

    corp = corp_of()
    employee = models.OneToOneField(
        Employee, on_delete=models.CASCADE, related_name="talk_reading", verbose_name=_("employee")
    )
    read_at = models.DateTimeField(_("read"))
    # The last day read; what was missed after it is asked for as well.
    known_until = models.DateField(_("known until"), null=True, blank=True)
    # Why the last reading came to nothing.
    error_code = models.IntegerField(_("error code"), null=True, blank=True)

    objects = CorpQuerySet["TalkReading"].as_manager()

    class Meta:
        db_table = "employee_talk_reading"
        verbose_name = _("reading of talk figures")
        verbose_name_plural = _("readings of talk figures")

    def __str__(self) -> str:
        return f"{self.employee} · {self.read_at:%F}"
