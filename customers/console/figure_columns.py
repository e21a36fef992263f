"""What came of channels and codes lately, as columns of their lists."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from core.console_lists import BoundedChangeList
from corps.models import Corp
from customers.channels import figures
from customers.channels.figures import Figures

# Of the retention, the lists show this span.
_SPAN = 7


class FiguredChangeList(BoundedChangeList):
    """The rows of a page with what came of each in the last thirty days."""

    ways = False

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        rows: list[Any] = list(self.result_list)  # type: ignore[has-type]
        self.result_list = rows
        found: dict[int, Figures] = {}
        for corp in Corp.objects.filter(pk__in={row.corp_id for row in rows}) if rows else ():
            found |= figures.lately(corp, ways=self.ways)
        for row in rows:
            row.figures = found.get(row.pk) or Figures(row.pk)


class FiguredByWay(FiguredChangeList):
    """The same, of codes."""

    ways = True


class FigureColumns:
    """Columns over the rows of a ``FiguredChangeList``."""

    @display(description=gettext_lazy("added in 30 days"))
    def added(self, row: Any) -> int:
        return int(row.figures.added)

    @display(description=gettext_lazy("lost in 30 days"))
    def lost(self, row: Any) -> int:
        return int(row.figures.lost)

    @display(description=gettext_lazy("net growth"))
    def net(self, row: Any) -> str:
        return f"{row.figures.net:+d}" if row.figures.net else "0"

    @display(description=gettext_lazy("still there after 7 days"))
    def kept(self, row: Any) -> str:
        rate = row.figures.retention(_SPAN)
        return "–" if rate is None else f"{rate:.0%}"
