from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tags.choices import TagKind as TagKind


class CustomerType(models.IntegerChoices):
    WECHAT = 1, _("WeChat user")
    WECOM = 2, _("WeCom user")


class Gender(models.IntegerChoices):
    UNKNOWN = 0, _("unknown")
    MALE = 1, _("male")
    FEMALE = 2, _("female")


class CustomerStatus(models.IntegerChoices):
    DELETED = 0, _("deleted")
    NORMAL = 1, _("normal")
    LOST = 2, _("lost")


class RelationStatus(models.IntegerChoices):
    """How the pair stands. What ended it is kept, for a customer who left is not one we let go."""

    ACTIVE = 1, _("following")
    ENDED_BY_EMPLOYEE = 2, _("deleted by the employee")
    ENDED_BY_CUSTOMER = 3, _("deleted by the customer")
    ENDED_BY_TRANSFER = 4, _("transferred")


# How a relation or an episode can have ended.
ENDINGS = (RelationStatus.ENDED_BY_EMPLOYEE, RelationStatus.ENDED_BY_CUSTOMER, RelationStatus.ENDED_BY_TRANSFER)


class Source(models.TextChoices):
    """What kind of act put a value there."""

    API = "api", _("API")
    OPERATOR = "operator", _("operator")
    SYNC = "sync", _("WeCom sync")
    CALLBACK = "callback", _("WeCom callback")
    RULE = "rule", _("rule")
    IMPORT = "import", _("import")
    SOP = "sop", _("SOP")
    TRANSFER = "transfer", _("transfer")
    SYSTEM = "system", _("system")


class AddWay(models.IntegerChoices):
    """WeCom's ``add_way`` (page 96315). The list has grown before: an unknown number is stored and shown as it is."""

    UNKNOWN = 0, _("unknown")
    QR_CODE = 1, _("QR code")
    MOBILE = 2, _("mobile search")
    CARD = 3, _("business card")
    GROUP_CHAT = 4, _("group chat")
    CONTACTS = 5, _("phone contacts")
    WECHAT_CONTACT = 6, _("WeChat contact")
    WECHAT_REQUEST = 7, _("request from WeChat")
    THIRD_PARTY = 8, _("service staff of an app")
    EMAIL = 9, _("e-mail search")
    CHANNELS = 10, pgettext_lazy("way of adding", "Channels")
    CALENDAR = 11, _("calendar event")
    MEETING = 12, _("meeting")
    WECHAT_FRIEND = 13, _("WeCom account of a WeChat friend")
    DEVICE = 14, _("service staff of a device")
    HOME_VISIT = 15, _("home-visit staff")
    LINK = 16, _("acquisition link")
    CUSTOM = 17, _("custom development")
    DEMAND = 18, _("reply to a demand")
    PRE_SALES = 21, _("third-party pre-sales")
    PARTNER = 22, _("possible partner")
    WECHAT_ACCEPTED = 24, _("request accepted in WeChat")
    SHARED = 201, _("shared by a colleague")
    ASSIGNED = 202, _("assigned by an administrator")


class TransferKind(models.TextChoices):
    """Of somebody who works here, or of somebody who has left: WeCom has other rules for each."""

    ON_JOB = "onjob", _("on the job")
    LEAVER = "leaver", _("after leaving")


class JobState(models.TextChoices):
    CHECKED = "checked", _("checked, not started")
    RUNNING = "running", _("under way")
    PAUSED = "paused", _("paused")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class ItemState(models.TextChoices):
    """How one attempt stands. Those of a checked job are ``excluded`` or ``ready``; from ``sending`` on WeCom knows."""

    EXCLUDED = "excluded", _("can't go")
    READY = "ready", _("can go")
    QUEUED = "queued", _("to be sent")
    SENDING = "sending", _("being sent")
    WAITING = "waiting", _("waiting for the customer")
    DONE = "done", _("taken over")
    REFUSED = "refused", _("refused by the customer")
    OVER_LIMIT = "full", _("taker is full")
    NO_RECORD = "no_record", _("no record in WeCom")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("not sent")


OPEN_ITEMS = (ItemState.QUEUED, ItemState.SENDING, ItemState.WAITING)


class CustomKind(models.IntegerChoices):
    """What the values of a custom field are. Stored with each value too: a small number, as it is part of keys."""

    TEXT = 1, pgettext_lazy("kind of field", "text")
    LONG_TEXT = 2, pgettext_lazy("kind of field", "long text")
    NUMBER = 3, pgettext_lazy("kind of field", "number")
    DATE = 4, pgettext_lazy("kind of field", "date")
    DATE_TIME = 5, pgettext_lazy("kind of field", "date and time")
    FLAG = 6, pgettext_lazy("kind of field", "yes or no")
    CHOICE = 7, pgettext_lazy("kind of field", "choice")
    CHOICES = 8, pgettext_lazy("kind of field", "several choices")
    PHONE = 9, pgettext_lazy("kind of field", "phone")
    LINK = 10, pgettext_lazy("kind of field", "link")
    EMAIL = 11, pgettext_lazy("kind of field", "e-mail")
    FILES = 12, pgettext_lazy("kind of field", "files")


class CustomSubject(models.TextChoices):
    """Whose field it is: the customer's, or that of what one employee has with them."""

    CUSTOMER = "customer", pgettext_lazy("subject of a field", "customer")
    RELATION = "relation", pgettext_lazy("subject of a field", "relation")


class KeyKind(models.IntegerChoices):
    """By what a customer can be known again."""

    UNIONID = 1, _("unionid")
    MOBILE = 2, _("mobile")
    NOTED = 3, _("mobile in a remark")
    NAMED = 4, _("name with city or company")


class Reason(models.IntegerChoices):
    """Why two records may be of one person; stored as sums."""

    UNIONID = 1, _("same unionid")
    MOBILE = 2, _("same mobile")
    NOTED = 4, _("same mobile in a remark")
    NAMED = 8, _("same name, and same city or company")


class PairState(models.TextChoices):
    OPEN = "open", _("to be looked at")
    DISMISSED = "dismissed", _("not the same person")
    MERGED = "merged", _("merged")
