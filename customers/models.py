from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.choices import CustomerStatus, CustomerType, Gender, RelationStatus, Source, TagKind
from customers.columns import corp_of, far
from customers.querysets import CustomerQuerySet
from tags.models import Tag


class Customer(Stamped):
    """A person outside the company, once per corp however many employees know them."""

    corp = corp_of()
    external_userid = ExactCharField(_("external userid"), max_length=100)
    name = models.CharField(_("name"), max_length=100, null=True, blank=True)
    avatar = models.CharField(_("avatar"), max_length=255, null=True, blank=True)
    type = models.PositiveSmallIntegerField(_("type"), choices=CustomerType, default=CustomerType.WECHAT)
    gender = models.PositiveSmallIntegerField(_("gender"), choices=Gender, null=True, blank=True)
    unionid = ExactCharField(_("unionid"), max_length=100, null=True, blank=True)
    mobile = models.CharField(_("mobile"), max_length=20, null=True, blank=True)
    province = models.CharField(_("province"), max_length=50, null=True, blank=True)
    city = models.CharField(_("city"), max_length=50, null=True, blank=True)
    # The next four are the main relation's, kept in step by relations.py.
    follow_user = far(
        Employee,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="customers",
        verbose_name=_("followed by"),
    )
    add_time = models.DateTimeField(_("added"), null=True, blank=True)
    # Filtered by exactly, on every database.
    channel = ExactCharField(_("channel"), max_length=50, null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), choices=CustomerStatus, default=CustomerStatus.NORMAL)
    blacklisted = models.BooleanField(_("blacklisted"), default=False)
    # Grows with each change of the customer, its relations or tags, under the row lock; events, caches, ETags carry it.
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    # What the keyword search sees, normalised (search.py); its substrings are in CustomerGram.
    search_text = ExactCharField(max_length=1000, editable=False, blank=True, default="")
    # Lists hide the deleted. An equality, unlike "status is not 0", keeps the order of the index it is in.
    alive: Any = models.GeneratedField(
        expression=Case(When(status=CustomerStatus.DELETED, then=Value(0)), default=Value(1)),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        db_table = "customer"
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [models.UniqueConstraint(fields=["corp", "external_userid"], name="uk_external_userid")]
        # InnoDB appends the id to each key, so "equal on these, newest id first" is read in order without sorting.
        indexes = [
            # The plain list and its count.
            models.Index(fields=["corp", "alive"], name="ix_customer_alive"),
            # By status, also the deleted.
            models.Index(fields=["corp", "status"], name="ix_customer_status"),
            # By channel.
            models.Index(fields=["corp", "channel", "alive"], name="ix_customer_channel"),
            # An employee's customers.
            models.Index(fields=["corp", "follow_user", "alive"], name="ix_customer_follow"),
            # The original's filtered list (follower, status, channel) and its count, read from the key alone.
            models.Index(fields=["corp", "follow_user", "status", "channel"], name="ix_customer_filter"),
            # By time of adding: ranges, and that order.
            models.Index(fields=["corp", "alive", "add_time"], name="ix_customer_added"),
            # The few on the blacklist.
            models.Index(fields=["corp", "blacklisted", "alive"], name="ix_customer_blacklist"),
            # What changed since: the feed that other services read.
            models.Index(fields=["corp", "update_time"], name="ix_customer_updated"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_userid

    @property
    def etag(self) -> str:
        """The entity tag of this version, as the HTTP headers carry it."""
        return f'"{self.version}"'


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


class CustomerGram(models.Model):
    """One or two characters that occur in what is known of a customer: the index of the keyword search."""

    pk = models.CompositePrimaryKey("corp_id", "gram", "customer_id")
    corp_id = models.BigIntegerField()
    gram = ExactCharField(max_length=2)
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="grams", db_constraint=False, db_index=False
    )

    class Meta:
        db_table = "customer_gram"
        verbose_name = _("search gram")
        verbose_name_plural = _("search grams")

    def __str__(self) -> str:
        return self.gram
