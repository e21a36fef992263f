"""What is written of triggers and actions, and the form in which it is kept: one for each meaning."""

from typing import Any

import pytest

from customers.choices import AddWay
from segments.rules.actions import parsing as actions
from segments.rules.triggers import parsing as triggers
from segments.rules.triggers.kinds import KINDS
from tests import make
from tests.conftest import Cast

FOREIGN = {"kind": "foreign", "event": "order.paid", "customerPath": "buyer.id"}

# What needs no rows of the company.
PLAIN: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"kind": "followed"},
        {"kind": "followed"},
    ),
    (
        {"kind": "followed", "channelIds": [], "addWays": [], "employeeIds": None},
        {"kind": "followed"},
    ),
    (
        {"kind": "followed", "addWays": [16, 1, 16]},
        {"kind": "followed", "addWays": [1, 16]},
    ),
    (
        {"kind": "followed", "addWays": [0]},
        {"kind": "followed", "addWays": [0]},
    ),
    (
        {"kind": "joinedGroup", "chatIds": []},
        {"kind": "joinedGroup"},
    ),
    (
        {"kind": "leftGroup"},
        {"kind": "leftGroup"},
    ),
    (
        {"kind": "followUpWritten"},
        {"kind": "followUpWritten"},
    ),
    (
        {"kind": "stageChanged"},
        {"kind": "stageChanged"},
    ),
    (
        {"kind": "daily"},
        {"kind": "daily", "hour": 9},
    ),
    (
        {"kind": "daily", "hour": 0},
        {"kind": "daily", "hour": 0},
    ),
    (
        {"kind": "daily", "hour": 23, "reached": "silence", "days": 3650},
        {"kind": "daily", "hour": 23, "reached": "silence", "days": 3650},
    ),
    (
        {"kind": "daily", "reached": "added", "days": 1},
        {"kind": "daily", "hour": 9, "reached": "added", "days": 1},
    ),
    (
        {"kind": "daily", "reached": "", "days": None},
        {"kind": "daily", "hour": 9},
    ),
    (
        {"kind": "keyword", "words": [" 价格 ", "优惠", "价格"]},
        {"kind": "keyword", "words": ["价格", "优惠"], "match": "contains"},
    ),
    (
        {"kind": "keyword", "words": ["价格"], "match": "is"},
        {"kind": "keyword", "words": ["价格"], "match": "is"},
    ),
    (
        FOREIGN,
        FOREIGN | {"customerBy": "externalUserid"},
    ),
    (
        FOREIGN | {"customerBy": "customerId", "compare": {"path": "n", "op": "set"}},
        FOREIGN | {"customerBy": "customerId", "compare": {"path": "n", "op": "set"}},
    ),
    (
        FOREIGN | {"compare": None},
        FOREIGN | {"customerBy": "externalUserid"},
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("written", "kept"), PLAIN)
def test_a_trigger_is_kept_in_one_form(written: dict[str, Any], kept: dict[str, Any]) -> None:
    found = triggers.parse(written, corp_id=1)
    assert found == kept
    # And read again it is the same.
    assert triggers.parse(found, corp_id=1) == kept


def test_rows_of_the_company_are_kept_each_once_and_in_order(cast: Cast) -> None:
    group, first, second = make.group(cast.corp), make.channel(cast.corp, "a"), make.channel(cast.corp, "b")
    one, two = make.tag(group), make.tag(group)
    chat, stage = make.chat(cast.corp, cast.owner), make.stage(cast.corp)
    cases: list[tuple[str, str, list[int]]] = [
        ("followed", "channelIds", [second.pk, first.pk, second.pk]),
        ("followed", "employeeIds", [cast.colleague.pk, cast.owner.pk]),
        ("tagged", "tagIds", [two.pk, one.pk]),
        ("untagged", "tagIds", [one.pk]),
        ("joinedGroup", "chatIds", [chat.pk]),
        ("leftGroup", "chatIds", [chat.pk]),
        ("followUpWritten", "employeeIds", [cast.owner.pk]),
        ("stageChanged", "stageIds", [stage.pk]),
    ]
    for kind, option, ids in cases:
        found = triggers.parse({"kind": kind, option: ids}, corp_id=cast.corp.pk)
        assert found == {"kind": kind, option: sorted(set(ids))}
    named = {(kind, option) for kind, option, _ids in cases}
    known = {(key, option) for key, kind in KINDS.items() for option in kind.refs}
    assert named == known - {("segmentEntered", "segmentIds"), ("segmentLeft", "segmentIds")}


def test_each_add_way_of_wecom_can_be_named() -> None:
    for way in AddWay.values:
        assert triggers._add_ways([way], "addWays") == [way]


# What is written of an action, and how it is kept; tags are numbered from the company's first.
ACTIONS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    (
        {"do": "remark", "template": " {name} "},
        {"do": "remark", "template": "{name}", "for": "main"},
    ),
    (
        {"do": "remark", "template": "{name}{city}{channel}{date}", "for": "all"},
        {"do": "remark", "template": "{name}{city}{channel}{date}", "for": "all"},
    ),
    (
        {"do": "remark", "template": "x" * 20},
        {"do": "remark", "template": "x" * 20, "for": "main"},
    ),
    (
        {"do": "remark", "template": "x" * 20 + "{name}"},
        {"do": "remark", "template": "x" * 20 + "{name}", "for": "main"},
    ),
    (
        {"do": "assign"},
        {"do": "assign"},
    ),
    (
        {"do": "warn", "level": 1},
        {"do": "warn", "level": 1},
    ),
    (
        {"do": "followUp", "content": " 回访\n第二行 "},
        {"do": "followUp", "content": "回访\n第二行", "for": "main"},
    ),
    (
        {"do": "followUp", "content": "x" * 5000, "for": "concerned"},
        {"do": "followUp", "content": "x" * 5000, "for": "concerned"},
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("written", "kept"), ACTIONS)
def test_an_action_is_kept_in_one_form(written: dict[str, Any], kept: dict[str, Any]) -> None:
    found = actions.parse([written], corp_id=1)
    assert found == [kept]
    assert actions.parse(found, corp_id=1) == [kept]


def test_tags_and_stages_of_the_company_are_kept(cast: Cast) -> None:
    group, stage = make.group(cast.corp), make.stage(cast.corp)
    one, two, three = make.tag(group), make.tag(group), make.tag(group)
    written = [
        {"do": "addTags", "tagIds": [two.pk, one.pk, one.pk]},
        {"do": "removeTags", "tagIds": [three.pk], "for": "all"},
        {"do": "setStage", "stageId": stage.pk},
    ]
    found = actions.parse(written, corp_id=cast.corp.pk)
    assert found == [
        {"do": "addTags", "tagIds": [one.pk, two.pk], "for": "main", "exclusive": False},
        {"do": "removeTags", "tagIds": [three.pk], "for": "all"},
        {"do": "setStage", "stageId": stage.pk},
    ]
    assert actions.tag_ids(found) == {one.pk, two.pk, three.pk}
    assert actions.parse(found, corp_id=cast.corp.pk) == found
