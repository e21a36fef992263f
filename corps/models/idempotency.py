from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models.company import Corp
from corps.querysets import CorpQuerySet


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
