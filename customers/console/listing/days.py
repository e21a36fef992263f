"""Filters by days, from one to another, both included, as the days of the zone now active."""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from unfold.contrib.filters.forms import RangeDateForm

from core.console_scope import actor_of
from core.pagination import bounded_count
from core.time import day_range
from customers.console.listing.asked import Asked, Chip
from customers.models import RelationEpisode
from customers.selection import COMMON

Span = dict[str, dt.datetime]


class Days(Asked):
    template = "console/filter_group.html"
    form_class = RangeDateForm

    def names(self) -> Sequence[str]:
        return [f"{self.parameter_name}_from", f"{self.parameter_name}_to"]

    def day(self, side: str) -> dt.date | None:
        """``from`` or ``to``. The thirtieth of February is no day, as an empty field is none."""
        try:
            return parse_date((self.given[f"{self.parameter_name}_{side}"] or [""])[-1])
        except ValueError:
            return None

    def span(self) -> Span:
        """``gte`` and ``lt``, as far as they are given."""
        zone = ZoneInfo(timezone.get_current_timezone_name())
        first, last = self.day("from"), self.day("to")
        found = {"gte": day_range(first, zone)[0]} if first else {}
        return found | ({"lt": day_range(last, zone)[1]} if last else {})

    def asked(self) -> dict[str, Any]:
        return {}

    @property
    def active(self) -> bool:
        return bool(self.span())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        span = self.span()
        return self.narrowed(queryset, span) if span else queryset

    def narrowed(self, rows: Any, span: Span) -> Any:
        raise NotImplementedError

    def chips(self, changelist: Any) -> Iterator[Chip]:
        days = {"first": self._said("from"), "last": self._said("to")}
        if any(days.values()):
            form = _("%(first)s to %(last)s") if all(days.values()) else _("%(first)s or later")
            form = form if days["first"] else _("until %(last)s")
            yield Chip(self.title, form % days, {name: [] for name in self.given})

    def _said(self, side: str) -> str:
        day = self.day(side)
        return date_format(day, "Y-m-d") if day else ""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        data = {name: (values or [""])[-1] for name, values in self.given.items()}
        form = RangeDateForm(name=self.parameter_name, data=data)
        for field, side in zip(form.fields.values(), (_("from"), _("to")), strict=True):
            field.widget.format = "%Y-%m-%d"  # type: ignore[attr-defined]
            field.widget.attrs["aria-label"] = f"{self.title} {side}"
        yield {"form": form}


class AddedDays(Days):
    parameter_name = "add_time"

    def narrowed(self, rows: Any, span: Span) -> Any:
        return rows.added_between(span.get("gte"), span.get("lt"))


class ChangedDays(Days):
    parameter_name = "update_time"

    def narrowed(self, rows: Any, span: Span) -> Any:
        return rows.filter(**{f"update_time__{how}": moment for how, moment in span.items()})


class LostDays(Days):
    """Whose relation with somebody ended then, whoever ended it and whoever follows them now."""

    parameter_name = "lost"

    def narrowed(self, rows: Any, span: Span) -> Any:
        ended = {f"ended_at__{how}": moment for how, moment in span.items()}
        stays = RelationEpisode.objects.visible_to(actor_of(self.request)).filter(**ended)
        # Open ends read the key from its beginning: those that last have no end.
        stays = stays if "gte" in span else stays.filter(ended_at__isnull=False)
        return rows.having(stays, common=not bounded_count(stays, COMMON)[1])
