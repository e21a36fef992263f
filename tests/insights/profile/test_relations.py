"""Relations side by side, and in what they differ."""

from typing import Any

import pytest

from insights.profile import relations
from insights.profile.record import MOST
from insights.profile.relations import COMPARED
from tests.insights.behaviour.days import ago

PLAIN: dict[str, Any] = {
    "remark": "张三",
    "description": "",
    "remarkCorpName": "",
    "remarkMobiles": ["138", "139"],
    "addWay": 1,
    "state": "",
    "status": 1,
    "tagIds": [3, 8],
}


def follow(employee: int, **fields: Any) -> dict[str, Any]:
    whose = {"customerId": 1, "employeeId": employee, "userid": f"u{employee}"}
    return whose | {"addTime": None, "endedAt": None} | PLAIN | fields


def record(*employees: int, **parts: Any) -> Any:
    rows = [(one, f"员工{one}", 0, ago(3), None, None, None, ago(9), 1) for one in employees]
    return {"relations": rows, "channels": [], "episodes": []} | parts


class TestDifferences:
    @pytest.mark.parametrize(
        ("name", "other"),
        [
            ("remark", "李四"),
            ("remark", ""),
            ("description", "要报价"),
            ("remarkCorpName", "甲公司"),
            ("remarkMobiles", ["138"]),
            ("addWay", 2),
            ("addWay", None),
            ("state", "expo"),
            ("status", 3),
            ("tagIds", [3]),
        ],
    )
    def test_one_that_is_not_the_same_is_named_and_no_other(self, name: str, other: Any) -> None:
        assert relations.differences([follow(1), follow(2, **{name: other})]) == [name]

    @pytest.mark.parametrize(
        ("name", "one", "other"),
        [("remarkMobiles", ["1", "2"], ["2", "1"]), ("tagIds", [8, 3], [3, 8]), ("remark", "", None)],
    )
    def test_order_and_the_kind_of_nothing_make_no_difference(self, name: str, one: Any, other: Any) -> None:
        assert relations.differences([follow(1, **{name: one}), follow(2, **{name: other})]) == []

    def test_one_of_many_is_enough(self) -> None:
        assert relations.differences([follow(1), follow(2), follow(3, remark="李四")]) == ["remark"]

    @pytest.mark.parametrize("many", [[], [follow(1)]])
    def test_of_fewer_than_two_nothing_differs(self, many: list[dict[str, Any]]) -> None:
        assert relations.differences(many) == []

    def test_all_that_can_differ_is_named_in_one_order(self) -> None:
        other = dict.fromkeys(COMPARED)
        assert relations.differences(
            [follow(1, remark="a", description="b", remarkCorpName="c", state="d"), other]
        ) == list(COMPARED)


class TestSideBySide:
    def test_each_has_its_name_its_origin_and_its_stays(self) -> None:
        stays = [(1, ago(30), None, None, False, 1), (2, ago(90), ago(60), 3, True, 1)]
        rows = record(1, 2, episodes=stays)
        rows["relations"][1] = (2, "李小红", 77, ago(3), None, None, None, ago(9), 1)
        found = relations.side_by_side(rows, [follow(1), follow(2)])
        first, second = found["list"]
        assert (first["employeeName"], first["origin"]["source"]) == ("员工1", "here")
        assert (second["employeeName"], second["origin"]["source"]) == ("李小红", "wecom")
        assert first["stays"] == [{"beganAt": ago(30), "endedAt": None, "endedBy": None, "noticed": False}]
        assert second["stays"] == [{"beganAt": ago(90), "endedAt": ago(60), "endedBy": 3, "noticed": True}]

    def test_what_is_hidden_from_the_reader_stays_hidden(self) -> None:
        (found,) = relations.side_by_side(record(1), [follow(1, remarkMobiles=["138****0000"])])["list"]
        assert found["remarkMobiles"] == ["138****0000"]

    def test_no_more_than_the_bound_are_shown(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(MOST, "relations", 2)
        found = relations.side_by_side(record(1, 2, 3), [follow(1), follow(2), follow(3)])
        assert ([one["employeeId"] for one in found["list"]], found["more"]) == ([1, 2], True)

    def test_one_who_came_while_it_was_read_is_told_of_as_more(self) -> None:
        found = relations.side_by_side(record(1), [follow(1), follow(2)])
        assert ([one["employeeId"] for one in found["list"]], found["more"]) == ([1], True)


class TestChannels:
    KEYS = (("expo", None, 4, "展会"), (None, 16, 5, "获客链接"))

    @pytest.mark.parametrize(
        ("state", "way", "channel"),
        [
            ("expo", None, {"id": 4, "name": "展会"}),
            # The state says more than the add way.
            ("expo", 16, {"id": 4, "name": "展会"}),
            ("", 16, {"id": 5, "name": "获客链接"}),
            # A state without a name stands for itself.
            ("fair", 16, None),
            ("", 1, None),
            ("", None, None),
        ],
    )
    def test_the_state_decides_and_else_the_add_way(self, state: str, way: int | None, channel: Any) -> None:
        rows = record(1, channels=self.KEYS)
        (found,) = relations.side_by_side(rows, [follow(1, state=state, addWay=way)])["list"]
        assert found["channel"] == channel


def test_friends_are_those_who_follow() -> None:
    assert relations.friends([follow(1), follow(2, status=3), follow(3, status=4)]) == [follow(1)]
