"""Dry runs, backfills and undoing: counted, piece by piece, and back to what was."""

from typing import Any

import pytest

from core.errors import Conflict
from customers import tagging
from customers.models import Customer, CustomerTag
from segments.models import RuleEffect, RuleRun, TagRule
from segments.rules import jobs, pieces, states, undoing, working
from tags.models import Tag
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, asks, draft, everything, followed, outcome, rule, tags_of

BEIJING = asks("city", "in", ["北京"])


@pytest.fixture
def tag(cast: Cast) -> Tag:
    return make.tag(make.group(cast.corp))


@pytest.fixture
def people(cast: Cast) -> list[Customer]:
    """Five, of whom three are of the city."""
    return [make.customer(cast.corp, cast.owner, city=city) for city in ("北京", "上海", "北京", "广州", "北京")]


def worked(run: RuleRun) -> RuleRun:
    """The run, brought to its end as the workers do it."""
    while working.work(run.pk):
        pass
    run.refresh_from_db()
    return run


def holders(tag: Tag) -> set[int]:
    return set(CustomerTag.objects.filter(tag=tag).values_list("customer_id", flat=True))


def backfilled(row: TagRule) -> RuleRun:
    return worked(jobs.begin_backfill(rule=row, **AS))


def test_a_dry_run_counts_exactly_shows_a_sample_and_changes_nothing(
    cast: Cast, tag: Tag, people: Any, monkeypatch: Any
) -> None:
    make.tagged(people[0], tag)
    row = draft(cast.corp, adds(tag), condition=BEIJING)
    monkeypatch.setattr(pieces, "WINDOW", 2)
    run = jobs.begin_trial(rule=row, **AS)
    before = [rows for rows in everything() if not any("undoes_id" in one for one in rows)]
    worked(run)
    assert (run.state, run.seen, run.held, run.changed) == ("done", 5, 3, 2)
    assert run.report["counts"] == {"same": 1, "changed": 2}
    assert [one["customerId"] for one in run.report["sample"]] == [people[2].pk, people[4].pk]
    assert run.report["sample"][0]["steps"][0]["addTagIds"] == [tag.pk]
    after = [rows for rows in everything() if not any("undoes_id" in one for one in rows)]
    # But for the event that it has ended.
    assert [a for a, b in zip(after, before, strict=True) if a != b] == [after[-1]]
    assert after[-1][-1]["name"] == "tag_rule.run.ended"


