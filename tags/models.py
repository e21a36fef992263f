from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Corp
from tags.choices import TagKind
from tags.querysets import TagGroupQuerySet, TagQuerySet


class TagGroup(Stamped):
    """A group of tags, as WeCom has them (标签组)."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    wecom_id = ExactCharField(_("WeCom id"), max_length=64, null=True, blank=True)
    name = models.CharField(_("name"), max_length=50)
    order = models.PositiveIntegerField(_("order"), default=0)
    kind = models.PositiveSmallIntegerField(_("kind"), choices=TagKind, default=TagKind.CORP, editable=False)
    # WeCom's own order, larger first; ours (``order``) is the place that follows from it.
    wecom_order = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    # The reading of WeCom that this row last came from (corps/tickets.py); an older one doesn't overwrite it.
    fetch_seq = models.PositiveBigIntegerField(default=0, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    objects = TagGroupQuerySet.as_manager()

    class Meta:
        db_table = "tag_group"
        verbose_name = _("tag group")
        verbose_name_plural = _("tag groups")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["corp", "wecom_id"], name="uk_tag_group_wecom")]

    def __str__(self) -> str:
        return self.name


class Tag(Stamped):
    """A tag of the company's catalogue. A deleted one stays as a row: history names it."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    group = models.ForeignKey(TagGroup, on_delete=models.PROTECT, related_name="tags", verbose_name=_("group"))
    wecom_id = ExactCharField(_("WeCom id"), max_length=64, null=True, blank=True)
    name = models.CharField(_("name"), max_length=50)
    order = models.PositiveIntegerField(_("order"), default=0)
    kind = models.PositiveSmallIntegerField(_("kind"), choices=TagKind, default=TagKind.CORP, editable=False)
    # WeCom's own order, larger first; ours (``order``) is the place that follows from it.
    wecom_order = models.PositiveBigIntegerField(null=True, blank=True, editable=False)
    # The reading of WeCom that this row last came from (corps/tickets.py); an older one doesn't overwrite it.
    fetch_seq = models.PositiveBigIntegerField(default=0, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)
    merged_into: Any = models.ForeignKey(
        "self", null=True, blank=True, editable=False, on_delete=models.PROTECT, verbose_name=_("merged into")
    )
    # Derived: how many customers have it, counted every few minutes and not in each list.
    use_count = models.PositiveBigIntegerField(_("customers"), default=0, editable=False)
    counted_at = models.DateTimeField(_("counted"), null=True, blank=True, editable=False)

    objects = TagQuerySet.as_manager()

    class Meta:
        db_table = "tag"
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["corp", "wecom_id"], name="uk_tag_wecom")]

    def __str__(self) -> str:
        return self.name
