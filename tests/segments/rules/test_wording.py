"""Triggers, actions, steps and changes as sentences, in Chinese and in English."""

from typing import Any

import pytest
from django.utils import translation

from segments.rules import wording
from segments.rules.triggers.kinds import KINDS
from tests import make
from tests.conftest import Cast


class Told(wording.Names):
    """Names that need no database: those of a tag 5 are "tag5"."""

    def __init__(self) -> None:
        self._names = {}

    def of(self, label: str, ids: Any) -> str:
        return ", ".join(f"{label.rpartition('.')[2].lower()}{pk}" for pk in ids)


NAMES = Told()

TRIGGERS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"kind": "followed"},
        "followed by an employee",
        "被员工添加",
    ),
    (
        {"kind": "followed", "channelIds": [3], "employeeIds": [7, 8]},
        "followed by an employee (channel3; employee7, employee8)",
        "被员工添加 (channel3; employee7, employee8)",
    ),
    (
        {"kind": "followed", "addWays": [1]},
        "followed by an employee (QR code)",
        "被员工添加 (扫描二维码)",
    ),
    (
        {"kind": "tagged", "tagIds": [5]},
        "given a tag (tag5)",
        "被打上标签 (tag5)",
    ),
    (
        {"kind": "untagged", "tagIds": [5]},
        "lost a tag (tag5)",
        "被移除标签 (tag5)",
    ),
    (
        {"kind": "joinedGroup", "chatIds": [9]},
        "joined a group chat (groupchat9)",
        "加入客户群 (groupchat9)",
    ),
    (
        {"kind": "leftGroup"},
        "left a group chat",
        "退出客户群",
    ),
    (
        {"kind": "followUpWritten"},
        "a follow-up was written",
        "写了跟进记录",
    ),
    (
        {"kind": "stageChanged", "stageIds": [2]},
        "came into a stage (stage2)",
        "进入阶段 (stage2)",
    ),
    (
        {"kind": "segmentEntered", "segmentIds": [4]},
        "came into a segment (segment4)",
        "进入分组 (segment4)",
    ),
    (
        {"kind": "daily", "hour": 9},
        "every day: a date, or a silence, is reached (09:00)",
        "每天：到达某日期或沉默天数 (09:00)",
    ),
    (
        {"kind": "daily", "hour": 0, "reached": "added", "days": 30},
        "every day: a date, or a silence, is reached (00:00; 30 days after being added)",
        "每天：到达某日期或沉默天数 (00:00; 添加满 30 天)",
    ),
    (
        {"kind": "daily", "hour": 9, "reached": "silence", "days": 14},
        "every day: a date, or a silence, is reached (09:00; no follow-up for 14 days)",
        "每天：到达某日期或沉默天数 (09:00; 14 天未跟进)",
    ),
    (
        {"kind": "foreign", "event": "order.paid", "customerPath": "x", "customerBy": "customerId"},
        "an event of another service (order.paid)",
        "其他服务的事件 (order.paid)",
    ),
    (
        {"kind": "keyword", "words": ["价格", "优惠"], "match": "is"},
        "a message with a keyword (价格; 优惠)",
        "消息含关键词 (价格; 优惠)",
    ),
]

ACTIONS: list[tuple[dict[str, Any], str, str]] = [
    (
        {"do": "setField", "fieldId": 4, "op": "set", "value": True},
        "set a custom field: customfield4 = yes",
        "设置自定义字段: customfield4 = 是",
    ),
    (
        {"do": "setField", "fieldId": 4, "op": "add", "optionIds": [1]},
        "set a custom field: customfield4 +customoption1",
        "设置自定义字段: customfield4 +customoption1",
    ),
    (
        {"do": "setField", "fieldId": 4, "op": "clear"},
        "set a custom field: customfield4 is emptied",
        "设置自定义字段: 清空customfield4",
    ),
    (
        {"do": "addTags", "tagIds": [5, 6], "for": "main", "exclusive": True},
        "add tags: tag5, tag6",
        "添加标签: tag5, tag6",
    ),
    (
        {"do": "removeTags", "tagIds": [5], "for": "all"},
        "remove tags: tag5",
        "移除标签: tag5",
    ),
    (
        {"do": "setStage", "stageId": 2},
        "set the stage: stage2",
        "设置阶段: stage2",
    ),
    (
        {"do": "remark", "template": "{name}", "for": "main"},
        "write the remark: {name}",
        "写备注: {name}",
    ),
    (
        {"do": "assign"},
        "assign by the rules of assignment",
        "按分配规则分配",
    ),
    (
        {"do": "warn", "level": 2},
        "open a warning: 2",
        "发出预警: 2",
    ),
    (
        {"do": "followUp", "content": "长" * 90, "for": "main"},
        f"write a follow-up: {'长' * 40}",
        f"写跟进记录: {'长' * 40}",
    ),
]


def step(do: str, follower: int | None = None, **fields: Any) -> dict[str, Any]:
    return {"do": do, "followerId": follower, "addTagIds": [], "removeTagIds": [], "value": None} | fields


