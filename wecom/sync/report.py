"""What a run has done so far, kept as figures and ids; put into sentences in the reader's own language."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from corps.tally import SAMPLE, Tally
from wecom.client.codes import advice_on
from wecom.client.errors import NotConnected
from wecom.models import SyncRun
from wecom.sync.steps import Failure

COUNTS = ("new", "changed", "same", "ended", "refused", "failed")
# How many failures are kept by name; all are counted.
_NAMED = 50
State = SyncRun.State


def after(report: dict[str, Any], tally: Tally, failures: Sequence[Failure]) -> dict[str, Any]:
    """The report with one more page counted in. The given one stays as it is: the page may be stored again."""
    counts = {name: report.get(name, 0) + getattr(tally, name, 0) for name in COUNTS}
    counts["failed"] += len(failures)
    named = [*report.get("failures", []), *({"who": f.who, "code": f.code} for f in failures)]
    sample = [*report.get("sample", []), *tally.sample]
    return report | counts | {"failures": named[:_NAMED], "sample": sample[:SAMPLE]}


def rows(run: SyncRun) -> int:
    """How many rows it has compared so far."""
    return sum(run.report.get(name, 0) for name in ("new", "changed", "same", "refused"))


def sentences(run: SyncRun) -> list[str]:
    """What came of it, and what there is to do, for people."""
    told = [_counted(run)]
    if run.dry_run:
        told.append(_("This was a dry run: nothing was stored."))
    if failed := run.report.get("failed"):
        text = _("%(count)d could not be read; nothing of theirs ends because of that. They are read again next time.")
        told.append(text % {"count": failed})
    if going := run.report.get("hold"):
        told.append(_held(run, going))
    if by := run.report.get("refused_by") or run.report.get("cancelled_by"):
        told.append(_("Called off by %(who)s. What had been stored until then stays.") % {"who": by})
    if run.state == State.FAILED:
        told.append(str(_unusable().get(run.last_error) or advice_on(run.error_code or 0)))
    if run.state == State.RUNNING and run.error_code is not None:
        told.append(_("It waits, and goes on by itself. WeCom's code: %(code)d.") % {"code": run.error_code})
    return told


def _counted(run: SyncRun) -> str:
    text = _("%(new)d new, %(changed)d changed, %(same)d the same, %(ended)d ended.")
    return text % {name: run.report.get(name, 0) for name in COUNTS}


def _unusable() -> dict[str, str]:
    return {
        "not_connected": str(NotConnected.advice),
        "no_followers": _(
            "WeCom names no employee who may have customers. Grant it under Customer contact, Permissions, or widen the"
            " app's visible range."
        ),
        "no_departments": _("WeCom names no department. Put departments into the app's visible range."),
    }


def _held(run: SyncRun, going: dict[str, Any]) -> str:
    figures = {"going": going["going"], "of": going["of"]}
    if run.state == State.NEEDS_APPROVAL:
        text = _(
            "WeCom no longer shows %(going)d of %(of)d. Nothing has ended. Approve it if that can be true: each is then"
            " asked for once more. Refuse it if WeCom's answer looks incomplete."
        )
    else:
        text = _("WeCom no longer showed %(going)d of %(of)d, and a person was asked.")
    return text % figures
