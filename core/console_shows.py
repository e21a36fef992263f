"""Form fields that matter for some choices only: the choice names them, and a script shows them with it alone."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.forms.widgets import Script  # type: ignore[attr-defined]

# Of the form: ``class Media: js = [SCRIPT]``. Without it all fields are seen.
SCRIPT = Script("console/shows.js", type="module")


def shows(field: Any, fields: Mapping[str, Sequence[str]]) -> None:
    """Have a choice show fields: of each of its values, those with these names."""
    field.widget.attrs["data-shows"] = json.dumps({value: list(names) for value, names in fields.items()})
