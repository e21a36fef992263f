from django.db import models
from django.utils.translation import gettext_lazy as _

from customers.columns import corp_of


class MirrorSighting(models.Model):
    """The relations of one page of a full sync that were as they had been: read under ``ticket``, and nothing to do.

    One row instead of a number in each of some hundred (docs/decisions/0026-in-step.md).
    """

    corp = corp_of()
    run_id = models.BigIntegerField()
    ticket = models.PositiveBigIntegerField()
    # Ids of relations, eight bytes each.
    relations = models.BinaryField()
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "mirror_sighting"
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        # What has been seen since a reading was asked for, and what a run has seen since it began.
        indexes = [models.Index(fields=["corp", "ticket"], name="ix_sighting_ticket")]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.ticket}"
