"""Filters by rows of other tables, picked by typing. All their names are looked up at once (``names.py``)."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from core.console_pickers import Named, NamedMultiple
from core.console_scope import actor_of, visible
from customers.console.listing.asked import MOST_LISTED, Asked, Chip


class Picked(Asked):
    """By one row.

    Attributes:
        reference: a model and its column by which the rows are searched for.
    """

    # Whose scripts the page then has.
    form_class = AutocompleteDropdownForm
    reference: tuple[Any, str]
    widget: Any = Named
    most = 1

    @property
    def ids(self) -> list[int]:
        # Eighteen digits fit into every database's ids.
        read = [int(one) for one in self.values if one.isascii() and one.isdecimal() and len(one) <= 18]
        return list(dict.fromkeys(read))[-self.most :]

    def read(self) -> Any:
        return self.ids[0] if self.ids else None

    @property
    def field(self) -> Any:
        model, column = self.reference
        return model._meta.get_field(column)

    def rows(self) -> QuerySet[Any]:
        """Those that are picked and that the actor may see: a foreign id names nothing."""
        model = self.field.remote_field.model
        return visible(model._default_manager.filter(pk__in=self.ids), actor_of(self.request))

    def chips(self, changelist: Any) -> Iterator[Chip]:
        for ident in self.ids:
            left = [str(other) for other in self.ids if other != ident]
            yield Chip(self.title, self.called(changelist, ident), {self.parameter_name: left})

    def called(self, changelist: Any, ident: int) -> str:
        return changelist.called.get((self.field.remote_field.model, ident), f"#{ident}")

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        form = AutocompleteDropdownForm(
            request=self.request,
            name=self.parameter_name,
            label=self.label,
            choices=(),
            field=self.field,
            model_admin=self.model_admin,
            multiple=self.most > 1,
        )
        # Not bound: to look up again whether there are such rows would be a statement for each filter.
        form.fields[self.parameter_name].initial = self.read()
        widget = self.widget(self.field, self.model_admin.admin_site, attrs={"class": "unfold-filter-autocomplete"})
        widget.choices = form.fields[self.parameter_name].choices  # type: ignore[attr-defined]
        widget.named = {ident: self.called(changelist, ident) for ident in self.ids}
        form.fields[self.parameter_name].widget = widget
        yield {"form": form}


class PickedMany(Picked):
    """By several."""

    widget = NamedMultiple
    most = MOST_LISTED

    def read(self) -> list[int] | None:
        return self.ids or None
