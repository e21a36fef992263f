from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.models import Corp
from customers.columns import corp_of


class BitmapIndex(models.Model):
    """How a company's bitmaps stand. All of it is derived: ``rebuild_bitmaps`` makes it anew."""

    corp = models.OneToOneField(Corp, on_delete=models.CASCADE, primary_key=True, verbose_name=_("company"))
    # The bitmaps that answer; 0 while there are none that do.
    generation = models.PositiveBigIntegerField(default=0)
    # The last one that somebody began to write: each writer has a number of its own.
    claimed = models.PositiveBigIntegerField(default=0)
    # While somebody writes one, unless they were killed.
    busy_until = models.DateTimeField(null=True, blank=True)
    # Folds are numbered for ever. Those up to ``base_number`` are in the bitmaps, those up to ``number`` lie on top.
    base_number = models.PositiveBigIntegerField(default=0)
    number = models.PositiveBigIntegerField(default=0)
    # The change folded last, by its ``update_time``, and all of the last minutes (bitmaps/changes.py).
    watermark = models.DateTimeField(null=True, blank=True)
    recent = models.BinaryField(default=b"")
    # What they were made by: another zone has other days, another release other atoms.
    zone = models.CharField(max_length=64, default="")
    form = models.PositiveIntegerField(default=0)
    customers = models.PositiveBigIntegerField(_("customers"), default=0)
    size = models.PositiveBigIntegerField(_("bytes"), default=0)
    built_at = models.DateTimeField(_("built"), null=True, blank=True)
    folded_at = models.DateTimeField(_("brought into step"), null=True, blank=True)
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    # Of the customers of the last check: how many were not as the record has them.
    wrong = models.PositiveIntegerField(_("wrong"), default=0)

    class Meta:
        db_table = "bitmap_index"
        verbose_name = _("index of bitmaps")
        verbose_name_plural = _("indexes of bitmaps")

    def __str__(self) -> str:
        return f"{self.corp_id} · {self.generation}.{self.number}"


class Bitmap(models.Model):
    """The customers of whom one thing is true (bitmaps/atoms.py), as a serialised roaring bitmap of their ids."""

    corp = corp_of()
    generation = models.PositiveBigIntegerField()
    atom = ExactCharField(max_length=100)
    data = models.BinaryField()

    class Meta:
        db_table = "bitmap"
        verbose_name = _("bitmap")
        verbose_name_plural = _("bitmaps")
        # The way to the atoms of a question.
        constraints = [models.UniqueConstraint(fields=["corp", "generation", "atom"], name="uk_bitmap")]

    def __str__(self) -> str:
        return self.atom


class BitmapDelta(models.Model):
    """What is true now of some customers that changed: it lies on top of the bitmaps until they are written anew."""

    corp = corp_of()
    # The folds that are in it, first and last.
    first = models.PositiveBigIntegerField()
    number = models.PositiveBigIntegerField()
    customers = models.PositiveBigIntegerField(default=0)
    # Bitmaps by name (bitmaps/packing.py).
    data = models.BinaryField()

    class Meta:
        db_table = "bitmap_delta"
        verbose_name = _("changes on top of bitmaps")
        verbose_name_plural = _("changes on top of bitmaps")
        # The way to those a process doesn't know yet.
        constraints = [models.UniqueConstraint(fields=["corp", "number"], name="uk_bitmap_delta")]

    def __str__(self) -> str:
        return f"{self.corp_id} · {self.first}–{self.number}"
