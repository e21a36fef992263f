from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.choices import RelationStatus
from customers.columns import corp_of, far
from customers.models.customer import Customer


class FollowRelation(Stamped):
    """What one employee has with one customer. WeCom keeps remark, channel and time per pair, and so do we."""

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="relations", verbose_name=_("customer"), db_index=False
    )
    employee = far(Employee, on_delete=models.PROTECT, related_name="relations", verbose_name=_("employee"))
    remark = models.CharField(_("remark"), max_length=100, blank=True, default="")
    description = models.CharField(_("description"), max_length=500, blank=True, default="")
    remark_corp_name = models.CharField(_("remarked company"), max_length=100, blank=True, default="")
    remark_mobiles = models.JSONField(_("remarked mobiles"), default=list, blank=True)
    # Stored as it came: WeCom's list of ways grows.
    add_way = models.PositiveSmallIntegerField(_("add way"), null=True, blank=True)
    state = models.CharField(_("channel state"), max_length=64, blank=True, default="")
    oper_userid = ExactCharField(_("added by"), max_length=64, blank=True, default="")
    add_time = models.DateTimeField(_("added"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), choices=RelationStatus, default=RelationStatus.ACTIVE)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = CorpQuerySet["FollowRelation"].as_manager()

    class Meta:
        db_table = "follow_relation"
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [models.UniqueConstraint(fields=["customer", "employee"], name="uk_follow_relation")]
        indexes = [
            # An employee's customers: what staff and managers may see.
            models.Index(fields=["employee", "status", "customer"], name="ix_relation_employee"),
            # Who came by which way.
            models.Index(fields=["corp", "add_way", "customer"], name="ix_relation_way"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.customer}"
