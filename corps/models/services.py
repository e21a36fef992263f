import datetime as dt

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models.company import Corp
from corps.querysets import CorpQuerySet


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
