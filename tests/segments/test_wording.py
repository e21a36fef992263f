"""Conditions as people read them, in Chinese and in English."""

from typing import Any

import pytest
from django.utils import translation

from core.time import now
from segments.conditions import parsing, wording
from tests import make
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def said(cast: Cast, where: Any) -> tuple[str, str]:
    condition = parsing.parse({"version": 1, "where": where}, corp=cast.corp)
    found = []
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.append(wording.sentence(condition))
    return found[0], found[1]


def asked(field: str, op: str, *value: Any) -> dict[str, Any]:
    return {"field": field, "op": op} | ({"value": value[0]} if value else {})


QUESTIONS: list[tuple[dict[str, Any], str, str]] = [
    (asked("city", "is", "北京"), "城市是“北京”", "city is “北京”"),
    (asked("city", "isNot", "北京"), "城市不是“北京”", "city is not “北京”"),
    (asked("city", "in", ["北京", "上海", "广州"]), "城市是“北京”、“上海”或“广州”", "city is “北京”, “上海” or “广州”"),
    (asked("city", "notIn", ["北京", "上海"]), "城市不是“北京”或“上海”", "city is not “北京” nor “上海”"),
    (asked("mobile", "set"), "有手机号", "mobile is filled in"),
    (asked("mobile", "unset"), "没有手机号", "mobile is empty"),
    (asked("city", "contains", "州"), "城市包含“州”", "city contains “州”"),
    (asked("city", "notContains", "州"), "城市不包含“州”", "city doesn't contain “州”"),
    (asked("city", "startsWith", "广"), "城市以“广”开头", "city begins with “广”"),
    (asked("gender", "is", 2), "性别是女", "gender is female"),
    (asked("blacklisted", "is", True), "黑名单：是", "blacklisted: yes"),
    (asked("addTime", "within", {"days": 90}), "添加时间在最近 90 天内", "added in the last 90 days"),
    (asked("addTime", "within", {"days": 1}), "添加时间是今天", "added today"),
    (asked("addTime", "earlierThan", {"days": 30}), "添加时间在 30 天以前", "added at least 30 days ago"),
    (asked("addTime", "earlierThan", {"days": 1}), "添加时间在今天以前", "added before today"),
    (asked("addTime", "on", "2026-01-31"), "添加时间是 2026-01-31 当天", "added on 2026-01-31"),
    (asked("addTime", "after", "2026-01-31"), "添加时间晚于 2026-01-31", "added after 2026-01-31"),
    (asked("addTime", "before", "2026-01-31"), "添加时间早于 2026-01-31", "added before 2026-01-31"),
    (
        asked("addTime", "between", ["2026-01-01", "2026-01-31"]),
        "添加时间在 2026-01-01 到 2026-01-31 之间",
        "added is between 2026-01-01 and 2026-01-31",
    ),
    (asked("addTime", "this", "week"), "添加时间在本周", "added this week"),
    (asked("addTime", "this", "quarter"), "添加时间在本季度", "added this quarter"),
    (asked("addTime", "unset"), "没有添加时间", "added is empty"),
]


def test_each_question_is_said_as_people_say_it(cast: Cast) -> None:
    for where, chinese, english in QUESTIONS:
        assert said(cast, where) == (chinese, english)


def test_rows_are_called_by_their_names_also_when_they_have_ended(cast: Cast) -> None:
    group = make.group(cast.corp, name="等级")
    vip, old = make.tag(group, name="VIP"), make.tag(group, name="旧", deleted_at=now())
    for where, chinese, english in [
        (
            asked("tags", "any", [vip.pk, old.pk]),
            "标签包含“VIP”或“旧（已删除）”",
            "tags include “VIP” or “旧 (deleted)”",
        ),
        (
            asked("tags", "all", [vip.pk, old.pk]),
            "标签包含“VIP”和“旧（已删除）”",
            "tags include “VIP” and “旧 (deleted)”",
        ),
        (
            asked("tags", "none", [vip.pk, old.pk]),
            "标签不包含“VIP”或“旧（已删除）”",
            "tags don't include “VIP” nor “旧 (deleted)”",
        ),
        (asked("tagGroups", "any", [group.pk]), "标签组包含“等级”", "tag groups include “等级”"),
        (asked("followUser", "is", cast.owner.pk), "跟进人是“王小明”", "followed by is “王小明”"),
    ]:
        assert said(cast, where) == (chinese, english)


def test_parts_are_joined_and_bracketed_where_it_matters(cast: Cast) -> None:
    beijing, female, added = asked("city", "is", "北京"), asked("gender", "is", 2), asked("addTime", "this", "month")
    for where, chinese, english in [
        (None, "全部客户", "all customers"),
        ({"all": [beijing, female]}, "城市是“北京”，且性别是女", "city is “北京” and gender is female"),
        (
            {"any": [{"all": [beijing, female]}, {"all": [added]}]},
            "（城市是“北京”，且性别是女），或添加时间在本月",
            "(city is “北京” and gender is female) or added this month",
        ),
        ({"not": beijing}, "城市不是“北京”", "city is not “北京”"),
        ({"not": added}, "不满足（添加时间在本月）", "not (added this month)"),
    ]:
        assert said(cast, where) == (chinese, english)


def test_sets_are_said_with_how_many(cast: Cast) -> None:
    mine = asked("employee", "is", cast.owner.pk)
    for count, chinese, english in [
        (None, "有跟进关系满足（员工是“王小明”）", "has relation with (employee is “王小明”)"),
        (
            ("atLeast", 2),
            "至少有 2 条跟进关系满足（员工是“王小明”）",
            "at least 2 × relation with (employee is “王小明”)",
        ),
        (
            ("atMost", 3),
            "最多有 3 条跟进关系满足（员工是“王小明”）",
            "at most 3 × relation with (employee is “王小明”)",
        ),
        (
            ("exactly", 1),
            "正好有 1 条跟进关系满足（员工是“王小明”）",
            "exactly 1 × relation with (employee is “王小明”)",
        ),
        (("exactly", 0), "没有跟进关系满足（员工是“王小明”）", "has no relation with (employee is “王小明”)"),
    ]:
        node: dict[str, Any] = {"some": "relation", "where": mine}
        if count:
            node["count"] = {"op": count[0], "value": count[1]}
        assert said(cast, node) == (chinese, english)
    assert said(cast, {"some": "tag"})[0] == "有标签"
    assert said(cast, {"some": "followUp", "count": {"op": "atMost", "value": 0}})[0] == "没有跟进记录"
    many = {"some": "followUp", "count": {"op": "atLeast", "value": 3}}
    assert said(cast, many) == ("至少有 3 条跟进记录", "at least 3 × follow-up")
    often = {"some": "followUp", "where": {"all": [asked("kind", "in", ["call", "visit"]), asked("outcome", "unset")]}}
    assert said(cast, often) == (
        "有跟进记录满足（跟进方式是电话或上门拜访，且没有跟进结果）",
        "has follow-up with (kind is call or visit and outcome is empty)",
    )
