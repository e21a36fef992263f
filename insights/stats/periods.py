"""Which spans a question is about, and those before them that they are compared with."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import BadRequest, FieldError
from corps.models import Corp
from insights.stats import windows
from insights.stats.terms import Span

# Some years by the month, one by the day.
MOST = {Span.DAY: 366, Span.WEEK: 106, Span.MONTH: 36}
USUAL = {Span.DAY: 30, Span.WEEK: 12, Span.MONTH: 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Attributes:
    firsts: the first day of each span, the oldest first.
    before: those of as many spans before.
    yesterday: the company's; no later day is over.
    """

    span: Span
    firsts: list[dt.date]
    before: list[dt.date]
    yesterday: dt.date

    @property
    def first(self) -> dt.date:
        return self.firsts[0]

    @property
    def last(self) -> dt.date:
        return self.last_of(self.firsts[-1])

    def last_of(self, first: dt.date) -> dt.date:
        """The last day of a span, or the last that is over."""
        return min(windows.after(self.span, first) - windows.DAY, self.yesterday)


def period(corp: Corp, span: Span, first: dt.date | None, last: dt.date | None, *, most: int | None = None) -> Period:
    """The whole spans from that of one day to that of another; by default the last of them up to yesterday.

    Raises:
        BadRequest: ``days_invalid``: none of them is over, the last lies before the first, or there are too many.
    """
    yesterday, bound = windows.today_of(corp) - windows.DAY, most or MOST[span]
    end = windows.beginning(span, min(last or yesterday, yesterday))
    start = windows.beginning(span, first) if first else windows.before(span, end, USUAL[span] - 1)
    firsts = _from(span, start, end, bound)
    if not firsts:
        text = _("Choose at most %(n)d days, weeks or months, the first before the last, none after yesterday.")
        message = text % {"n": bound}
        raise BadRequest("days_invalid", message, [FieldError("from", "days_invalid", message)])
    return Period(span, firsts, _from(span, windows.before(span, start, len(firsts)), start, bound + 1)[:-1], yesterday)


def _from(span: Span, start: dt.date, end: dt.date, most: int) -> list[dt.date]:
    """The spans from one to another; none where there are more than ``most``."""
    found: list[dt.date] = []
    while start <= end and len(found) <= most:
        found.append(start)
        start = windows.after(span, start)
    return found if len(found) <= most else []
