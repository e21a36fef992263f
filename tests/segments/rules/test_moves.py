"""Every act on a rule and on a run, from every state: what comes of it, and what is refused."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import RuleViolation
from segments.models import RuleEffect, RuleRun, TagRule
from segments.rules import books, changing, jobs, states
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, draft, everything, rule

# Act → state before → state after, or the code of the refusal.
RULES: dict[str, dict[str, str]] = {
    "activate": {
        "draft": "active",
        "active": "active",
        "paused": "active",
        "retired": "tag_rule_retired",
    },
    "pause": {
        "draft": "tag_rule_draft",
        "active": "paused",
        "paused": "paused",
        "retired": "tag_rule_retired",
    },
    "retire": {
        "draft": "retired",
        "active": "retired",
        "paused": "retired",
        "retired": "retired",
    },
    "change": {
        "draft": "draft",
        "active": "active",
        "paused": "paused",
        "retired": "tag_rule_retired",
    },
    "try": {
        "draft": "draft",
        "active": "active",
        "paused": "paused",
        "retired": "retired",
    },
    "backfill": {
        "draft": "tag_rule_inactive",
        "active": "active",
        "paused": "tag_rule_inactive",
        "retired": "tag_rule_inactive",
    },
}
ACTS: dict[str, Callable[[TagRule], Any]] = {
    "activate": lambda row: states.activate(rule=row, **AS),
    "pause": lambda row: states.pause(rule=row, **AS),
    "retire": lambda row: states.retire(rule=row, **AS),
    "change": lambda row: changing.update_rule(rule=row, hourly_limit=77, **AS),
    "try": lambda row: jobs.begin_trial(rule=row, **AS),
    "backfill": lambda row: jobs.begin_backfill(rule=row, **AS),
}


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp))


def in_state(cast: Cast, tag: Any, state: str) -> TagRule:
    """A rule in this state, whose version has been tried."""
    row = draft(cast.corp, adds(tag))
    make.rule_run(row, kind="trial", state="done")
    TagRule.objects.filter(pk=row.pk).update(state=state, live_number=None if state == "draft" else 1)
    return TagRule.objects.get(pk=row.pk)


@pytest.mark.parametrize("act", RULES)
def test_what_a_rule_takes_in_each_state(cast: Cast, tag: Any, act: str, recorded: Any) -> None:
    for state, result in RULES[act].items():
        row = in_state(cast, tag, state)
        before = everything()
        if result not in TagRule.State.values:
            with pytest.raises(RuleViolation) as refused:
                ACTS[act](row)
            assert (refused.value.code, everything()) == (result, before), state
            continue
        ACTS[act](row)
        row = TagRule.objects.get(pk=row.pk)
        assert row.state == result, state
        moved = [name for name, subject, _data in recorded() if subject == row.pk and name.startswith("tag_rule.")]
        names = {"activate": "activated", "pause": "paused", "retire": "retired"}
        told = f"tag_rule.{names[act]}" in moved if act in names else None
        assert told in (None, state != result), state


def test_each_act_that_moves_a_rule_has_the_book_read_anew(cast: Cast, tag: Any) -> None:
    row = in_state(cast, tag, "active")
    for act in ("pause", "activate", "change", "retire"):
        book = books.of(cast.corp.pk)
        ACTS[act](TagRule.objects.get(pk=row.pk))
        assert books.of(cast.corp.pk) is not book, act


# Act → state before → state after, or the code of the refusal. Of jobs; the others are over from the beginning.
RUNS: dict[str, dict[str, str]] = {
    "pause": {
        "running": "paused",
        "paused": "paused",
        "stopped": "paused",
        "done": "run_over",
        "cancelled": "run_over",
    },
    "resume": {
        "running": "running",
        "paused": "running",
        "stopped": "running",
        "done": "run_over",
        "cancelled": "run_over",
    },
    "cancel": {
        "running": "cancelled",
        "paused": "cancelled",
        "stopped": "cancelled",
        "done": "run_over",
        "cancelled": "cancelled",
    },
    "undo": {
        "running": "run_under_way",
        "paused": "run_under_way",
        "stopped": "run_under_way",
        "done": "done",
        "cancelled": "cancelled",
    },
}
RUN_ACTS: dict[str, Callable[[RuleRun], RuleRun]] = {
    "pause": lambda run: jobs.pause(run=run, **AS),
    "resume": lambda run: jobs.resume(run=run, **AS),
    "cancel": lambda run: jobs.cancel(run=run, **AS),
    "undo": lambda run: jobs.begin_undo(run=run, **AS),
}


@pytest.mark.parametrize("act", RUNS)
def test_what_a_run_takes_in_each_state(cast: Cast, tag: Any, act: str) -> None:
    customer = make.customer(cast.corp, cast.owner)
    for state, result in RUNS[act].items():
        run = make.rule_run(rule(cast.corp, adds(tag)), state=state)
        make.rule_effect(run, customer)
        before = everything()
        if result not in RuleRun.State.values:
            with pytest.raises(RuleViolation) as refused:
                RUN_ACTS[act](run)
            assert (refused.value.code, everything()) == (result, before), state
            continue
        after = RUN_ACTS[act](run)
        run.refresh_from_db()
        assert run.state == result, state
        if act == "undo":
            assert (after.kind, after.state, after.undoes_id, after.total) == ("undo", "running", run.pk, 1)
        elif state == result:
            assert everything()[2] == before[2], state


def test_an_hour_of_events_is_over_from_the_beginning_and_can_be_taken_back(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    for kind in ("live", "daily", "backfill"):
        run = make.rule_run(rule(cast.corp, adds(tag)), kind=kind, state="done", bucket=None)
        make.rule_effect(run, customer)
        assert jobs.begin_undo(run=run, **AS).undoes_id == run.pk
    live = make.rule_run(rule(cast.corp, adds(tag)), kind="live", state="done")
    for act in ("pause", "resume", "cancel"):
        with pytest.raises(RuleViolation) as refused:
            RUN_ACTS[act](live)
        assert refused.value.code == "run_over"


def test_what_has_changed_nothing_or_was_taken_back_is_not_taken_back(cast: Cast, tag: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    empty = make.rule_run(rule(cast.corp, adds(tag)), state="done")
    back = make.rule_run(rule(cast.corp, adds(tag)), state="done")
    make.rule_effect(back, customer)
    RuleEffect.objects.update(undone_at=back.started_at)
    for run in (empty, back):
        before = everything()
        with pytest.raises(RuleViolation) as refused:
            jobs.begin_undo(run=run, **AS)
        assert (refused.value.code, everything()) == ("nothing_to_undo", before)


def test_a_second_dry_run_ends_the_first(cast: Cast, tag: Any) -> None:
    row = draft(cast.corp, adds(tag))
    first = jobs.begin_trial(rule=row, **AS)
    second = jobs.begin_trial(rule=row, **AS)
    first.refresh_from_db()
    assert (first.state, second.state) == ("cancelled", "running")


def test_a_dry_run_may_be_while_a_backfill_is(cast: Cast, tag: Any) -> None:
    row = rule(cast.corp, adds(tag))
    jobs.begin_backfill(rule=row, **AS)
    assert jobs.begin_trial(rule=row, **AS).state == "running"


def test_a_job_knows_how_much_there_is_to_look_at(cast: Cast, tag: Any) -> None:
    for _n in range(3):
        make.customer(cast.corp, cast.owner)
    last = make.customer(cast.corp, cast.owner)
    make.customer(cast.other_corp, cast.stranger)
    run = jobs.begin_backfill(rule=rule(cast.corp, adds(tag)), **AS)
    assert (run.total, run.until, run.after) == (4, last.pk, 0)
    # Who comes later is met by the events, and not by the job.
    assert make.customer(cast.corp, cast.owner).pk > run.until


def test_of_a_company_without_customers_a_job_is_over_at_once(cast: Cast, tag: Any) -> None:
    assert jobs.extent(cast.corp.pk) == (0, 0)


def test_a_rule_that_was_stopped_says_so_until_it_goes_on(cast: Cast, tag: Any) -> None:
    row = in_state(cast, tag, "active")
    for why in ("hourly", "broken"):
        states.pause(rule=TagRule.objects.get(pk=row.pk), stopped=why, **AS)
        row.refresh_from_db()
        assert (row.state, row.stopped) == ("paused", why)
        states.activate(rule=TagRule.objects.get(pk=row.pk), **AS)
        row.refresh_from_db()
        assert (row.state, row.stopped) == ("active", "")
    states.pause(rule=TagRule.objects.get(pk=row.pk), **AS)
    row.refresh_from_db()
    assert (row.state, row.stopped) == ("paused", "")


def test_what_its_actions_name_is_asked_again_when_a_rule_is_activated(cast: Cast, tag: Any) -> None:
    row = in_state(cast, tag, "draft")
    type(tag).objects.filter(pk=tag.pk).update(deleted_at=row.create_time)
    before = everything()
    with pytest.raises(RuleViolation) as refused:
        states.activate(rule=row, **AS)
    assert (refused.value.code, refused.value.errors[0].field) == ("row_unknown", "actions[0].tagIds")
    assert everything() == before


def test_jobs_of_different_rules_are_beside_each_other(cast: Cast, tag: Any) -> None:
    rows = [rule(cast.corp, adds(tag)) for _n in range(2)]
    runs = [jobs.begin_backfill(rule=row, **AS) for row in rows]
    assert [run.state for run in runs] == ["running", "running"]
    assert {run.rule_id for run in runs} == {row.pk for row in rows}
