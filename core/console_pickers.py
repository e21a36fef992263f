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


class AutocompleteSelect(_OnlyIds, widgets.AutocompleteSelect):
    """One row."""


class AutocompleteSelectMultiple(_OnlyIds, widgets.AutocompleteSelectMultiple):
    """Several."""
