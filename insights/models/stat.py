from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.querysets import CorpQuerySet
from customers.columns import corp_of
from insights.stats.terms import Dim, Metric, Span


class DailyStat(models.Model):
    """One number of one span in one dimension, counted twice: relations and people. There are no rows of zeros.

    Only stats/storing.py writes it. What each metric counts stands in stats/families.py.
    """

    corp = corp_of()
    span = models.PositiveSmallIntegerField(_("span"), choices=Span)
    # The first day of the span, one of the company's zone.
    day = models.DateField(_("day"))
    dim = models.PositiveSmallIntegerField(_("counted by"), choices=Dim)
    # One of Metric; not as choices, for each new one would be a migration.
    metric = models.PositiveSmallIntegerField(_("figure"))
    # The id of the dimension: 0 of the company; of channels as in customers/channels, 0 for none and -1 for unknown.
    ident = models.BigIntegerField(_("whose"), default=0)
    # A stage, a tag or a number of days (terms.py).
    detail = models.BigIntegerField(_("of what"), default=0)
    relations = models.BigIntegerField(_("relations"))
    people = models.BigIntegerField(_("people"))

    objects = CorpQuerySet["DailyStat"].as_manager()

    class Meta:
        db_table = "daily_stat"
        verbose_name = _("statistic")
        verbose_name_plural = _("statistics")
        constraints = [
            # A span, when it is counted again; all employees of some days.
            models.UniqueConstraint(
                fields=["corp", "span", "day", "dim", "metric", "ident", "detail"], name="uk_daily_stat"
            ),
        ]
        # Somebody's curve: a year of it without everybody else's.
        indexes = [models.Index(fields=["corp", "dim", "ident", "span", "metric", "day"], name="ix_daily_stat_curve")]

    def __str__(self) -> str:
        return f"{self.day} · {Metric(self.metric).name} · {self.relations}"


class StatWindow(models.Model):
    """When a span was last counted, and whether that was the last word: kept apart, so that its rows repeat exactly."""

    corp = corp_of()
    span = models.PositiveSmallIntegerField(_("span"), choices=Span)
    day = models.DateField(_("first day"))
    final = models.BooleanField(_("final"), default=False)
    computed_at = models.DateTimeField(_("counted"))

    objects = CorpQuerySet["StatWindow"].as_manager()

    class Meta:
        db_table = "stat_window"
        verbose_name = _("counted span")
        verbose_name_plural = _("counted spans")
        # Also the newest of a company, and which of some days are final.
        constraints = [models.UniqueConstraint(fields=["corp", "span", "day"], name="uk_stat_window")]

    def __str__(self) -> str:
        return f"{self.get_span_display()} · {self.day}"
