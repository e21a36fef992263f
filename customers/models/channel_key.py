from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Corp
from corps.querysets import CorpQuerySet
from customers.models.channel import Channel


class ChannelKey(models.Model):
    """One state, or one add way, that a channel stands for. Each belongs to one channel at most, in the database.

    Relations don't name their channel: it is looked up here when they are read, so that what is named today is named
    for the past too (docs/decisions/0028-channels.md).
    """

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="keys", verbose_name=_("channel"))
    # One of the two; NULLs are all different to a unique key.
    state = ExactCharField(_("channel state"), max_length=64, null=True, blank=True)
    add_way = models.PositiveSmallIntegerField(_("add way"), null=True, blank=True)

    objects = CorpQuerySet["ChannelKey"].as_manager()

    class Meta:
        db_table = "channel_key"
        verbose_name = _("state or way of a channel")
        verbose_name_plural = _("states and ways of channels")
        constraints = [
            # Also the way from an episode's state, or its add way, to the channel.
            models.UniqueConstraint(fields=["corp", "state"], name="uk_channel_state"),
            models.UniqueConstraint(fields=["corp", "add_way"], name="uk_channel_way"),
        ]

    def __str__(self) -> str:
        return self.state if self.state is not None else str(self.add_way)
