from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet


class MessageArchive(Stamped):
    """How far a company's message archive (会话内容存档) has been read: who talked with whom and when, never what."""

    class Source(models.TextChoices):
        BRIDGE = "bridge", _("a bridge sends it")
        SANDBOX = "sandbox", _("read from the sandbox")

    corp = models.OneToOneField(Corp, on_delete=models.PROTECT, related_name="+", verbose_name=_("company"))
    source = models.CharField(_("source"), max_length=10, choices=Source, default=Source.BRIDGE)
    active = models.BooleanField(_("active"), default=True)
    # The place of the last message that was read; what comes with this or a lower one has been read.
    seq = models.PositiveBigIntegerField(_("read up to"), default=0, editable=False)
    # The newest place that the source knew of, where it said so.
    latest_seq = models.PositiveBigIntegerField(_("newest known"), null=True, blank=True, editable=False)
    read_at = models.DateTimeField(_("last read"), null=True, blank=True, editable=False)
    message_at = models.DateTimeField(_("newest message read"), null=True, blank=True, editable=False)
    messages = models.PositiveBigIntegerField(_("messages read"), default=0, editable=False)
    counted = models.PositiveBigIntegerField(_("of them with customers"), default=0, editable=False)
    # Why the last reading came to nothing; empty since one did.
    last_error = models.CharField(_("last error"), max_length=200, blank=True, default="", editable=False)

    objects = CorpQuerySet["MessageArchive"].as_manager()

    class Meta:
        db_table = "wecom_message_archive"
        verbose_name = _("message archive")
        verbose_name_plural = _("message archive")

    def __str__(self) -> str:
        return str(_("message archive"))

    @property
    def behind(self) -> int | None:
        """By how many places; None where the source didn't say."""
        return None if self.latest_seq is None else max(0, self.latest_seq - self.seq)
