from django.db import models
from django.utils.translation import gettext_lazy as _


class ChatStatus(models.IntegerChoices):
    """WeCom's follow state of a group (page 93414); 9 is ours, for one that no longer exists."""

    NORMAL = 0, _("normal")
    OWNER_LEFT = 1, _("owner left, to be inherited")
    INHERITING = 2, _("being inherited")
    INHERITED = 3, _("inherited")
    DISMISSED = 9, _("dismissed")


class MemberType(models.IntegerChoices):
    EMPLOYEE = 1, _("colleague")
    CUSTOMER = 2, _("external contact")


class JoinScene(models.IntegerChoices):
    """``join_scene`` of groupchat/get (page 96338). Stored as it came."""

    INVITED = 1, _("invited by a member")
    LINK = 2, _("invitation link")
    QR_CODE = 3, _("group QR code")


class QuitScene(models.IntegerChoices):
    """How a stay ended: 0 and 1 are WeCom's (page 96361), the others ours."""

    LEFT = 0, _("left by themselves")
    REMOVED = 1, _("removed from it")
    DISMISSED = 8, _("group dismissed")
    UNSEEN = 9, _("found gone by a sync")


# What only an event tells: no reading of a group shows how somebody left, or when.
TOLD = (QuitScene.LEFT, QuitScene.REMOVED)


class ChangeKind(models.TextChoices):
    """What of a chat became another thing."""

    OWNER = "owner", _("owner")
    NAME = "name", _("name")
    NOTICE = "notice", _("notice")
    STATUS = "status", _("status")
