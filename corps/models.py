import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps import policy
from corps.actors import Actor
from corps.choices import EmployeeStatus, Role
from corps.querysets import CorpQuerySet, EmployeeQuerySet


class Corp(Stamped):
    """A tenant: one company, one WeCom corp."""

    name = models.CharField(_("name"), max_length=100)
    wecom_corpid = ExactCharField(_("WeCom corp id"), max_length=64, unique=True, null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    active = models.BooleanField(_("active"), default=True)
    # Grows when a tag or group changes its name or goes: cached customers show tag names (customers/cache.py).
    tags_version = models.PositiveBigIntegerField(_("version of the tag catalogue"), default=1, editable=False)

    class Meta:
        db_table = "corp"
        verbose_name = _("company")
        verbose_name_plural = _("companies")

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this company's days begin."""
        return ZoneInfo(self.time_zone)


class Department(Stamped):
    """A node of the company's tree."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    wecom_id = models.PositiveBigIntegerField(_("WeCom id"), null=True, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children", verbose_name=_("parent")
    )
    name = models.CharField(_("name"), max_length=100)
    order = models.PositiveBigIntegerField(_("order"), default=0)
    # "/1/4/": the ids from the root to here, kept by staffing.py, so that "and below" is a prefix.
    path = ExactCharField(_("path"), max_length=255, blank=True, default="", editable=False)

    objects = CorpQuerySet["Department"].as_manager()

    class Meta:
        db_table = "department"
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["path"]
        constraints = [models.UniqueConstraint(fields=["corp", "wecom_id"], name="uk_department_wecom")]
        # Who is below a manager: a prefix of the path within the corp.
        indexes = [models.Index(fields=["corp", "path"], name="ix_department_path")]

    def __str__(self) -> str:
        return self.name


class Employee(Stamped):
    """A member of the company, kept after leaving: customers and records name them for ever."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    userid = ExactCharField(_("userid"), max_length=64)
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    alias = models.CharField(_("alias"), max_length=100, blank=True, default="")
    position = models.CharField(_("position"), max_length=100, blank=True, default="")
    status = models.PositiveSmallIntegerField(_("status"), choices=EmployeeStatus, default=EmployeeStatus.ACTIVE)
    # WeCom's customer-contact permission (客户联系): only these can have customers.
    can_follow = models.BooleanField(_("may have customers"), default=False)
    departments: Any = models.ManyToManyField(
        Department, through="DepartmentMember", related_name="employees", verbose_name=_("departments")
    )

    objects = EmployeeQuerySet.as_manager()

    class Meta:
        db_table = "employee"
        verbose_name = _("employee")
        verbose_name_plural = _("employees")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["corp", "userid"], name="uk_employee_userid")]

    def __str__(self) -> str:
        return self.name or self.userid


class DepartmentMember(models.Model):
    """An employee's place in a department, and whether they lead it."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    department = models.ForeignKey(
        Department, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("department")
    )
    employee = models.ForeignKey(
        Employee, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("employee")
    )
    is_leader = models.BooleanField(_("leads it"), default=False)
    is_main = models.BooleanField(_("main department"), default=False)

    objects = CorpQuerySet["DepartmentMember"].as_manager()

    class Meta:
        db_table = "department_member"
        verbose_name = _("department member")
        verbose_name_plural = _("department members")
        constraints = [models.UniqueConstraint(fields=["employee", "department"], name="uk_department_member")]

    def __str__(self) -> str:
        return f"{self.employee} · {self.department}"


class UserManager(BaseUserManager["User"]):
    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """A console user; without a password they can't log in by one."""
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(username, password, is_superuser=True, **fields)


class User(AbstractBaseUser):
    """Someone who logs in to the console, or for whom the auth service issues tokens."""

    username = ExactCharField(_("login name"), max_length=100, unique=True)
    name = models.CharField(_("name"), max_length=100, blank=True, default="")
    corp = models.ForeignKey(
        Corp, null=True, blank=True, on_delete=models.PROTECT, related_name="users", verbose_name=_("company")
    )
    employee = models.OneToOneField(
        Employee, null=True, blank=True, on_delete=models.SET_NULL, related_name="user", verbose_name=_("employee")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.STAFF)
    is_active = models.BooleanField(_("active"), default=True)
    is_superuser = models.BooleanField(_("superuser"), default=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "username"

    class Meta:
        db_table = "console_user"
        verbose_name = _("user")
        verbose_name_plural = _("users")

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def is_staff(self) -> bool:
        """Whoever has an account may enter the console; what they find there is the policy's."""
        return self.is_active

    @cached_property
    def actor(self) -> Actor:
        return policy.actor_of_user(self)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's question, answered by the policy. An unnamed permission is the superuser's alone."""
        if not self.is_active:
            return False
        act = policy.CONSOLE_ACTS.get(perm)
        return self.is_superuser or (act is not None and self.actor.may(act))

    def has_module_perms(self, app_label: str) -> bool:
        return any(self.has_perm(p) for p in policy.CONSOLE_ACTS if p.startswith(f"{app_label}.")) or (
            self.is_active and self.is_superuser
        )


class ApiAccount(Stamped):
    """A service that calls the API for one corp."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=100)
    scopes = models.JSONField(_("scopes"), default=list)
    rate = models.PositiveIntegerField(_("requests a minute"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    objects = CorpQuerySet["ApiAccount"].as_manager()

    class Meta:
        db_table = "api_account"
        verbose_name = _("API account")
        verbose_name_plural = _("API accounts")

    def __str__(self) -> str:
        return self.name


class ApiKey(models.Model):
    """One key of an account. Two can live at once, so that a service is moved from the old to the new one."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    account = models.ForeignKey(ApiAccount, on_delete=models.CASCADE, related_name="keys", verbose_name=_("account"))
    prefix = ExactCharField(_("prefix"), max_length=12, unique=True)
    # SHA-256 of 32 random bytes: nothing to guess, so no slow hash in each request.
    digest = ExactCharField(_("digest"), max_length=64)
    create_time = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = CorpQuerySet["ApiKey"].as_manager()

    class Meta:
        db_table = "api_key"
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.prefix}…"

    def is_live(self, moment: dt.datetime) -> bool:
        """Neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > moment)


class IdempotencyKey(models.Model):
    """The answer given to one keyed POST, so that a retry gets it again instead of a second effect."""

    corp = models.ForeignKey(
        Corp, on_delete=models.CASCADE, db_constraint=False, db_index=False, verbose_name=_("company")
    )
    principal = ExactCharField(_("caller"), max_length=40)
    key = ExactCharField(_("key"), max_length=100)
    # SHA-256 over method, path and body: the same key for another request is a mistake of the caller.
    fingerprint = ExactCharField(_("fingerprint"), max_length=64)
    status = models.PositiveSmallIntegerField(_("status"), null=True)
    body = models.BinaryField(_("answer"), null=True)
    headers = models.JSONField(_("headers"), default=dict)
    create_time = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CorpQuerySet["IdempotencyKey"].as_manager()

    class Meta:
        db_table = "idempotency_key"
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            models.UniqueConstraint(fields=["corp", "principal", "key"], name="uk_idempotency_key"),
        ]
        # The clean-up deletes by age.
        indexes = [models.Index(fields=["create_time"], name="ix_idempotency_age")]

    def __str__(self) -> str:
        return self.key
