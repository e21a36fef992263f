"""What a rule may say, and what becomes of it: drafts, versions, states."""

from typing import Any

import pytest

from core.errors import Conflict, PreconditionFailed, RuleViolation
from segments.models import RuleRun, RuleVersion, TagRule
from segments.rules import changing, states
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, FOLLOWED, adds, asks, draft, everything, rule

FOREIGN = {"kind": "foreign", "event": "order.paid", "customerPath": "buyer.externalUserid"}


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp))


def compare(op: str, value: Any = None, path: str = "amount") -> dict[str, Any]:
    return FOREIGN | {"compare": {"path": path, "op": op} | ({} if value is None else {"value": value})}


def test_a_rule_begins_as_a_draft_of_version_one(cast: Cast, tag: Any, recorded: Any) -> None:
    row = draft(
        cast.corp, adds(tag, tag), name=" 新客 ", order=3, trigger=FOLLOWED | {"employeeIds": [], "addWays": []}
    )
    said = RuleVersion.objects.get()
    assert (row.name, row.state, row.number, row.live_number, said.number) == ("新客", "draft", 1, None, 1)
    assert (said.trigger, said.condition) == ({"kind": "followed"}, {"version": 1, "where": None})
    assert said.actions == [{"do": "addTags", "tagIds": [tag.pk], "for": "main", "exclusive": False}]
    assert recorded()[-1] == ("tag_rule.created", row.pk, {"ruleId": row.pk})


def test_triggers_that_can_not_be_are_refused_where_they_are_wrong(cast: Cast, tag: Any) -> None:
    foreign_tag = make.tag(make.group(cast.other_corp))
    wrong: list[tuple[Any, str, str]] = [
        ([], "trigger", "rule_invalid"),
        ({"kind": "nonsense"}, "trigger.kind", "rule_invalid"),
        ({"kind": []}, "trigger.kind", "rule_invalid"),
        (FOLLOWED | {"more": 1}, "trigger.more", "rule_invalid"),
        (FOLLOWED | {"channelIds": [10**9]}, "trigger.channelIds", "row_unknown"),
        (FOLLOWED | {"channelIds": "3"}, "trigger.channelIds", "rule_invalid"),
        (FOLLOWED | {"employeeIds": [True]}, "trigger.employeeIds", "rule_invalid"),
        (FOLLOWED | {"employeeIds": [cast.stranger.pk]}, "trigger.employeeIds", "row_unknown"),
        (FOLLOWED | {"addWays": [999]}, "trigger.addWays", "rule_invalid"),
        (FOLLOWED | {"addWays": 1}, "trigger.addWays", "rule_invalid"),
        ({"kind": "tagged"}, "trigger.tagIds", "rule_invalid"),
        ({"kind": "tagged", "tagIds": [foreign_tag.pk]}, "trigger.tagIds", "row_unknown"),
        ({"kind": "stageChanged", "stageIds": [1]}, "trigger.stageIds", "row_unknown"),
        ({"kind": "joinedGroup", "chatIds": [1]}, "trigger.chatIds", "row_unknown"),
        ({"kind": "daily", "hour": 24}, "trigger.hour", "rule_invalid"),
        ({"kind": "daily", "reached": "added"}, "trigger.days", "rule_invalid"),
        ({"kind": "daily", "reached": "x", "days": 3}, "trigger.reached", "rule_invalid"),
        ({"kind": "daily", "reached": "added", "days": 0}, "trigger.days", "rule_invalid"),
        ({"kind": "keyword", "words": []}, "trigger.words", "rule_invalid"),
        ({"kind": "keyword", "words": ["x" * 31]}, "trigger.words", "rule_invalid"),
        ({"kind": "keyword", "words": ["x"], "match": "like"}, "trigger.match", "rule_invalid"),
        (FOREIGN | {"event": "nobody.reads"}, "trigger.event", "event_not_read"),
        (FOREIGN | {"event": "order"}, "trigger.event", "event_not_read"),
        (FOREIGN | {"customerPath": "a..b"}, "trigger.customerPath", "rule_invalid"),
        (FOREIGN | {"customerBy": "name"}, "trigger.customerBy", "rule_invalid"),
        (FOREIGN | {"compare": 3}, "trigger.compare", "rule_invalid"),
        (compare("like", 1), "trigger.compare.op", "rule_invalid"),
        (compare("gt", "1"), "trigger.compare.value", "rule_invalid"),
        (compare("in", 1), "trigger.compare.value", "rule_invalid"),
        (compare("is", {}), "trigger.compare.value", "rule_invalid"),
        (compare("is", 1, path=""), "trigger.compare.path", "rule_invalid"),
    ]
    before = everything()
    for trigger, field, code in wrong:
        with pytest.raises(RuleViolation) as refused:
            draft(cast.corp, adds(tag), trigger=trigger)
        assert (refused.value.code, refused.value.errors[0].field) == (code, field), trigger
    assert everything() == before


