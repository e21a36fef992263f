from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models import Corp
from corps.querysets import CorpQuerySet
from wecom.models.app import WecomApp


class PageTicket(models.Model):
    """A ticket by which pages may use WeCom's client (JS-SDK), one for all processes until it ends; stored sealed."""

    class Kind(models.TextChoices):
        """For whom it speaks: ``config`` of the SDK wants the company's, ``agentConfig`` the app's."""

        CORP = "corp", _("company")
        APP = "app", _("app")

    corp = models.ForeignKey(Corp, on_delete=models.CASCADE, verbose_name=_("company"))
    app = models.ForeignKey(WecomApp, on_delete=models.CASCADE, related_name="page_tickets", verbose_name=_("app"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    ticket_sealed = models.TextField(editable=False)
    expires_at = models.DateTimeField(_("good until"))

    objects = CorpQuerySet["PageTicket"].as_manager()

    class Meta:
        db_table = "wecom_page_ticket"
        verbose_name = _("ticket for pages")
        verbose_name_plural = _("tickets for pages")
        constraints = [models.UniqueConstraint(fields=["app", "kind"], name="uk_page_ticket")]

    def __str__(self) -> str:
        return self.kind