STEPS: list[tuple[dict[str, Any], str]] = [
    (
        step("tags", 7, addTagIds=[5]),
        "+tag5 (employee7)",
    ),
    (
        step("tags", 7, removeTagIds=[5]),
        "−tag5 (employee7)",
    ),
    (
        step("tags", None, addTagIds=[5, 6], removeTagIds=[4]),
        "+tag5, tag6 −tag4",
    ),
    (
        step("setStage", value=2),
        "set the stage: stage2",
    ),
    (
        step("remark", 7, value="张三"),
        "write the remark: 张三 (employee7)",
    ),
    (
        step("assign"),
        "assign by the rules of assignment",
    ),
    (
        step("warn", 7, value=3),
        "open a warning: 3 (employee7)",
    ),
]

CHANGES: list[tuple[dict[str, Any], str]] = [
    (
        {},
        "",
    ),
    (
        {"added": [[5, 7], [6, 7]]},
        "+tag5, tag6",
    ),
    (
        {"added": [[5, 7]], "removed": [[4, 7, "operator", "user:1", None, "2026-01-01T00:00:00+00:00"]]},
        "+tag5 · −tag4",
    ),
    (
        {"stage": [None, 2]},
        "set the stage: stage2",
    ),
    (
        {"remarks": [[7, "old", "new"], [8, "", "other"]]},
        "write the remark: new · write the remark: other",
    ),
    (
        {"fields": [[4, None, {"kind": 7, "value": 1}], [5, {"kind": 1, "value": "x"}, None]]},
        "customfield4 → customoption1 · customfield5 → –",
    ),
    (
        {"followUps": [3], "warned": [1], "assigned": [7]},
        "write a follow-up · open a warning · assign by the rules of assignment",
    ),
]


@pytest.mark.parametrize(("trigger", "english", "chinese"), TRIGGERS)
def test_a_trigger_is_a_sentence(trigger: dict[str, Any], english: str, chinese: str) -> None:
    for language, sentence in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert wording.trigger_sentence(trigger, NAMES) == sentence


def test_each_kind_of_trigger_has_a_sentence() -> None:
    assert {trigger["kind"] for trigger, *_rest in TRIGGERS} >= set(KINDS) - {"segmentLeft"}


@pytest.mark.parametrize(("action", "english", "chinese"), ACTIONS)
def test_an_action_is_a_sentence(action: dict[str, Any], english: str, chinese: str) -> None:
    for language, sentence in (("en", english), ("zh-hans", chinese)):
        with translation.override(language):
            assert wording.action_sentence(action, NAMES) == sentence


def test_each_action_has_a_sentence() -> None:
    assert {action["do"] for action, *_rest in ACTIONS} == set(wording.doings())


@pytest.mark.parametrize(("step", "sentence"), STEPS)
def test_a_step_of_a_dry_run_is_a_sentence(step: dict[str, Any], sentence: str) -> None:
    with translation.override("en"):
        assert wording.step_sentence(step, NAMES) == sentence


@pytest.mark.parametrize(("changes", "sentence"), CHANGES)
def test_what_was_changed_is_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    with translation.override("en"):
        assert wording.change_sentence(changes, NAMES) == sentence


def test_the_rows_that_are_spoken_of_are_named(cast: Cast, django_assert_num_queries: Any) -> None:
    tags = [make.tag(make.group(cast.corp), name=f"标签甲{n}") for n in range(7)]
    stage = make.stage(cast.corp, name="意向")
    trigger = {"kind": "tagged", "tagIds": [tag.pk for tag in tags]}
    actions = [{"do": "setStage", "stageId": stage.pk}, {"do": "addTags", "tagIds": [tags[0].pk]}]
    with django_assert_num_queries(2):
        names = wording.Names(wording.mentioned(trigger, actions))
    with translation.override("en"):
        told = wording.trigger_sentence(trigger, names)
        assert told == f"given a tag ({', '.join(f'标签甲{n}' for n in range(5))} +2)"
        assert wording.action_sentence(actions[0], names) == "set the stage: 意向"


def test_a_row_that_is_gone_is_named_by_its_id() -> None:
    assert wording.Names([]).of(wording.TAG, [5]) == "#5"


def test_what_steps_and_changes_speak_of_is_looked_up() -> None:
    steps = [step("tags", 7, addTagIds=[1], removeTagIds=[2]), step("setStage", value=3), step("assign")]
    assert set(wording.step_mentions(steps)) == {
        (wording.TAG, 1),
        (wording.TAG, 2),
        (wording.EMPLOYEE, 7),
        (wording.STAGE, 3),
    }
    changes = {"added": [[1, 7]], "removed": [[2, 7, "api", "api:1", None, "x"]], "stage": [None, 3]}
    assert set(wording.change_mentions(changes)) == {
        (wording.TAG, 1),
        (wording.TAG, 2),
        (wording.STAGE, 3),
    }
