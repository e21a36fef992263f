"""Fields in which one row, or several, are picked from many by searching for them."""

import re
from collections.abc import Iterable
from typing import Any

from django.contrib.admin import widgets

# Eighteen digits fit into every database's ids.
_ID = re.compile(r"[0-9]{1,18}")


class _OnlyIds:
    """Django looks the values of a refused form up as they came, and falls over one that is no id: it picks nothing."""

    def optgroups(self, name: str, value: Iterable[Any], attr: Any = None) -> Any:
        ids = [each for each in value if _ID.fullmatch(str(each))]
        return super().optgroups(name, ids, attr)  # type: ignore[misc]


def pick(field: Any, rows: Any, widget: Any) -> None:
    """Have a form's field offer these rows, found by typing in the widget."""
    widget.attrs["class"] = "unfold-admin-autocomplete"
    widget.choices = field.choices
    field.widget, field.queryset = widget, rows


class AutocompleteSelect(_OnlyIds, widgets.AutocompleteSelect):
    """One row. One that is at hand, ``known``, is not looked up again."""

    known: Any = None

    def optgroups(self, name: str, value: Iterable[Any], attr: Any = None) -> Any:
        if self.known is None or list(map(str, value)) != [str(self.known.pk)]:
            return super().optgroups(name, value, attr)
        groups = super().optgroups(name, [], attr)
        label = self.choices.field.label_from_instance(self.known)
        groups[0][1].append(self.create_option(name, self.known.pk, label, True, len(groups[0][1])))
        return groups


class AutocompleteSelectMultiple(_OnlyIds, widgets.AutocompleteSelectMultiple):
    """Several."""


class _Named:
    """Options whose names are at hand, ``named``: they are not looked up again."""

    named: dict[int, str]

    def optgroups(self, name: str, value: Iterable[Any], attr: Any = None) -> Any:
        groups = super().optgroups(name, [], attr)  # type: ignore[misc]
        for ident in [each for each in map(str, value) if _ID.fullmatch(each)]:
            option = self.create_option(name, ident, self.named.get(int(ident), ""), True, len(groups[0][1]))  # type: ignore[attr-defined]
            groups[0][1].append(option)
        return groups


class Named(_Named, AutocompleteSelect):
    """One row."""


class NamedMultiple(_Named, AutocompleteSelectMultiple):
    """Several."""
