from typing import Any

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Employee
from customers.choices import CustomerStatus, CustomerType, Gender, Source
from customers.columns import corp_of, far
from customers.models.stage import Stage
from customers.querysets import CustomerQuerySet


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
    # Only of WeCom users (type 2): what their own company shows of them.
    position = models.CharField(_("position"), max_length=100, blank=True, default="")
    corp_name = models.CharField(_("company's short name"), max_length=100, blank=True, default="")
    corp_full_name = models.CharField(_("company's full name"), max_length=200, blank=True, default="")
    external_profile = models.JSONField(_("external profile"), null=True, blank=True)
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
    # When it was deleted here. Who is still followed since before stays deleted, who is followed anew comes back.
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    # The record that stands for this person now (customers/merging/). While it is there the status is "deleted" and
    # ``deleted_at`` is empty, so that no reading of WeCom brings the record back by itself.
    merged_into = far(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("merged into"),
        editable=False,
    )
    # How many records were merged into this one, and what the search sees of them: written by merging/wording.py.
    merged_count = models.PositiveSmallIntegerField(
        _("records merged into it"), default=0, db_default=0, editable=False
    )
    merged_text = ExactCharField(max_length=1000, blank=True, default="", db_default="", editable=False)
    blacklisted = models.BooleanField(_("blacklisted"), default=False)
    # Where the last row of StageChange leads, kept in step by stages/. A stage that anybody had can't be deleted.
    stage = far(
        Stage,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        related_name="customers",
        verbose_name=_("stage"),
        editable=False,
    )
    # Grows with each change of the customer, its relations or tags, under the row lock; events, caches, ETags carry it.
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    # The reading of WeCom that the person's facts last came from (corps/tickets.py).
    fetch_seq = models.PositiveBigIntegerField(default=0, editable=False)
    # The reading that last named everybody who follows: an older one can't show somebody new.
    whole_seq = models.PositiveBigIntegerField(default=0, editable=False)
    # The version up to which the digests of its relations hold; another one means that something was changed here.
    mirror_version = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    # How the record was made, for values that nothing has changed since (history/). NULL: that is not on record.
    created_source = models.CharField(max_length=10, choices=Source, null=True, blank=True, editable=False)
    created_by = ExactCharField(max_length=40, null=True, blank=True, editable=False)
    created_run = models.BigIntegerField(null=True, blank=True, editable=False)
    # What the keyword search sees, normalised, of those merged into it too (search.py); its substrings are in
    # CustomerGram.
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
            # Who is in a stage, newest first, and their number: a board's columns.
            models.Index(fields=["corp", "stage", "alive"], name="ix_customer_stage"),
            # What changed since: the feed that other services read.
            models.Index(fields=["corp", "update_time"], name="ix_customer_updated"),
        ]

    def __str__(self) -> str:
        return self.name or self.external_userid

    @property
    def etag(self) -> str:
        """The entity tag of this version, as the HTTP headers carry it."""
        return f'"{self.version}"'