def test_actions_that_can_not_be_are_refused_where_they_are_wrong(cast: Cast, tag: Any) -> None:
    foreign_tag = make.tag(make.group(cast.other_corp))
    off = {"do": "removeTags", "tagIds": [tag.pk]}
    wrong: list[tuple[Any, str, str]] = [
        ([], "actions", "rule_invalid"),
        ([adds(tag)] * 21, "actions", "rule_invalid"),
        ([3], "actions[0]", "rule_invalid"),
        ([{"do": "explode"}], "actions[0].do", "rule_invalid"),
        ([adds(tag), adds()], "actions[1].tagIds", "rule_invalid"),
        ([adds(foreign_tag)], "actions[0].tagIds", "row_unknown"),
        ([adds(tag, **{"for": "nobody"})], "actions[0].for", "rule_invalid"),
        ([adds(tag, exclusive="yes")], "actions[0].exclusive", "rule_invalid"),
        ([adds(tag, more=1)], "actions[0].more", "rule_invalid"),
        ([adds(tag), off], "actions", "tag_both_ways"),
        ([{"do": "setStage", "stageId": 10**9}], "actions[0].stageId", "row_unknown"),
        ([{"do": "remark", "template": "{mobile}"}], "actions[0].template", "rule_invalid"),
        ([{"do": "remark", "template": "x" * 21}], "actions[0].template", "rule_invalid"),
        ([{"do": "warn", "level": 4}], "actions[0].level", "rule_invalid"),
        ([{"do": "warn"}], "actions[0].level", "rule_invalid"),
        ([{"do": "followUp", "content": " "}], "actions[0].content", "rule_invalid"),
        ([{"do": "assign", "for": "all"}], "actions[0].for", "rule_invalid"),
    ]
    before = everything()
    for actions, field, code in wrong:
        with pytest.raises(RuleViolation) as refused:
            draft(cast.corp, actions=actions)
        assert (refused.value.code, refused.value.errors[0].field) == (code, field), actions
    assert everything() == before


def test_a_condition_is_refused_at_its_node_and_a_name_is_taken_once(cast: Cast, tag: Any) -> None:
    draft(cast.corp, adds(tag), name="新客")
    before = everything()
    wrong = {"version": 1, "where": {"all": [{"field": "nonsense", "op": "is", "value": 1}]}}
    with pytest.raises(RuleViolation) as refused:
        draft(cast.corp, adds(tag), condition=wrong)
    assert refused.value.code == "condition_invalid"
    assert refused.value.errors[0].field.startswith("condition.where.all[0]")
    for name, code in (("新客", "tag_rule_exists"), (" ", "name_invalid"), ("x" * 31, "name_invalid")):
        with pytest.raises(RuleViolation) as refused:
            draft(cast.corp, adds(tag), name=name)
        assert refused.value.code == code
    assert everything() == before


def test_there_are_only_so_many(cast: Cast, tag: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(changing, "MOST_RULES", 1)
    draft(cast.corp, adds(tag))
    with pytest.raises(Conflict) as refused:
        draft(cast.corp, adds(tag))
    assert (refused.value.code, TagRule.objects.count()) == ("too_many_rules", 1)


def test_what_it_says_anew_is_another_version_and_the_old_one_stays_in_force(
    cast: Cast, tag: Any, recorded: Any
) -> None:
    row = rule(cast.corp, adds(tag))
    for _twice in range(2):
        row = changing.update_rule(rule=row, condition=asks("city", "is", "北京"), order=4, **AS)
    assert (row.number, row.live_number, row.state, row.version) == (2, 1, "active", 2)
    assert [said.condition["where"] is None for said in row.versions.order_by("number")] == [True, False]
    told = [data for name, _subject, data in recorded() if name == "tag_rule.updated"]
    assert told == [{"ruleId": row.pk, "changed": ["condition", "order"]}]
    with pytest.raises(Conflict) as refused:
        states.activate(rule=row, **AS)
    assert refused.value.code == "tag_rule_untried"
    RuleRun.objects.create(
        corp=cast.corp, rule=row, rule_version=row.versions.get(number=2), kind="trial", state="done"
    )
    assert states.activate(rule=row, **AS).live_number == 2


def test_a_name_alone_makes_no_version_and_asks_nothing_anew(cast: Cast, tag: Any) -> None:
    row = rule(cast.corp, adds(tag))
    tag.deleted_at = row.create_time
    tag.save()
    row = changing.update_rule(rule=row, name="又名", hourly_limit=7, **AS)
    assert (row.name, row.hourly_limit, row.number) == ("又名", 7, 1)
    with pytest.raises(RuleViolation):
        changing.update_rule(rule=row, actions=[adds(tag, exclusive=True)], **AS)


def test_a_rule_rests_goes_on_and_retires_for_good(cast: Cast, tag: Any, recorded: Any) -> None:
    row = rule(cast.corp, adds(tag))
    RuleRun.objects.create(corp=cast.corp, rule=row, rule_version=row.versions.get(), kind="trial", state="done")
    for act, state in (
        (states.pause, "paused"),
        (states.activate, "active"),
        (states.pause, "paused"),
        (states.retire, "retired"),
    ):
        for _twice in range(2):
            assert act(rule=TagRule.objects.get(), **AS).state == state
    names = [name for name, *_rest in recorded() if name.startswith("tag_rule.")]
    assert names == [f"tag_rule.{name}" for name in ("created", "paused", "activated", "paused", "retired")]
    before = everything()
    for act in (states.pause, states.activate, lambda **how: changing.update_rule(order=9, **how)):
        with pytest.raises(Conflict) as refused:
            act(rule=TagRule.objects.get(), **AS)
        assert refused.value.code == "tag_rule_retired"
    assert everything() == before


def test_a_draft_can_not_rest_and_a_version_that_has_passed_changes_nothing(cast: Cast, tag: Any) -> None:
    row = draft(cast.corp, adds(tag))
    before = everything()
    with pytest.raises(Conflict) as refused:
        states.pause(rule=row, **AS)
    assert refused.value.code == "tag_rule_draft"
    acts: list[Any] = [states.activate, states.pause, states.retire, lambda **how: changing.update_rule(order=9, **how)]
    for act in acts:
        with pytest.raises(PreconditionFailed):
            act(rule=TagRule.objects.get(), if_version=7, **AS)
    assert everything() == before
