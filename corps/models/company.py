from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.choices import Masking


class Corp(Stamped):
    """A tenant: one company, one WeCom corp."""

    name = models.CharField(_("name"), max_length=100)
    wecom_corpid = ExactCharField(_("WeCom corp id"), max_length=64, unique=True, null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Asia/Shanghai")
    active = models.BooleanField(_("active"), default=True)
    # Whether a WeCom app is connected: then what is changed here is written back there (messaging/commands.py).
    mirrored = models.BooleanField(_("mirrors WeCom"), default=False, editable=False)
    # Grows when a tag or group changes its name or goes: cached customers show tag names (customers/cache.py).
    tags_version = models.PositiveBigIntegerField(_("version of the tag catalogue"), default=1, editable=False)

    masking = models.CharField(
        _("hide mobiles and unionids"),
        max_length=10,
        choices=Masking,
        default=Masking.OTHERS,
        db_default=Masking.OTHERS,
    )
    # Table → days, where the company keeps it longer or shorter than customers/privacy/retention.py says.
    retention = models.JSONField(_("days kept"), default=dict, blank=True)

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
