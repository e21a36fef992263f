"""Daily rules: at the hour of the company's day, once a day, and no further than they may."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.time import now
from corps.models import Corp
from customers.models import Customer
from segments import tasks
from segments.conditions.nodes import All, Asked, Condition, Some
from segments.models import RuleRun, TagRule
from segments.rules import daily, jobs, pieces, working
from segments.rules.triggers import standing
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, asks, rule, tags_of

NINE = {"kind": "daily", "hour": 9}
# Nine in the morning in Shanghai.
MORNING = dt.datetime(2026, 11, 30, 1, 5, tzinfo=dt.UTC)


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp))


def begun(moment: dt.datetime = MORNING) -> list[RuleRun]:
    return [RuleRun.objects.get(pk=pk) for pk in daily.begin_due(moment)]


def worked(run: RuleRun) -> RuleRun:
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    return run


@pytest.mark.parametrize(
    ("at", "due"),
    [
        (MORNING - dt.timedelta(minutes=10), False),
        (MORNING, True),
        # Later that day what was missed is made up for.
        (MORNING + dt.timedelta(hours=10), True),
        # In Shanghai it is the next day, and too early.
        (MORNING + dt.timedelta(hours=16), False),
    ],
)
def test_a_daily_rule_begins_when_its_hour_has_come(cast: Cast, tag: Any, at: dt.datetime, due: bool) -> None:
    rule(cast.corp, adds(tag), trigger=NINE)
    assert bool(begun(at)) is due


def test_it_begins_once_a_day(cast: Cast, tag: Any) -> None:
    rule(cast.corp, adds(tag), trigger=NINE)
    assert [len(begun(MORNING + dt.timedelta(hours=n))) for n in (0, 1, 5, 24, 25)] == [1, 0, 0, 1, 0]
    assert list(RuleRun.objects.order_by("pk").values_list("bucket", flat=True)) == ["2026-11-30", "2026-12-01"]


def test_each_company_has_its_own_day(cast: Cast, tag: Any) -> None:
    rule(cast.corp, adds(tag), trigger=NINE)
    Corp.objects.filter(pk=cast.other_corp.pk).update(time_zone="America/New_York")
    rule(cast.other_corp, adds(make.tag(make.group(cast.other_corp))), trigger=NINE)
    # In New York it is still the evening before, and its hour has long come.
    days = {run.corp_id: run.bucket for run in begun()}
    assert days == {cast.corp.pk: "2026-11-30", cast.other_corp.pk: "2026-11-29"}
    later = MORNING + dt.timedelta(hours=13)
    assert [(run.corp_id, run.bucket) for run in begun(later)] == [(cast.other_corp.pk, "2026-11-30")]


def test_rules_that_rest_and_companies_that_do_begin_nothing(cast: Cast, tag: Any) -> None:
    row = rule(cast.corp, adds(tag), trigger=NINE)
    Corp.objects.filter(pk=cast.corp.pk).update(active=False)
    assert begun() == []
    Corp.objects.filter(pk=cast.corp.pk).update(active=True)
    from_state = TagRule.objects.get(pk=row.pk)
    assert from_state.state == "active"
    assert len(begun()) == 1


def test_everybody_who_answers_is_done(cast: Cast, tag: Any) -> None:
    customers = [make.customer(cast.corp, cast.owner, city=city) for city in ("北京", "上海", "北京")]
    rule(cast.corp, adds(tag), trigger=NINE, condition=asks("city", "is", "北京"))
    (run,) = begun()
    worked(run)
    assert (run.state, run.seen, run.held, run.changed) == ("done", 3, 2, 2)
    assert [bool(tags_of(customer)) for customer in customers] == [True, False, True]


def test_so_many_days_after_being_added_is_one_day(cast: Cast, tag: Any) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    midnight = dt.datetime.combine(now().astimezone(zone).date(), dt.time(), zone)
    hours = {
        "the day before": midnight - dt.timedelta(days=30, seconds=1),
        "its first second": midnight - dt.timedelta(days=30),
        "its last second": midnight - dt.timedelta(days=29, seconds=1),
        "the day after": midnight - dt.timedelta(days=29),
    }
    customers = {name: make.customer(cast.corp, cast.owner, add_time=at) for name, at in hours.items()}
    rule(cast.corp, adds(tag), trigger=NINE | {"reached": "added", "days": 30})
    (run,) = begun()
    worked(run)
    got = {name for name, customer in customers.items() if tags_of(customer)}
    assert got == {"its first second", "its last second"}


def test_it_stops_where_it_would_change_too_many_and_a_person_lets_it_go_on(
    cast: Cast, tag: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(pieces, "WINDOW", 3)
    customers = [make.customer(cast.corp, cast.owner) for _n in range(7)]
    row = rule(cast.corp, adds(tag), trigger=NINE, hourly_limit=2)
    (run,) = begun()
    worked(run)
    assert (run.state, run.changed) == ("stopped", 2)
    assert working.waiting() == []
    for state, changed in (("stopped", 4), ("stopped", 6), ("done", 7)):
        jobs.resume(run=RuleRun.objects.get(pk=run.pk), **AS)
        worked(run)
        assert (run.state, run.changed) == (state, changed)
    assert all(tags_of(customer) for customer in customers)
    # The rule itself goes on the next day.
    row.refresh_from_db()
    assert row.state == "active"


def test_a_stopped_run_is_called_off_and_taken_back(cast: Cast, tag: Any) -> None:
    customers = [make.customer(cast.corp, cast.owner) for _n in range(3)]
    rule(cast.corp, adds(tag), trigger=NINE, hourly_limit=1)
    (run,) = begun()
    worked(run)
    jobs.cancel(run=RuleRun.objects.get(pk=run.pk), **AS)
    undo = jobs.begin_undo(run=RuleRun.objects.get(pk=run.pk), **AS)
    worked(undo)
    assert not any(tags_of(customer) for customer in customers)


def test_the_timetable_rings_for_what_is_due_and_for_what_was_left(cast: Cast, tag: Any, monkeypatch: Any) -> None:
    rung: list[int] = []
    monkeypatch.setattr(tasks.work_at_rule_run, "delay", rung.append)
    monkeypatch.setattr(daily, "now", lambda: MORNING)
    rule(cast.corp, adds(tag), trigger=NINE)
    tasks.begin_daily_rules()
    (run,) = RuleRun.objects.all()
    assert rung == [run.pk]
    tasks.sweep_rule_runs()
    assert rung == [run.pk, run.pk]
    tasks.work_at_rule_run(run.pk)
    assert RuleRun.objects.get().state == "done"
    tasks.sweep_rule_runs()
    assert rung == [run.pk, run.pk]


def test_a_task_that_has_more_to_do_rings_again(cast: Cast, tag: Any, monkeypatch: Any) -> None:
    rung: list[int] = []
    monkeypatch.setattr(tasks.work_at_rule_run, "delay", rung.append)
    monkeypatch.setattr(pieces, "WINDOW", 1)
    for _n in range(working.PIECES + 1):
        make.customer(cast.corp, cast.owner)
    run = jobs.begin_backfill(rule=rule(cast.corp, adds(tag)), **AS)
    tasks.work_at_rule_run(run.pk)
    assert (rung, Customer.objects.filter(tag_rows__tag=tag).count()) == ([run.pk], working.PIECES)
    tasks.work_at_rule_run(run.pk)
    assert rung == [run.pk]


TODAY = dt.date(2026, 11, 30)
EVERYBODY = {"kind": "daily", "hour": 9}


def test_to_whom_a_trigger_has_happened_is_a_condition(cast: Cast) -> None:
    tag, channel = make.tag(make.group(cast.corp)), make.channel(cast.corp, "expo")
    own = Asked("city", "is", "北京")
    condition = Condition(cast.corp.pk, own)
    lives = Asked("status", "is", 1)
    cases: list[tuple[dict[str, Any], Any]] = [
        (
            {"kind": "followed"},
            Some("relation", All((lives,))),
        ),
        (
            {"kind": "followed", "channelIds": [channel.pk], "addWays": [1], "employeeIds": [cast.owner.pk]},
            Some(
                "relation",
                All(
                    (
                        lives,
                        Asked("channel", "any", (channel.pk,)),
                        Asked("addWay", "in", (1,)),
                        Asked("employee", "in", (cast.owner.pk,)),
                    )
                ),
            ),
        ),
        (
            {"kind": "tagged", "tagIds": [tag.pk]},
            Asked("tags", "any", (tag.pk,)),
        ),
        (
            {"kind": "untagged", "tagIds": [tag.pk]},
            Asked("tags", "none", (tag.pk,)),
        ),
        (
            EVERYBODY | {"reached": "added", "days": 30},
            Asked("addTime", "on", dt.date(2026, 10, 31)),
        ),
    ]
    for trigger, part in cases:
        found = standing.narrowed(condition, trigger, cast.corp, TODAY)
        assert found == Condition(cast.corp.pk, All((part, own))), trigger
    # Without a condition of its own it is the trigger's alone.
    bare = standing.narrowed(Condition(cast.corp.pk, None), {"kind": "tagged", "tagIds": [tag.pk]}, cast.corp, TODAY)
    assert bare == Condition(cast.corp.pk, All((Asked("tags", "any", (tag.pk,)),)))
    # Every day, and into any stage, narrow nothing.
    for trigger in (EVERYBODY, {"kind": "stageChanged"}):
        assert standing.narrowed(condition, trigger, cast.corp, TODAY) == condition
    # And of these nobody can tell.
    for kind in ("foreign", "keyword"):
        assert standing.narrowed(condition, {"kind": kind}, cast.corp, TODAY) is None