def test_a_sample_has_twenty_at_most(cast: Cast, tag: Tag, people: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("segments.rules.trials.SAMPLE", 2)
    run = worked(jobs.begin_trial(rule=draft(cast.corp, adds(tag)), **AS))
    assert (run.changed, len(run.report["sample"])) == (5, 2)


def test_only_what_was_tried_to_the_end_is_activated(cast: Cast, tag: Tag, people: Any, recorded: Any) -> None:
    row = draft(cast.corp, adds(tag), condition=BEIJING)
    run = jobs.begin_trial(rule=row, **AS)
    before = everything()
    with pytest.raises(Conflict) as refused:
        states.activate(rule=row, **AS)
    assert (refused.value.code, everything()) == ("tag_rule_untried", before)
    worked(run)
    for _twice in range(2):
        states.activate(rule=TagRule.objects.get(), **AS)
    row.refresh_from_db()
    assert (row.state, row.live_number, row.version) == ("active", 1, 2)
    told = [event for event in recorded() if event[0] == "tag_rule.activated"]
    assert told == [("tag_rule.activated", row.pk, {"ruleId": row.pk, "number": 1})]
    followed(people[0])
    assert holders(tag) == {people[0].pk}


def test_a_backfill_comes_to_everybody_who_answers_and_says_how_it_went(
    cast: Cast, tag: Tag, people: Any, monkeypatch: Any, recorded: Any
) -> None:
    monkeypatch.setattr(pieces, "WINDOW", 3)
    monkeypatch.setattr(pieces, "MOST", 1)
    row = rule(cast.corp, adds(tag), condition=BEIJING, hourly_limit=1)
    make.tagged(people[2], tag)
    run = backfilled(row)
    assert holders(tag) == {people[0].pk, people[2].pk, people[4].pk}
    assert (run.state, run.total, run.seen, run.held, run.changed) == ("done", 5, 5, 3, 2)
    assert run.report["counts"] == {"changed": 2, "same": 1}
    assert set(CustomerTag.objects.filter(source="rule").values_list("run_id", flat=True)) == {run.pk}
    assert [outcome(row, customer) for customer in people] == ["changed", None, "same", None, "changed"]
    ended = {"runId": run.pk, "ruleId": row.pk, "kind": "backfill", "state": "done", "seen": 5, "changed": 2}
    assert recorded()[-1] == ("tag_rule.run.ended", run.pk, ended)


def test_run_again_it_changes_nothing(cast: Cast, tag: Tag, people: Any) -> None:
    row = rule(cast.corp, adds(tag), {"do": "followUp", "content": "回访"}, condition=BEIJING)
    backfilled(row)
    before = everything()[5:8]
    again = backfilled(row)
    assert (again.held, again.changed, RuleEffect.objects.count()) == (3, 0, 3)
    assert everything()[5:8] == before


def test_a_backfill_is_only_for_those_to_whom_it_happened(cast: Cast, tag: Tag, people: Any) -> None:
    other = make.tagged(people[3], make.tag(make.group(cast.corp)))
    wanted = list(CustomerTag.objects.values_list("tag_id", flat=True))
    backfilled(rule(cast.corp, adds(tag), trigger={"kind": "tagged", "tagIds": wanted}))
    assert holders(tag) == {other.pk}


def test_of_a_message_or_a_foreign_event_nobody_can_tell_whom_it_happened_to(cast: Cast, tag: Tag) -> None:
    for trigger in (
        {"kind": "keyword", "words": ["价格"]},
        {"kind": "foreign", "event": "order.paid", "customerPath": "buyer"},
    ):
        row = rule(cast.corp, adds(tag), trigger=trigger)
        with pytest.raises(Conflict) as refused:
            jobs.begin_backfill(rule=row, **AS)
        assert (refused.value.code, RuleRun.objects.count()) == ("backfill_unfit", 0)


def test_a_job_that_is_held_or_called_off_does_no_more(
    cast: Cast, tag: Tag, people: Any, monkeypatch: Any, recorded: Any
) -> None:
    monkeypatch.setattr(pieces, "WINDOW", 1)
    run = jobs.begin_backfill(rule=rule(cast.corp, adds(tag)), **AS)
    assert working.work(run.pk, most=2)
    for _twice in range(2):
        jobs.pause(run=RuleRun.objects.get(), **AS)
    assert not working.work(run.pk)
    assert len(holders(tag)) == 2
    jobs.resume(run=RuleRun.objects.get(), **AS)
    assert working.work(run.pk, most=1)
    for _twice in range(2):
        jobs.cancel(run=RuleRun.objects.get(), **AS)
    assert (working.work(run.pk), len(holders(tag)), worked(run).state) == (False, 3, "cancelled")
    assert [name for name, *_rest in recorded()].count("tag_rule.run.ended") == 1
    for act in (jobs.pause, jobs.resume):
        with pytest.raises(Conflict):
            act(run=run, **AS)


def test_a_killed_workers_job_is_found_and_gone_on_with(cast: Cast, tag: Tag, people: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(pieces, "WINDOW", 2)
    run = jobs.begin_backfill(rule=rule(cast.corp, adds(tag)), **AS)
    monkeypatch.setattr(pieces.meeting, "meet", lambda *args: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        working.work(run.pk)
    monkeypatch.undo()
    # Its lease keeps the others away until it is surely dead.
    assert (working.waiting(), working.work(run.pk), holders(tag)) == ([], False, set())
    RuleRun.objects.update(lease_until="2000-01-01T00:00:00Z")
    assert working.waiting() == [run.pk]
    assert (worked(run).state, len(holders(tag))) == ("done", 5)


def test_one_run_at_a_time_changes_customers_by_a_rule(cast: Cast, tag: Tag, people: Any) -> None:
    row = rule(cast.corp, adds(tag))
    run = jobs.begin_backfill(rule=row, **AS)
    for act in (lambda: jobs.begin_backfill(rule=row, **AS), lambda: jobs.begin_undo(run=run, **AS)):
        with pytest.raises(Conflict) as refused:
            act()
        assert (refused.value.code, RuleRun.objects.count()) == ("run_under_way", 1)


def test_a_rule_that_is_not_active_is_not_run(cast: Cast, tag: Tag, people: Any) -> None:
    with pytest.raises(Conflict) as refused:
        jobs.begin_backfill(rule=draft(cast.corp, adds(tag)), **AS)
    assert (refused.value.code, RuleRun.objects.count()) == ("tag_rule_inactive", 0)


def test_undoing_brings_back_exactly_what_was(cast: Cast, tag: Tag, people: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(undoing, "MOST", 2)
    old = make.tag(tag.group)
    for customer in people[:3]:
        make.tagged(customer, old)
    stage = make.stage(cast.corp)
    make.staged(people[0], make.stage(cast.corp))
    row = rule(
        cast.corp,
        adds(tag),
        {"do": "removeTags", "tagIds": [old.pk]},
        {"do": "setStage", "stageId": stage.pk},
        {"do": "remark", "template": "{name}·{city}"},
    )
    before = state_of(people)
    done = backfilled(row)
    assert state_of(people) != before
    undo = worked(jobs.begin_undo(run=done, **AS))
    assert state_of(people) == before
    assert (undo.state, undo.seen, undo.changed, undo.held) == ("done", 5, 5, 0)
    assert {outcome(row, customer) for customer in people} == {"undone"}
    with pytest.raises(Conflict) as refused:
        jobs.begin_undo(run=done, **AS)
    assert refused.value.code == "nothing_to_undo"


def test_what_a_person_changed_since_is_left_alone_and_named(cast: Cast, tag: Tag, people: Any) -> None:
    row = rule(cast.corp, adds(tag), {"do": "setStage", "stageId": make.stage(cast.corp).pk})
    done = backfilled(row)
    theirs, taken, moved = Customer.objects.order_by("pk")[:3]
    for customer in (theirs, taken):
        tagging.remove_tags(customer=customer, tag_ids=[tag.pk], by=cast.actor("owner"), source="operator")
    again = Customer.objects.get(pk=theirs.pk)
    tagging.add_tags(customer=again, tag_ids=[tag.pk], by=cast.actor("owner"), source="operator")
    make.staged(moved, make.stage(cast.corp))
    undo = worked(jobs.begin_undo(run=done, **AS))
    assert holders(tag) == {theirs.pk}
    assert undo.report["counts"] == {"restored": 2, "changed_since": 3}
    kept = dict(RuleEffect.objects.values_list("customer_id", "kept"))
    since = [{"what": "tag", "id": tag.pk, "why": "changed_since"}]
    assert (kept[theirs.pk], kept[taken.pk], kept[people[3].pk]) == (since, since, None)
    assert kept[moved.pk][0]["what"] == "stage"


def test_an_hour_of_events_is_taken_back_as_a_job_is(cast: Cast, tag: Tag, people: Any) -> None:
    rule(cast.corp, adds(tag), {"do": "warn", "level": 1})
    followed(people[0])
    live = RuleRun.objects.get()
    undo = worked(jobs.begin_undo(run=live, **AS))
    assert (holders(tag), undo.held, undo.changed) == (set(), 1, 1)
    assert RuleEffect.objects.get().kept == [{"what": "warning", "id": 1, "why": "stays"}]


def state_of(people: list[Customer]) -> list[Any]:
    """All that a rule may change of these, as rows; ids and versions are the database's."""
    rows = CustomerTag.objects.order_by("customer", "tag").values_list(
        "customer", "tag", "follower", "source", "actor", "run_id", "create_time"
    )
    facts = Customer.objects.order_by("pk").values_list("pk", "stage", "relations__remark", "search_text")
    return [list(rows), list(facts)]


def test_a_tag_is_taken_off_only_where_it_is_the_runs(cast: Cast, tag: Tag) -> None:
    alone = make.customer(cast.corp)
    row = rule(cast.corp, adds(tag), trigger={"kind": "daily"})
    done = backfilled(row)
    tagging.add_tags(customer=make.customer(cast.corp, cast.owner), tag_ids=[tag.pk], **AS)
    worked(jobs.begin_undo(run=done, **AS))
    assert (tags_of(alone), len(holders(tag))) == (set(), 1)
