"""The tables of an import: the empty one that people fill in, and the lines that were at fault, to be corrected."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from followups.choices import FollowUpKind, FollowUpOutcome
from followups.importing import faults
from followups.models import FollowUpImportLine

# A column of the wire → the name of its cell in followups/importing/reading.py, in the order of the sheet.
CELLS = {
    "externalUserid": "external_userid",
    "userid": "userid",
    "happenedAt": "happened_at",
    "content": "content",
    "kind": "kind",
    "outcome": "outcome",
    "nextAt": "next_at",
}


def template() -> Iterator[list[str]]:
    """The headings alone: what stands below them is brought in."""
    yield [faults.column(name) for name in CELLS]


def help_of() -> list[tuple[str, bool, str]]:
    """Each column, whether it is needed, and what belongs there."""
    told = {
        "externalUserid": _("The customer's id in WeCom, as in an export."),
        "userid": _("The account of the employee whose work it was. Empty: nobody's."),
        "happenedAt": _("When it happened, as 2026-10-01 09:30, in the company's time zone."),
        "content": _("What was done, at most 5,000 characters."),
        "kind": _listed(FollowUpKind.labels),
        "outcome": _listed(FollowUpOutcome.labels[1:]),
        "nextAt": _("When to be in touch again. It is kept, and reminds nobody."),
    }
    needed = ("externalUserid", "happenedAt", "content")
    return [(faults.column(name), name in needed, told[name]) for name in CELLS]


def at_fault(lines: Iterable[FollowUpImportLine]) -> Iterator[list[str]]:
    """As they stood in the file, with the number of each and what is wrong. Corrected, it can be brought in."""
    yield [*(faults.column(name) for name in CELLS), _("line in the file"), _("column"), _("what is wrong")]
    for line in lines:
        stood = [str(line.cells.get(cell, "")) for cell in CELLS.values()]
        yield [*stood, str(line.number), faults.column(line.column), faults.sentence(line.code)]


def _listed(labels: Iterable[Any]) -> str:
    return _("One of: %(choices)s.") % {"choices": pgettext("between names of a list", ", ").join(map(str, labels))}
