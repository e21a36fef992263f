from django.utils.translation import gettext_lazy as _

from corps.models import Employee


class Leaver(Employee):
    """An employee who has left, as the page of those whose customers and group chats wait shows them."""

    class Meta:
        proxy = True
        verbose_name = _("leaver")
        verbose_name_plural = _("leavers")
        ordering = ["-left_at", "-id"]
