from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models.company import Corp
from corps.models.department import Department
from corps.models.staff import Employee
from corps.querysets import CorpQuerySet


class DepartmentMember(models.Model):
    """An employee's place in a department, and whether they lead it."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("department")
    )
    employee = models.ForeignKey(
        Employee, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("employee")
    )
    is_leader = models.BooleanField(_("leads it"), default=False)
    is_main = models.BooleanField(_("main department"), default=False)

    objects = CorpQuerySet["DepartmentMember"].as_manager()

    class Meta:
        db_table = "department_member"
        verbose_name = _("department member")
        verbose_name_plural = _("department members")
        constraints = [models.UniqueConstraint(fields=["employee", "department"], name="uk_department_member")]

    def __str__(self) -> str:
        return f"{self.employee} · {self.department}"
