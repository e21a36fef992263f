from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps import policy
from corps.actors import Actor
from corps.choices import Role
from corps.models.company import Corp
from corps.models.staff import Employee


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
