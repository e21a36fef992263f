"""Count a span anew. Twice is the same rows, also long after: nothing of it depends on when it is done."""

import datetime as dt

from core.retry import atomic_retry
from core.time import day_range
from corps.models import Corp
from customers.models import TalkFigures
from customers.talk_figures import SETTLED
from insights.engagement import defining
from insights.stats import counting, storing, windows
from insights.stats.families import FAMILIES, Family, engagement, kept
from insights.stats.terms import KEPT_AFTER, Span
from insights.stats.windows import Window


def compute(*, corp: Corp, span: Span, day: dt.date, today: dt.date) -> int:
    """Count the day, or the week or month that it lies in, and say that this has been done; how many rows differed.

    Args:
        today: the company's; what isn't over is counted up to its beginning.
    """
    window = windows.window(corp, span, day, today=today)
    changed = _counted(corp, window, _families(corp, window, today))
    final = window.whole and today - window.last >= SETTLED and not _unsettled(corp, window)
    atomic_retry(storing.mark)(corp_id=corp.pk, window=window, final=final)
    return changed


def compute_kept(*, corp: Corp, day: dt.date, today: dt.date) -> int:
    """Count who of those that came on a day was still there, after as many days as have passed since its end."""
    window = windows.window(corp, Span.DAY, day, today=today)
    over = day_range(today, corp.zone)[0] - window.end
    after = [n for n in KEPT_AFTER if dt.timedelta(days=n) <= over]
    return _counted(corp, window, [kept(after)]) if after else 0


def compute_day(*, corp: Corp, day: dt.date, today: dt.date) -> int:
    """Count all that a day is a part of: itself, its week, its month, and who came on it and stayed."""
    changed = compute_kept(corp=corp, day=day, today=today)
    for span in Span:
        changed += compute(corp=corp, span=span, day=day, today=today)
    return changed


def _counted(corp: Corp, window: Window, families: list[Family]) -> int:
    # Counted outside the transaction that stores: on SQLite nobody else could write meanwhile.
    found = counting.count(corp, window, families)
    metrics = {one.metric for family in families for one in family.counts}
    return atomic_retry(storing.store)(corp_id=corp.pk, window=window, metrics=metrics, found=found)


def _families(corp: Corp, window: Window, today: dt.date) -> list[Family]:
    yesterday = window.last == today - dt.timedelta(days=1)
    found = [family for family in FAMILIES if window.span in family.spans and (family.remembered or yesterday)]
    return [*found, engagement(defining.current(corp.pk))] if window.span == Span.DAY else found


def _unsettled(corp: Corp, window: Window) -> bool:
    figures = TalkFigures.objects.of_corp(corp.pk).filter(day__range=(window.first, window.last), final=False)
    return figures.exists()
