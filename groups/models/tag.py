from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Corp
from corps.querysets import CorpQuerySet


class GroupTagSet(Stamped):
    """A set of tags for group chats, such as "stage" or "region". WeCom has no tags for chats: these are ours alone."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    # Compared byte by byte, so that the key means the same on every database.
    name = ExactCharField(_("name"), max_length=50)
    order = models.PositiveIntegerField(_("order"), default=0)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CorpQuerySet["GroupTagSet"].as_manager()

    class Meta:
        db_table = "group_tag_set"
        verbose_name = _("group tag set")
        verbose_name_plural = _("group tag sets")
        ordering = ["order", "id"]
        constraints = [models.UniqueConstraint(fields=["corp", "name"], name="uk_group_tag_set")]

    def __str__(self) -> str:
        return self.name


class GroupTag(Stamped):
    """A tag for group chats."""

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    set = models.ForeignKey(GroupTagSet, on_delete=models.PROTECT, related_name="tags", verbose_name=_("tag set"))
    name = ExactCharField(_("name"), max_length=50)
    order = models.PositiveIntegerField(_("order"), default=0)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CorpQuerySet["GroupTag"].as_manager()

    class Meta:
        db_table = "group_tag"
        verbose_name = _("group tag")
        verbose_name_plural = _("group tags")
        ordering = ["set__order", "set_id", "order", "id"]
        constraints = [models.UniqueConstraint(fields=["set", "name"], name="uk_group_tag")]

    def __str__(self) -> str:
        return self.name
