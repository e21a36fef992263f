from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.choices import EmployeeStatus
from corps.models.company import Corp
from corps.models.department import Department
from corps.querysets import EmployeeQuerySet


class Employee(Stamped):
    """A member of the company, kept after leaving: customers and records name them for ever."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    userid = ExactCharField(_("userid"), max_length=64)
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    alias = models.CharField(_("alias"), max_length=100, blank=True, default="")
    position = models.CharField(_("position"), max_length=100, blank=True, default="")
    status = models.PositiveSmallIntegerField(_("status"), choices=EmployeeStatus, default=EmployeeStatus.ACTIVE)
    # WeCom's customer-contact permission (客户联系): only these can have customers.
    can_follow = models.BooleanField(_("may have customers"), default=False)
    left_at = models.DateTimeField(_("left"), null=True, blank=True, editable=False)
    # userids of their superiors, as WeCom gives them (at most five).
    direct_leaders = models.JSONField(_("superiors"), default=list, blank=True, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    # The reading of WeCom that this row last came from (corps/tickets.py); an older one doesn't overwrite it.
    fetch_seq = models.PositiveBigIntegerField(default=0, editable=False)
    departments: Any = models.ManyToManyField(
        Department, through="DepartmentMember", related_name="employees", verbose_name=_("departments")
    )

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        db_table = "employee"
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["corp", "userid"], name="uk_employee_userid")]

    def __str__(self) -> str:
        return self.name or self.userid
