from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is to the company. Services have scopes instead."""

    ADMIN = "admin", _("company administrator")
    MANAGER = "manager", _("manager")
    STAFF = "staff", _("staff")


class EmployeeStatus(models.IntegerChoices):
    """WeCom's member status, with 5 for one who has left."""

    ACTIVE = 1, _("active")
    DISABLED = 2, _("disabled")
    INACTIVE = 4, _("not activated")
    LEFT = 5, _("left")


class Scope(models.TextChoices):
    """What an API account may do."""

    READ = "read", _("read")
    WRITE = "write", _("write customers")
    TAGS = "tags", _("manage tags")


class Masking(models.TextChoices):
    """From whom a company hides its customers' numbers (mobile, unionid). Administrators always see them."""

    OFF = "off", _("from nobody")
    OTHERS = "others", _("from staff and managers, but for the customers they follow themselves")
    PEOPLE = "people", _("from staff and managers")
    ALL = "all", _("from staff, managers and API accounts")


class Sight(StrEnum):
    """How much of customers' numbers somebody sees."""

    FULL = "full"
    # Of the customers that they follow themselves.
    OWN = "own"
    MASKED = "masked"
