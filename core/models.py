from django.db import models
from django.utils.translation import gettext_lazy as _


class Stamped(models.Model):
    """Adds the original's ``create_time`` and ``update_time`` (UTC); a queryset ``update`` sets the second itself."""

    create_time = models.DateTimeField(_("created"), auto_now_add=True)
    update_time = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        abstract = True
