from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.columns import corp_of, far
from customers.models.customer import Customer


class Collaborator(models.Model):
    """An employee who may read a customer whom they don't follow."""

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="collaborators", verbose_name=_("customer"), db_index=False
    )
    employee = far(Employee, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee"))
    actor = models.CharField(_("put by"), max_length=40, default="system")
    create_time = models.DateTimeField(_("since"), auto_now_add=True)

    objects = CorpQuerySet["Collaborator"].as_manager()

    class Meta:
        db_table = "customer_collaborator"
        verbose_name = _("collaborator")
        verbose_name_plural = _("collaborators")
        # Also the way from a customer to who reads along.
        constraints = [models.UniqueConstraint(fields=["customer", "employee"], name="uk_collaborator")]
        # What an employee may read beside their own: part of the scope of each of their requests.
        indexes = [models.Index(fields=["employee", "customer"], name="ix_collaborator_employee")]

    def __str__(self) -> str:
        return f"{self.employee} · {self.customer}"
