from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models.company import Corp


class Ticket(models.Model):
    """A number drawn before WeCom is read. The later reading has the higher one, whichever comes back first."""

    corp = models.ForeignKey(
        Corp, on_delete=models.PROTECT, db_constraint=False, db_index=False, verbose_name=_("company")
    )
    drawn_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "fetch_ticket"
        verbose_name = _("fetch ticket")
        verbose_name_plural = _("fetch tickets")

    def __str__(self) -> str:
        return str(self.pk)
