"""The form field in which columns are chosen and put in order: a number for each, none for those that are not shown."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from customers.listviews.columns import COLUMNS


class ColumnsWidget(forms.Widget):
    template_name = "console/columns_field.html"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        # The forms' own renderer doesn't look where the console's templates are.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        # A column that there was once is none any more.
        shown = [key for key in value or [] if key in COLUMNS]
        places = {key: place for place, key in enumerate(shown, start=1)}
        keys = [*shown, *(key for key in COLUMNS if key not in places)]
        rows = [{"name": f"{name}_{key}", "label": COLUMNS[key], "place": places.get(key, "")} for key in keys]
        return {**super().get_context(name, value, attrs), "rows": rows, "most": len(COLUMNS)}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """Of two with one number the first of the list comes first."""
        places = {key: data.get(f"{name}_{key}", "").strip() for key in COLUMNS}
        chosen = {key: int(place) for key, place in places.items() if place.isascii() and place.isdecimal()}
        return sorted(chosen, key=lambda key: chosen[key])

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False

    def id_for_label(self, id_: str) -> str:
        return ""


class ColumnsField(forms.Field):
    widget = ColumnsWidget

    def __init__(self, **options: Any) -> None:
        text = _("In the order of the numbers. A column without a number isn't shown; without any, the usual ones are.")
        super().__init__(label=_("Columns"), required=False, help_text=text, **options)

    def clean(self, value: Any) -> list[str]:
        return list(value or [])
