"""Lists of the console that people take along as a file, narrowed as they stand there."""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from core import exporting, newest
from core.console import ScopedModelAdmin
from core.console_scope import actor_of
from core.errors import RuleViolation
from core.headers import address_of
from core.pagination import bounded_count
from customers.choices import Source
from customers.privacy import accesses

FORMAT = "format"


class LeavingAdmin(ScopedModelAdmin):
    """A list with its export beside it: ``console/exports.html`` above the list offers it.

    Attributes:
        leaves_as: what the record of accesses calls the list.
        file_name: what the file is called.
        newest_by: the column of moments by which it is read, the newest first.
        numbers: whether what looks like a number is one in a workbook.
    """

    leaves_as: ClassVar[str]
    file_name: ClassVar[str]
    newest_by: ClassVar[str]
    numbers: ClassVar[bool] = True
    list_before_template = "console/exports.html"

    def lines(self, rows: Iterable[Any], zone: ZoneInfo) -> Iterator[list[str]]:
        """The heading and a line for each row."""
        raise NotImplementedError

    def joined(self, rows: Any) -> Any:
        """The rows with what a line needs beside them."""
        return rows

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_export"
        return [path("export/", self.admin_site.admin_view(self.export), name=name), *super().get_urls()]

    def export(self, request: HttpRequest) -> HttpResponseBase:
        """What the filters now show, as a file of the kind that ``format`` names."""
        if not self.has_view_permission(request):
            return self.nowhere(request, "export")
        asked, filters = request.GET.dict(), request.GET.copy()
        # No filter of the list, which would know no such column.
        kind = str(filters.pop(FORMAT, [""])[-1])
        request.GET, request.leaving = filters, True  # type: ignore[assignment,attr-defined]
        try:
            rows = self.joined(self.get_changelist_instance(request).get_queryset(request))
        except IncorrectLookupParameters:
            # As the list itself answers an address that filters by what it can't.
            return redirect(f"{self.page('changelist')}?e=1")
        except RuleViolation as refusal:
            self.message_user(request, str(refusal.message), messages.ERROR)
            return redirect(f"{self.page('changelist')}?{filters.urlencode()}")
        told: Any = {"by": actor_of(request), "source": Source.OPERATOR, "address": address_of(request.META)}
        number = bounded_count(rows, exporting.MOST_ROWS)[0]
        accesses.exported(what=self.leaves_as, number=number, filters=asked, **told)
        found = newest.through(rows, self.newest_by, most=exporting.MOST_ROWS)
        lines = self.lines(found, ZoneInfo(timezone.get_current_timezone_name()))
        kind = kind if kind in exporting.KINDS else exporting.KINDS[0]
        return exporting.as_file(lines, self.file_name, kind, numbers=self.numbers)
