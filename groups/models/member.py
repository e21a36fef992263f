from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Employee
from customers.columns import corp_of, far
from customers.models import Customer
from groups.choices import MemberType, QuitScene
from groups.models.chat import GroupChat
from groups.querysets import GroupMemberQuerySet


class GroupMember(models.Model):
    """One stay of somebody in a group. Joining again begins another one; no later sync removes a stay."""

    corp = corp_of()
    chat = models.ForeignKey(
        GroupChat, on_delete=models.CASCADE, related_name="members", verbose_name=_("group chat"), db_index=False
    )
    # A colleague's userid or an external_userid.
    userid = ExactCharField(_("userid"), max_length=100)
    type = models.PositiveSmallIntegerField(_("type"), choices=MemberType)
    employee = far(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("employee")
    )
    # Missing for an external contact who is nobody's customer.
    customer = far(
        Customer,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="group_stays",
        verbose_name=_("customer"),
    )
    unionid = ExactCharField(_("unionid"), max_length=100, null=True, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    group_nickname = models.CharField(_("nickname in the group"), max_length=100, blank=True, default="")
    join_time = models.DateTimeField(_("joined the group"))
    # Stored as it came (choices.JoinScene).
    join_scene = models.PositiveSmallIntegerField(_("join scene"), null=True, blank=True)
    inviter_userid = ExactCharField(_("invited by"), max_length=64, blank=True, default="")
    state = models.CharField(_("channel state"), max_length=64, blank=True, default="")
    left_at = models.DateTimeField(_("left the group"), null=True, blank=True)
    quit_scene = models.PositiveSmallIntegerField(_("how it ended"), choices=QuitScene, null=True, blank=True)
    # 1 while it lasts, else NULL: a plain unique key then allows one open stay.
    open_mark: Any = models.GeneratedField(
        expression=models.Case(models.When(left_at=None, then=models.Value(1)), default=models.Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    objects = GroupMemberQuerySet.as_manager()

    class Meta:
        db_table = "group_member"
        verbose_name = _("group member")
        verbose_name_plural = _("group members")
        constraints = [
            models.UniqueConstraint(fields=["chat", "userid", "join_time"], name="uk_group_stay"),
            models.UniqueConstraint(fields=["chat", "userid", "open_mark"], name="uk_group_stay_open"),
        ]
        indexes = [
            # Who is in it now, and who was.
            models.Index(fields=["chat", "left_at"], name="ix_group_stay_chat"),
            # The groups of a customer.
            models.Index(fields=["customer", "left_at"], name="ix_group_stay_customer"),
            # The stays of somebody who becomes a customer later.
            models.Index(fields=["corp", "userid"], name="ix_group_stay_userid"),
            # The members of a group in the order of joining, and how many joined one today.
            models.Index(fields=["chat", "join_time"], name="ix_group_stay_joining"),
            # What a company's days are counted from (movement.py): who joined in them, and who left.
            models.Index(fields=["corp", "join_time"], name="ix_group_stay_joined"),
            models.Index(fields=["corp", "left_at"], name="ix_group_stay_left"),
            # Who is in how many chats now, and whose customer (analysis/people.py): counted from this key alone.
            models.Index(fields=["corp", "type", "open_mark", "userid", "customer"], name="ix_group_stay_people"),
        ]

    def __str__(self) -> str:
        return self.name or self.userid
