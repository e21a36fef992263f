from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Employee
from customers.columns import corp_of, far
from customers.models import Customer
from customers.querysets import OfVisibleCustomers
from followups.choices import EnrolmentState


class SopEnrolment(Stamped):
    """A customer in an SOP of the operation service, as that service tells."""

    corp = corp_of()
    customer = far(Customer, on_delete=models.CASCADE, related_name="sops", verbose_name=_("customer"))
    # The operation service's ids.
    enrolment_id = ExactCharField(_("enrolment id"), max_length=64)
    sop_id = ExactCharField(_("SOP id"), max_length=64, blank=True, default="")
    name = models.CharField(_("SOP"), max_length=100, blank=True, default="")
    # The furthest step heard of.
    step = models.PositiveIntegerField(_("step"), default=0)
    steps = models.PositiveIntegerField(_("steps"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=EnrolmentState, default=EnrolmentState.RUNNING)
    why = models.CharField(_("why"), max_length=60, blank=True, default="")
    since = models.DateTimeField(_("since"), null=True, blank=True)
    until = models.DateTimeField(_("until"), null=True, blank=True)
    # Whose customer it was when it began: with another follower, it is to stop.
    owner = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("followed by")
    )
    # Reached once the customer has this tag.
    goal_tag_id = models.BigIntegerField(_("goal tag"), null=True, blank=True)
    # Tag id → how far the SOP was when it last set or took it: an event that comes late changes none of the later ones.
    tag_steps = models.JSONField(default=dict, blank=True, editable=False)
    # 1 while it runs, else NULL: what an event of a customer has to look at is then the key's few rows.
    open_mark: Any = models.GeneratedField(
        expression=models.Case(
            models.When(state=EnrolmentState.RUNNING, then=models.Value(1)), default=models.Value(None)
        ),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = OfVisibleCustomers["SopEnrolment"].as_manager()

    class Meta:
        db_table = "sop_enrolment"
        verbose_name = _("SOP of a customer")
        verbose_name_plural = _("SOPs")
        constraints = [models.UniqueConstraint(fields=["corp", "enrolment_id"], name="uk_sop_enrolment")]
        # A customer's, on their page; those that run, at each event that could stop one.
        indexes = [
            models.Index(fields=["customer", "open_mark"], name="ix_sop_customer"),
            # The console's list, which opens with those that run, newest first (InnoDB appends the id).
            models.Index(fields=["corp", "state"], name="ix_sop_state"),
            # The same of one SOP, and of one employee's customers: few of many.
            models.Index(fields=["corp", "sop_id", "state"], name="ix_sop_sop"),
            models.Index(fields=["owner", "state"], name="ix_sop_owner"),
        ]

    def __str__(self) -> str:
        return self.name or self.sop_id or self.enrolment_id
