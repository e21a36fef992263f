from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from corps.models import Corp, Department, Employee
from corps.querysets import CorpQuerySet
from customers.models.contact_way import ContactWay


class ContactWayMember(models.Model):
    """Who serves on a code, and when: an employee or a department, on some days of the week, from one hour to another.

    An employee with two shifts has two rows.
    """

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    way = models.ForeignKey(ContactWay, on_delete=models.CASCADE, related_name="members", verbose_name=_("contact way"))
    employee = models.ForeignKey(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("department")
    )
    # "12345": Monday to Friday.
    weekdays = models.CharField(_("weekdays"), max_length=7, default="1234567")
    # Both or neither; one that ends before it starts goes on past midnight.
    start: Any = models.TimeField(pgettext_lazy("hours", "from"), null=True, blank=True)
    end: Any = models.TimeField(pgettext_lazy("hours", "until"), null=True, blank=True)
    # How many customers the employee takes a day by this code.
    day_cap = models.PositiveIntegerField(_("most a day"), null=True, blank=True)

    objects = CorpQuerySet["ContactWayMember"].as_manager()

    class Meta:
        db_table = "contact_way_member"
        verbose_name = _("member of a contact way")
        verbose_name_plural = _("members of contact ways")

    def __str__(self) -> str:
        return str(self.employee or self.department)
