"""Filters by the company's custom fields of customers, those in use: whether they are filled in, and with what.

What somebody typed into a personal field would stand in the address; of those only the first can be asked here. The
rest the advanced filter asks, whose condition is kept on the server.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.admin.views.main import ChangeList
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from core.console_scope import actor_of
from core.errors import BadRequest
from core.time import day_range
from customers.choices import CustomKind, CustomSubject
from customers.console.listing.asked import Asked, Chip
from customers.custom import filtering
from customers.custom.kinds import CHOOSING
from customers.models import CustomField

_HAS = {"set": pgettext_lazy("filter", "filled in"), "unset": pgettext_lazy("filter", "empty")}
_FLAG = (("true", gettext_lazy("Yes")), ("false", gettext_lazy("No")))
_DAYS = (CustomKind.DATE, CustomKind.DATE_TIME)
_RANGES = (CustomKind.NUMBER, *_DAYS)
_TEXTS = (CustomKind.TEXT, CustomKind.LINK)


class Field(NamedTuple):
    """One field as the drawer offers it; ``options`` are ids and labels."""

    id: int
    key: str
    name: str
    kind: int
    personal: bool
    options: tuple[tuple[int, str], ...]


def filters(request: HttpRequest) -> list[Callable[..., "Own"]]:
    """A filter for each field in use. One statement."""
    return [partial(Own, field) for field in _fields(actor_of(request).corp_id)]


def asked(specs: Sequence[Any]) -> dict[str, Any]:
    """What all of them ask, in the words of ``customers.selection``. Raises BadRequest: too much at once."""
    triples = [triple for spec in specs if isinstance(spec, Own) for triple in spec.triples()]
    if len(triples) > filtering.MOST_ASKED:
        message = _("At most %(n)d questions about custom fields at once.") % {"n": filtering.MOST_ASKED}
        raise BadRequest("invalid_parameter", message)
    return {filtering.PARAMETER: triples} if triples else {}


def _fields(corp_id: int | None) -> list[Field]:
    if not corp_id:
        return []
    rows = CustomField.objects.of_corp(corp_id).filter(subject=CustomSubject.CUSTOMER, active=True)
    columns = ("pk", "key", "name", "kind", "personal", "options__id", "options__label", "options__active")
    found: dict[int, tuple[Any, list[Any]]] = {}
    ordered = rows.order_by("order", "id", "options__order", "options__id").values_list(*columns)
    for pk, key, name, kind, personal, option, label, active in ordered:
        found.setdefault(pk, ((key, name, kind, personal), []))[1].extend([(option, label)] if active else [])
    return [Field(pk, *about, options=tuple(options)) for pk, (about, options) in found.items()]


class Own(Asked):
    """One custom field: ``cf5_has``, and by its kind ``cf5`` or ``cf5_from`` and ``cf5_to``."""

    template = "console/filter_group.html"

    def __init__(self, field: Field, *args: Any) -> None:
        self.field, self.title, self.parameter_name = field, field.name, f"cf{field.id}"
        super().__init__(*args)

    def names(self) -> Sequence[str]:
        name, kind = self.parameter_name, self.field.kind
        if self.field.personal or kind not in (*CHOOSING, *_RANGES, *_TEXTS, CustomKind.FLAG):
            return [f"{name}_has"]
        return [f"{name}_has", *([f"{name}_from", f"{name}_to"] if kind in _RANGES else [name])]

    def read(self) -> list[filtering.Asked] | None:
        return [triple for _chip, triple in self._told()] or None

    def asked(self) -> dict[str, Any]:
        return {}

    def triples(self) -> list[filtering.Asked]:
        return self.read() or []

    def chips(self, changelist: Any) -> Iterator[Chip]:
        return (chip for chip, _triple in self._told())

    def _told(self) -> Iterator[tuple[Chip, filtering.Asked]]:
        """Each question as its chip and as the API would have it."""
        for name, values in self.given.items():
            if values:
                asked = self._asked(name.removeprefix(self.parameter_name), values)
                if asked:
                    op, value, said = asked
                    yield Chip(self.title, said, {name: []}), (self.field.key, op, value)

    def _asked(self, which: str, values: list[str]) -> tuple[str, str, Any] | None:
        """How, with what, and how people say it."""
        value = values[-1].strip()
        if which == "_has":
            return (value, "", _HAS[value]) if value in _HAS else None
        if which in ("_from", "_to"):
            form = _("%(first)s or more") if which == "_from" else _("%(last)s or less")
            op, sent = self._bound(which, value)
            return op, sent, form % {"first": value, "last": value}
        if self.field.kind in CHOOSING:
            chosen = [(ident, label) for ident, label in self.field.options if str(ident) in values]
            told = ", ".join(label for _id, label in chosen)
            return ("in", ",".join(str(ident) for ident, _label in chosen), told) if chosen else None
        if self.field.kind == CustomKind.FLAG:
            return ("is", value, dict(_FLAG)[value]) if value in dict(_FLAG) else None
        return "is", value, value

    def _bound(self, which: str, value: str) -> tuple[str, str]:
        """Of points in time the days of the zone now active."""
        day = _day(value) if self.field.kind == CustomKind.DATE_TIME else None
        if day:
            start, end = day_range(day, ZoneInfo(timezone.get_current_timezone_name()))
            return ("gte", start.isoformat()) if which == "_from" else ("lt", end.isoformat())
        return ("gte" if which == "_from" else "lte"), value

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        form = forms.Form(data={name: self._shown(name) for name in self.names()})
        for name in self.names():
            field = self._input(name.removeprefix(self.parameter_name))
            field.required = False
            form.fields[name] = field
        yield {"form": form}

    def _shown(self, name: str) -> Any:
        several = name == self.parameter_name and self.field.kind in CHOOSING
        return self.given[name] if several else (self.given[name] or [""])[-1]

    def _input(self, which: str) -> forms.Field:
        words = {"_has": _("filled in or empty"), "_from": _("from"), "_to": _("to"), "": _("value")}
        said: dict[str, Any] = {"aria-label": f"{self.title}: {words[which]}"}
        if options := {"_has": tuple(_HAS.items()), "": _FLAG if self.field.kind == CustomKind.FLAG else ()}.get(which):
            everything = ("", gettext_lazy("All"))
            return forms.ChoiceField(choices=[everything, *options], widget=UnfoldAdminSelectWidget(attrs=said))
        if which == "" and self.field.kind in CHOOSING:
            widget = UnfoldAdminSelectMultipleWidget(attrs=said)
            return forms.MultipleChoiceField(choices=self.field.options, widget=widget)
        said |= {"type": "date" if self.field.kind in _DAYS else "text", "placeholder": words[which]}
        return forms.CharField(widget=UnfoldAdminTextInputWidget(attrs=said))


def _day(value: str) -> dt.date | None:
    try:
        return parse_date(value)
    except ValueError:
        return None
