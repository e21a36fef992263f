from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet


class WecomApp(Stamped):
    """An app of a company in WeCom: its secret, its token, and how callbacks to it are verified.

    A company can have several; each has a token of its own (page 91039), and the same event comes to each. Secrets are
    stored encrypted (secrets.py).
    """

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, related_name="wecom_apps", verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=100)
    corpid = ExactCharField(_("WeCom corp id"), max_length=64)
    agent_id = models.PositiveIntegerField(_("agent id"))
    secret_sealed = models.TextField(editable=False)
    callback_token_sealed = models.TextField(blank=True, default="", editable=False)
    callback_key_sealed = models.TextField(blank=True, default="", editable=False)
    # Sent to each new customer within seconds; empty sends none (page 92599).
    welcome_text = models.TextField(_("welcome message"), max_length=1000, blank=True, default="")
    # Empty for WeCom itself; an address of the sandbox or of a proxy otherwise.
    api_base = models.CharField(_("address of the API"), max_length=200, blank=True, default="")
    sandbox = models.BooleanField(_("sandbox"), default=False)
    active = models.BooleanField(_("active"), default=True)
    # The one that reads and writes customers; the others only receive callbacks.
    main = models.BooleanField(_("reads and writes"), default=True)
    # The token, shared by all processes (client/tokens.py). Who renews it holds the lease.
    token_sealed = models.TextField(blank=True, default="", editable=False)
    token_expires_at = models.DateTimeField(null=True, blank=True, editable=False)
    token_lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    token_lease_owner = models.CharField(max_length=64, blank=True, default="", editable=False)
    # Why it can't be used until a person has done something: WeCom's error code.
    trouble_code = models.IntegerField(_("trouble"), null=True, blank=True, editable=False)
    trouble_at = models.DateTimeField(_("trouble since"), null=True, blank=True, editable=False)

    objects = CorpQuerySet["WecomApp"].as_manager()

    class Meta:
        db_table = "wecom_app"
        verbose_name = _("WeCom app")
        verbose_name_plural = _("WeCom apps")
        constraints = [models.UniqueConstraint(fields=["corpid", "agent_id"], name="uk_wecom_app")]

    def __str__(self) -> str:
        return self.name
