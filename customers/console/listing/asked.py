"""What the filters of the customer list have in common.

Each says what it asks in the words of ``customers.selection``, so that the list and the API can't differ, and what
stands on its chips. None asks the database for its choices.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from django.contrib.admin import ListFilter
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.forms import DropdownForm, SearchForm

MOST_LISTED = 50


class Chip(NamedTuple):
    """Something that is asked, and what of the address remains without it.

    Attributes:
        name: what is asked, as a filter is called.
        value: how; empty where the name says all.
        left: parameter → its values without this chip.
        edit: where it is changed, if that is a page of its own.
        note: what else is to be said of it.
        acts: what else can be done with it, address and words each.
    """

    name: Any
    value: Any
    left: dict[str, list[str]]
    edit: str = ""
    note: str = ""
    acts: Sequence[tuple[str, Any]] = ()


class Asked(ListFilter):
    """A filter of one parameter.

    Attributes:
        parameter_name: in the address.
        wire: the filter of ``customers.selection`` that it is; empty where it narrows the rows by itself.
    """

    template = "unfold/filters/filters_field.html"
    parameter_name = ""
    wire = ""

    def __init__(self, request: HttpRequest, params: dict[str, list[str]], model: Any, model_admin: Any) -> None:
        super().__init__(request, params, model, model_admin)
        self.request, self.model_admin = request, model_admin
        taken = {name: params.pop(name, []) for name in self.names()}
        # NUL has no place in any text of the database.
        self.given = {
            name: [value for value in values if value and "\0" not in value] for name, values in taken.items()
        }
        # The form of the drawer holds these itself.
        self.used_parameters = dict(self.given)

    def names(self) -> Sequence[str]:
        """Its parameters in the address."""
        return [self.parameter_name]

    @property
    def values(self) -> list[str]:
        return self.given[self.parameter_name]

    @property
    def value(self) -> str:
        return (self.values or [""])[-1]

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str]:
        return list(self.given)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset

    def last(self, rows: Any) -> Any:
        """The rows, narrowed when everything else has been asked of them, in the order in which they are shown."""
        return rows

    def asked(self) -> dict[str, Any]:
        """The filters of ``customers.selection`` with their values. What can't be read asks nothing."""
        read = self.read()
        return {} if read is None else {self.wire: read}

    def read(self) -> Any:
        """The value as ``customers.selection`` takes it; None where there is none."""
        raise NotImplementedError

    @property
    def active(self) -> bool:
        """Whether it asks anything."""
        return self.read() is not None

    def chips(self, changelist: Any) -> Iterator[Chip]:
        if self.active:
            yield Chip(self.title, self.said(changelist), {name: [] for name in self.given})

    def said(self, changelist: Any) -> Any:
        """The value, as people say it."""
        return self.value

    @property
    def label(self) -> Any:
        return capfirst(self.title)


class OneOf(Asked):
    """One of a few choices.

    Attributes:
        options: of the model's own, value and label.
    """

    options: Sequence[tuple[Any, Any]] = ()
    everything: Any = _("All")

    def read(self) -> Any:
        return next((value for value, _label in self.options if str(value) == self.value), None)

    def said(self, changelist: Any) -> Any:
        return dict(self.options)[self.read()]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        options = [("", self.everything), *((str(value), label) for value, label in self.options)]
        read = self.read()
        data = {self.parameter_name: "" if read is None else str(int(read))}
        yield {"form": DropdownForm(name=self.parameter_name, label=self.label, choices=options, data=data)}


class YesNo(OneOf):
    options = ((1, _("Yes")), (0, _("No")))

    def read(self) -> bool | None:
        # Addresses of before say it in Django's words.
        return {"1": True, "True": True, "0": False, "False": False}.get(self.value)


class SomeOf(OneOf):
    """Any of a few choices, or several."""

    def read(self) -> list[Any] | None:
        return [value for value, _label in self.options if str(value) in self.values] or None

    def chips(self, changelist: Any) -> Iterator[Chip]:
        for value, label in self.options:
            if str(value) in self.values:
                left = [other for other in self.values if other != str(value)]
                yield Chip(self.title, label, {self.parameter_name: left})

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        options = [(str(value), label) for value, label in self.options]
        data = {self.parameter_name: self.values}
        form = DropdownForm(name=self.parameter_name, label=self.label, choices=options, data=data, multiple=True)
        yield {"form": form}


class Typed(Asked):
    """A text, compared as a whole, so that an index answers."""

    longest = 50

    def read(self) -> str | None:
        return self.value.strip() or None

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        form = SearchForm(name=self.parameter_name, label=self.label, data={self.parameter_name: self.value})
        form.fields[self.parameter_name].widget.attrs["maxlength"] = self.longest
        yield {"form": form}
