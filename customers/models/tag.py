from typing import Any

from django.db import models
from django.db.models import Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.choices import Source, TagKind
from customers.columns import corp_of, far
from customers.models.customer import Customer
from tags.models import Tag


class CustomerTag(models.Model):
    """One tag on one customer, put there for one follower, and why it is there."""

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="tag_rows", verbose_name=_("customer"), db_index=False
    )
    tag = far(Tag, on_delete=models.PROTECT, related_name="customer_rows", verbose_name=_("tag"))
    follower = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("follower")
    )
    kind = models.PositiveSmallIntegerField(_("kind"), choices=TagKind, default=TagKind.CORP)
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.API)
    actor = models.CharField(_("put by"), max_length=40, blank=True, default="system")
    run_id = models.BigIntegerField(_("run"), null=True, blank=True)
    create_time = models.DateTimeField(_("put"), auto_now_add=True)
    # NULLs are all different to a unique key; 0 stands for "no follower".
    follower_key: Any = models.GeneratedField(
        expression=Coalesce("follower_id", Value(0)), output_field=models.BigIntegerField(), db_persist=True
    )

    objects = CorpQuerySet["CustomerTag"].as_manager()

    class Meta:
        db_table = "customer_tag_relation"
        verbose_name = _("tag of a customer")
        verbose_name_plural = _("tags of customers")
        constraints = [
            # Also the way from a customer to its tags.
            models.UniqueConstraint(fields=["customer", "tag", "follower_key"], name="uk_customer_tag"),
        ]
        # The way from a tag to its customers, newest first, and its count.
        indexes = [models.Index(fields=["tag", "customer"], name="ix_tag_customer")]

    def __str__(self) -> str:
        return f"{self.customer} · {self.tag}"
