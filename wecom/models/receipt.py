from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.querysets import CorpQuerySet
from customers.columns import corp_of
from wecom.models.app import WecomApp


class CallbackReceipt(models.Model):
    """What WeCom told us, stored before it was answered. A hint to look there, worked off later (reliability M3)."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        DONE = "done", _("done")
        IGNORED = "ignored", _("unknown kind")
        DEAD = "dead", _("given up")

    corp = corp_of()
    app = models.ForeignKey(WecomApp, on_delete=models.CASCADE, db_index=False, verbose_name=_("app"))
    # SHA-256 of corp id and decrypted body: a repeat carries the same plaintext; the envelope differs each time.
    digest = ExactCharField(_("digest"), max_length=64, unique=True)
    event = ExactCharField(_("event"), max_length=64, blank=True, default="")
    change_type = ExactCharField(_("change"), max_length=64, blank=True, default="")
    userid = ExactCharField(_("userid"), max_length=64, blank=True, default="")
    external_userid = ExactCharField(_("external userid"), max_length=100, blank=True, default="")
    chat_id = ExactCharField(_("chat id"), max_length=64, blank=True, default="")
    # WeCom's CreateTime: one second is its grain, and nothing is ordered by it but the same pair's ends.
    happened_at = models.DateTimeField(_("happened"), null=True, blank=True)
    # The decrypted XML, sealed: directory events hold names and numbers.
    body_sealed = models.TextField(editable=False)
    # What is worked off together, by one at a time: "customer:wm…", "chat:wr…", "tags", "house".
    mailbox = ExactCharField(_("mailbox"), max_length=120)
    # A welcome code lives for 20 seconds.
    urgent = models.BooleanField(_("urgent"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # When it is worked off next; while somebody does, when others may take it for abandoned.
    due_at = models.DateTimeField(_("due"))
    claimed_by = ExactCharField(max_length=32, blank=True, default="", editable=False)
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    objects = CorpQuerySet["CallbackReceipt"].as_manager()

    class Meta:
        db_table = "wecom_callback_receipt"
        verbose_name = _("callback receipt")
        verbose_name_plural = _("callback receipts")
        indexes = [
            # What is due, the urgent first.
            models.Index(fields=["state", "urgent", "due_at"], name="ix_receipt_due"),
            # A mailbox's waiting ones.
            models.Index(fields=["corp", "mailbox", "state"], name="ix_receipt_mailbox"),
            # The console's list of one corp, newest first.
            models.Index(fields=["corp", "-id"], name="ix_receipt_corp"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.change_type}"
