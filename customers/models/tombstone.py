from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.querysets import CorpQuerySet
from customers.columns import corp_of


class Tombstone(models.Model):
    """That somebody was erased: a keyed hash of who, so that no reading of WeCom brings them back. Never deleted."""

    corp = corp_of()
    # HMAC-SHA-256 of the external userid (customers/privacy/tombstones.py): says nothing to who doesn't know both.
    digest = ExactCharField(_("keyed hash"), max_length=64)
    # The row that is left of them, for what counts it.
    customer_id = models.BigIntegerField(_("customer"))
    reason = models.CharField(_("reason"), max_length=200)
    actor = ExactCharField(_("erased by"), max_length=40)
    at = models.DateTimeField(_("erased"))

    objects = CorpQuerySet["Tombstone"].as_manager()

    class Meta:
        db_table = "tombstone"
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints = [models.UniqueConstraint(fields=["corp", "digest"], name="uk_tombstone")]

    def __str__(self) -> str:
        return f"{self.customer_id}"
