"""What the page of an import shows: which step it is at, figures, what is wrong with which line."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from followups.choices import ImportState, LineState
from followups.importing import faults, sheets
from followups.models import FollowUpImport, FollowUpImportLine

MOST_SHOWN = 100
_AT = {ImportState.CHECKING: 1, ImportState.CHECKED: 2, ImportState.WRITING: 2}


def of(job: FollowUpImport, page: Callable[..., str]) -> dict[str, Any]:
    """Args: page: as ``ScopedModelAdmin.page``."""
    state = ImportState(job.state)
    wrong = FollowUpImportLine.objects.filter(job=job, state=LineState.BAD).order_by("number")
    lines = [_shown(line) for line in wrong[:MOST_SHOWN]]
    # Once its week is over, only the number is left.
    download = page("faults", job.pk) if lines else ""
    return {
        "steps": steps(_AT.get(state, len(_named()))),
        "state": _told(job),
        "percent": _percent(job),
        "figures": _figures(job),
        "faults": lines,
        "more": job.bad > len(lines),
        "download": download,
        "start": page("start", job.pk) if state == ImportState.CHECKED else "",
    }


def steps(at: int) -> list[tuple[str, str]]:
    """Each step by its name, and whether it is ``done``, under way (``now``) or ``ahead``; ``at`` counts from 0."""
    return [(name, "done" if n < at else "now" if n == at else "ahead") for n, name in enumerate(_named())]


def _named() -> list[str]:
    return [_("Choose a file"), _("Check"), _("Bring in"), _("Report")]


def _told(job: FollowUpImport) -> str:
    told = {
        ImportState.CHECKING: _("The lines are being checked. You may leave this page: it goes on."),
        ImportState.CHECKED: _("Nothing has been brought in yet. Look at what is at fault, then bring the rest in."),
        ImportState.WRITING: _("The follow-ups are being brought in. You may leave this page: it goes on."),
        ImportState.DONE: _("It is done."),
        ImportState.STOPPED: _("It was stopped. What was brought in stays."),
        ImportState.FAILED: faults.sentence(job.code),
    }
    if job.state == ImportState.DONE and not job.good:
        return _("There was nothing to bring in.")
    return told[ImportState(job.state)]


def _percent(job: FollowUpImport) -> int | None:
    """Of what is under way; None where nothing is."""
    if job.state == ImportState.CHECKING:
        return min(99, 100 * job.seen // job.total) if job.total else None
    if job.state == ImportState.WRITING:
        left = FollowUpImportLine.objects.filter(job=job, state=LineState.GOOD).count()
        return 100 * (job.good - min(left, job.good)) // max(job.good, 1)
    return None


def _figures(job: FollowUpImport) -> list[dict[str, Any]]:
    told = [
        (_("lines checked"), job.seen, False),
        (_("to bring in"), job.good, False),
        (_("there already"), job.known, False),
        (_("at fault"), job.bad, job.bad > 0),
    ]
    begun = job.created or job.state in (ImportState.WRITING, ImportState.DONE)
    told += [(_("brought in"), job.created, False)] if begun else []
    return [{"label": label, "number": number, "warn": warn} for label, number, warn in told]


def _shown(line: FollowUpImportLine) -> dict[str, Any]:
    stood = str(line.cells.get(sheets.CELLS.get(line.column, ""), ""))
    column, why = faults.column(line.column), faults.sentence(line.code)
    return {"number": line.number, "column": column, "why": why, "stood": stood[:60]}
