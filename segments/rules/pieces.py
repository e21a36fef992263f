"""One piece of a run over customers: the next ones of them, in the order of their ids, in bounded memory."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.time import now
from corps.models import Corp
from customers.models import Customer
from segments.conditions import answering, facts
from segments.conditions.nodes import Moment
from segments.models import RuleRun
from segments.rules import books, meeting, trials
from segments.rules.books import Armed
from segments.rules.judging import Case
from segments.rules.triggers import standing

# Looked at in one piece, and of these at most so many changed in its transaction.
WINDOW, MOST = 1000, 200


def do(run: RuleRun) -> bool:
    """Do the next piece of a (locked) run and note it there. Returns whether that was the last one.

    Raises:
        RuleViolation: what the rule names is gone.
    """
    rows = Customer.objects.of_corp(run.corp_id).alive().filter(pk__gt=run.after, pk__lte=run.until).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:WINDOW])
    if not ids:
        return True
    armed, moment = _armed(run, run.corp), Moment(now(), run.corp.zone)
    known = facts.gather(ids, corp_id=run.corp_id, conditions=[armed.condition], moment=moment)
    found = [pk for pk in ids if pk in known and answering.holds(armed.condition, known[pk], moment)]
    if run.kind == RuleRun.Kind.TRIAL:
        counts: Mapping[str, int] = trials.look(run, armed, found)
    else:
        most = min(MOST, _left(run))
        if len(found) > most:
            found = found[:most]
            ids = [pk for pk in ids if found and pk <= found[-1]]
        cases = [Case(armed, pk) for pk in found]
        counts = meeting.meet(run.corp, cases, meeting.Cause(), run).counts if found else {}
        if not ids:
            run.state = RuleRun.State.STOPPED
    _note(run, ids, counts, len(found))
    return False


def _armed(run: RuleRun, corp: Corp) -> Armed:
    """The run's version, asked only of those to whom what sets it off has happened."""
    armed, today = books.arm(run.rule_version, corp), now().astimezone(corp.zone).date()
    return replace(armed, condition=standing.narrowed(armed.condition, armed.trigger, corp, today) or armed.condition)


def _left(run: RuleRun) -> int:
    """How many it may still change: a person who begins a backfill has seen the number, the clock has not."""
    if run.kind != RuleRun.Kind.DAILY:
        return MOST
    return max(0, run.report.get("allowed", run.rule.hourly_limit) - run.changed)


def _note(run: RuleRun, ids: Sequence[int], counts: Any, held: int) -> None:
    kept = run.report.setdefault("counts", {})
    for code, number in counts.items():
        kept[str(code)] = kept.get(str(code), 0) + number
    run.after, run.seen, run.held = ids[-1] if ids else run.after, run.seen + len(ids), run.held + held
