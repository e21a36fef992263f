from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Employee
from corps.querysets import CorpQuerySet
from customers.choices import RelationStatus, Source
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
    state = ExactCharField(_("channel state"), max_length=64, blank=True, default="")
    oper_userid = ExactCharField(_("added by"), max_length=64, blank=True, default="")
    # Where add_way is Channels: {"nickname", "source"}.
    wechat_channels = models.JSONField(_("Channels account"), null=True, blank=True)
    # The employee's own tags, [[group, tag], …]: they have no id and can't be set by the API (page 96315).
    personal_tags = models.JSONField(_("personal tags"), default=list, blank=True)
    add_time = models.DateTimeField(_("added"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("status"), choices=RelationStatus, default=RelationStatus.ACTIVE)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # When the customer last deleted the employee, as a callback told. WeCom goes on showing the pair, so this is the
    # only witness: a stay that began no later is over, also one that is read of only afterwards.
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The reading of WeCom that this row last came from (corps/tickets.py); an older one doesn't overwrite it.
    # 0: WeCom has never shown this pair, so a listing without it ends nothing.
    fetch_seq = models.PositiveBigIntegerField(default=0, editable=False)
    # The full sync that last compared it and saw it; what it only sighted is in MirrorSighting.
    seen_run = models.BigIntegerField(null=True, blank=True, editable=False)
    # The full sync whose listings lacked it.
    missed_run = models.BigIntegerField(null=True, blank=True, editable=False)
    # Of all that WeCom said of it when it was last taken over in full; see customers/mirroring/instep.py.
    digest = models.BigIntegerField(null=True, blank=True, editable=False)
    # How the row was made where the mirror made it, as with customers. Made here it begins without any note.
    created_source = models.CharField(max_length=10, choices=Source, null=True, blank=True, editable=False)
    created_by = ExactCharField(max_length=40, null=True, blank=True, editable=False)
    created_run = models.BigIntegerField(null=True, blank=True, editable=False)

    objects = CorpQuerySet["FollowRelation"].as_manager()

    class Meta:
        db_table = "follow_relation"
        verbose_name = _("relation")
        verbose_name_plural = _("relations")
        constraints = [models.UniqueConstraint(fields=["customer", "employee"], name="uk_follow_relation")]
        indexes = [
            # An employee's customers: what staff and managers may see; what a full sync has not seen.
            models.Index(fields=["employee", "status", "customer"], name="ix_relation_employee"),
            # Who came by which way.
            models.Index(fields=["corp", "add_way", "customer"], name="ix_relation_way"),
            # Who came by which code, whom we lost to whom.
            models.Index(fields=["corp", "state", "customer"], name="ix_relation_state"),
            models.Index(fields=["corp", "status", "customer"], name="ix_relation_status"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.customer}"


class RelationEpisode(models.Model):
    """One stay of a customer with an employee, from adding to ending. Adding again begins another one.

    Identified by when it began. Statistics of gains, losses and retention are sums over these rows.
    """

    corp = corp_of()
    customer = models.ForeignKey(
        Customer, on_delete=models.CASCADE, related_name="episodes", verbose_name=_("customer"), db_index=False
    )
    employee = far(Employee, on_delete=models.PROTECT, related_name="episodes", verbose_name=_("employee"))
    began_at = models.DateTimeField(_("began"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    # NULL while it lasts, and where it is over without anybody having told how: the customer was simply added again.
    ended_by = models.PositiveSmallIntegerField(_("ended by"), choices=RelationStatus, null=True, blank=True)
    # Whether ``ended_at`` is when it was noticed, since no callback told when it happened.
    noticed = models.BooleanField(_("noticed later"), default=False)
    add_way = models.PositiveSmallIntegerField(_("add way"), null=True, blank=True)
    state = ExactCharField(_("channel state"), max_length=64, blank=True, default="")
    # 1 while it lasts, else NULL: a plain unique key then allows one open episode (partial keys vanish on MariaDB).
    open_mark: Any = models.GeneratedField(
        expression=models.Case(models.When(ended_at=None, then=models.Value(1)), default=models.Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = CorpQuerySet["RelationEpisode"].as_manager()

    class Meta:
        db_table = "relation_episode"
        verbose_name = _("relation episode")
        verbose_name_plural = _("relation episodes")
        constraints = [
            models.UniqueConstraint(fields=["customer", "employee", "began_at"], name="uk_episode"),
            models.UniqueConstraint(fields=["customer", "employee", "open_mark"], name="uk_episode_open"),
        ]
        indexes = [
            # Gains of a day.
            models.Index(fields=["corp", "began_at"], name="ix_episode_began"),
            # Losses of a day.
            models.Index(fields=["corp", "ended_at"], name="ix_episode_ended"),
            # Somebody's, newest first: without it, who has few customers is looked for among all stays there are.
            models.Index(fields=["employee", "began_at"], name="ix_episode_employee"),
            # Those of a channel, by its states or, where there is none, its ways.
            models.Index(fields=["corp", "state", "add_way", "began_at"], name="ix_episode_channel"),
        ]

    def __str__(self) -> str:
        return f"{self.employee} · {self.customer} · {self.began_at:%F}"

    @property
    def days(self) -> int | None:
        """Whole days it lasted; None while it lasts."""
        return (self.ended_at - self.began_at).days if self.ended_at else None
