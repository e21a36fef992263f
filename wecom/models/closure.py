from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Corp
from corps.querysets import CorpQuerySet


class ApiClosure(models.Model):
    """A call that may not be made until then: WeCom said 45009, or a right is missing (page 90454)."""

    corp = models.ForeignKey(Corp, on_delete=models.CASCADE, verbose_name=_("company"))
    api = ExactCharField(_("call"), max_length=80)
    until = models.DateTimeField(_("closed until"))
    code = models.IntegerField(_("error code"))
    since = models.DateTimeField(_("since"), auto_now=True)

    objects = CorpQuerySet["ApiClosure"].as_manager()

    class Meta:
        db_table = "wecom_api_closure"
        verbose_name = _("closed call")
        verbose_name_plural = _("closed calls")
        constraints = [models.UniqueConstraint(fields=["corp", "api"], name="uk_wecom_closure")]

    def __str__(self) -> str:
        return self.api
