from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet


class Channel(Stamped):
    """A source of customers (来源) as the company calls it: a set of states and add ways."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    name = models.CharField(_("name"), max_length=50)
    # One that is not in use is offered no more, and still names what came by it.
    active = models.BooleanField(_("in use"), default=True)
    order = models.PositiveIntegerField(_("order"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True, default="")
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CorpQuerySet["Channel"].as_manager()

    class Meta:
        db_table = "channel"
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["corp", "name"], name="uk_channel_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def states(self) -> list[str]:
        """The states it stands for, in the order of their naming."""
        return [key.state for key in self._keys if key.state is not None]

    @property
    def add_ways(self) -> list[int]:
        """The add ways it stands for."""
        return sorted(key.add_way for key in self._keys if key.add_way is not None)

    @property
    def _keys(self) -> list[Any]:
        # Read in full where they were fetched with the channel (``prefetch_related("keys")``).
        return sorted(self.keys.all(), key=lambda key: key.pk)
