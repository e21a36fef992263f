"""Jobs of rules are begun, paused, resumed and called off by people: dry runs, backfills, undoing.

Each act locks the run, as whoever does the next piece does: once it has returned, nothing more is changed.
"""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers.models import Customer
from segments.models import RuleRun, RuleVersion, TagRule
from segments.rules import events, saying
from segments.rules.triggers.kinds import FOREIGN, KEYWORD

Kind, State = RuleRun.Kind, RuleRun.State
OPEN = (State.RUNNING, State.PAUSED, State.STOPPED)
JOBS = (Kind.TRIAL, Kind.BACKFILL, Kind.UNDO, Kind.DAILY)


@atomic
def begin_trial(*, rule: TagRule, by: Actor, source: str) -> RuleRun:
    """Have the newest version tried: counted exactly, with a sample, and nothing changed. Of its kind there is one."""
    row = lock(rule)
    for old in row.runs.filter(kind=Kind.TRIAL, state__in=OPEN):
        _end(old, State.CANCELLED)
    return _begin(row, saying.newest(row), Kind.TRIAL, by, source)


@atomic
def begin_backfill(*, rule: TagRule, by: Actor, source: str) -> RuleRun:
    """Have the version in force come to the customers there are, and record ``tag_rule.run.started``.

    Raises:
        Conflict: ``tag_rule_inactive``; ``run_under_way``; ``backfill_unfit``: nobody can tell to whom it happened.
    """
    row = lock(rule)
    live = saying.live(row)
    if row.state != TagRule.State.ACTIVE or live is None:
        raise Conflict("tag_rule_inactive", _("Only an active rule can be run over the customers there are."))
    if live.trigger["kind"] in (FOREIGN, KEYWORD):
        message = _("Nobody can tell to whom this has happened already.")
        raise Conflict("backfill_unfit", message)
    _check_none(row)
    return _begin(row, live, Kind.BACKFILL, by, source)


@atomic
def begin_undo(*, run: RuleRun, by: Actor, source: str) -> RuleRun:
    """Have taken back what a run did, but for what somebody changed since; records ``tag_rule.run.started``.

    Raises:
        Conflict: ``run_under_way``; ``nothing_to_undo``: it changed nothing, or all has been taken back.
    """
    rule = lock(run.rule)
    if run.state in OPEN and run.kind in JOBS:
        raise Conflict("run_under_way", _("This run is still under way: call it off first."))
    _check_none(rule)
    if not run.effects.filter(undone_at=None).exists():
        raise Conflict("nothing_to_undo", _("There is nothing of this run to take back."))
    return _begin(rule, run.rule_version, Kind.UNDO, by, source, undoes=run)


@atomic
def pause(*, run: RuleRun, by: Actor, source: str) -> RuleRun:
    """Hold a job. Twice is once. Raises Conflict: ``run_over``."""
    return _move(run, State.PAUSED)


@atomic
def resume(*, run: RuleRun, by: Actor, source: str) -> RuleRun:
    """Let a held job go on; one that was stopped may change as many again. Raises Conflict: ``run_over``."""
    row = lock(run)
    if row.state == State.STOPPED:
        row.report["allowed"] = row.changed + row.rule.hourly_limit
        row.save(update_fields=["report"])
    return _move(row, State.RUNNING)


@atomic
def cancel(*, run: RuleRun, by: Actor, source: str) -> RuleRun:
    """Call a job off, and record ``tag_rule.run.ended``. What it did stays, and can be taken back. Twice is once.

    Raises:
        Conflict: ``run_over``.
    """
    row = lock(run)
    if row.state == State.CANCELLED:
        return row
    _check_open(row)
    return finish(row, State.CANCELLED, by=by, source=source)


def finish(row: RuleRun, state: str, *, by: Actor, source: str) -> RuleRun:
    """End a (locked) job, and record ``tag_rule.run.ended``."""
    _end(row, state)
    events.tell_run(events.RUN_ENDED, row, by=by, source=source)
    return row


def extent(corp_id: int) -> tuple[int, int]:
    """How many customers there are to look at, and the last one's id."""
    living = Customer.objects.of_corp(corp_id).alive()
    return living.count(), living.order_by("-pk").values_list("pk", flat=True).first() or 0


def _begin(rule: TagRule, version: RuleVersion, kind: str, by: Actor, source: str, **facts: Any) -> RuleRun:
    run = RuleRun(corp_id=rule.corp_id, rule=rule, rule_version=version, kind=kind, actor=by.label, source=source)
    of = facts.get("undoes")
    if of:
        run.undoes, run.total = of, of.effects.filter(undone_at=None).count()
        run.until = of.effects.order_by("-pk").values_list("pk", flat=True)[0]
    else:
        run.total, run.until = extent(rule.corp_id)
    run.save()
    events.tell_run(events.RUN_STARTED, run, by=by, source=source)
    return run


def _check_none(rule: TagRule) -> None:
    if rule.runs.filter(kind__in=(Kind.BACKFILL, Kind.UNDO), state__in=OPEN).exists():
        raise Conflict("run_under_way", _("A run of this rule is under way already."))


def _check_open(row: RuleRun) -> None:
    if row.state not in OPEN or row.kind not in JOBS:
        raise Conflict("run_over", _("This run is over."))


def _move(run: RuleRun, state: str) -> RuleRun:
    row = lock(run)
    _check_open(row)
    if row.state != state:
        row.state, row.version = state, row.version + 1
        row.save(update_fields=["state", "version"])
    return row


def _end(row: RuleRun, state: str) -> None:
    row.state, row.finished_at, row.lease_until, row.version = state, now(), None, row.version + 1
    row.save(update_fields=["state", "finished_at", "lease_until", "version"])
