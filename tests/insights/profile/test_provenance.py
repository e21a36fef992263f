"""Where facts and notes came from: the last change of each, or what the record was made by."""

from typing import Any

import pytest

from insights.profile import provenance
from tests.insights.behaviour.days import ago

FACTS = {"name": "甲", "city": "北京", "mobile": None, "status": 1}
MADE = ("api", "api:3", None, ago(9))
UNKNOWN = (None, None, None, ago(9))
FOLLOW = {"employeeId": 7, "remark": "老张", "description": "", "remarkMobiles": [], "addWay": 0}


def change(days: float, field: str, employee: int | None = None, **more: Any) -> tuple[Any, ...]:
    """The last change of a value, so many days ago."""
    told = {"source": "sync", "actor": "system", "run": 4} | more
    return employee, field, told["source"], told["actor"], told["run"], ago(days)


class TestFacts:
    def test_the_last_change_of_a_fact_is_its_origin(self) -> None:
        changes = [change(1, "city", source="operator", actor="user:7", run=None), change(5, "name")]
        found = provenance.of_facts(changes, MADE, FACTS)
        assert found["city"] == {
            "source": "operator",
            "actor": "user:7",
            "runId": None,
            "at": ago(1),
            "created": False,
        }
        assert found["name"] == {"source": "sync", "actor": "system", "runId": 4, "at": ago(5), "created": False}

    def test_what_nothing_has_changed_came_with_the_creation(self) -> None:
        found = provenance.of_facts([change(1, "city")], MADE, FACTS)
        assert found["name"] == {"source": "api", "actor": "api:3", "runId": None, "at": ago(9), "created": True}

    def test_of_a_record_from_before_there_was_a_history_only_changes_are_known(self) -> None:
        found = provenance.of_facts([change(1, "city")], UNKNOWN, FACTS)
        assert found["city"] is not None
        assert (found["name"], found["status"]) == (None, None)

    def test_an_empty_fact_is_not_asked_about(self) -> None:
        assert "mobile" not in provenance.of_facts([change(1, "mobile")], MADE, FACTS)

    def test_what_is_no_fact_of_the_person_is_left_out(self) -> None:
        changes = [change(1, "externalProfile"), change(1, "city")]
        assert set(provenance.of_facts(changes, MADE, FACTS)) == {"name", "city", "status"}

    def test_notes_of_a_relation_say_nothing_of_the_facts(self) -> None:
        assert provenance.of_facts([change(1, "name", 7)], UNKNOWN, FACTS)["name"] is None


class TestNotes:
    def test_each_employees_notes_have_their_own_origin(self) -> None:
        changes = [change(2, "remark", 8), change(1, "remark", 7, source="operator"), change(3, "name")]
        found = provenance.of_notes(changes, MADE, FOLLOW)
        assert found["remark"] is not None
        assert (found["remark"]["source"], found["remark"]["at"]) == ("operator", ago(1))

    def test_a_note_that_nothing_has_changed_came_when_wecom_first_showed_the_relation(self) -> None:
        found = provenance.of_notes([], ("callback", "system", 12, ago(3)), FOLLOW)
        assert found["remark"] == {"source": "callback", "actor": "system", "runId": 12, "at": ago(3), "created": True}

    def test_what_is_not_noted_is_not_asked_about_and_an_unknown_way_is_a_value(self) -> None:
        assert set(provenance.of_notes([change(1, "description", 7)], MADE, FOLLOW)) == {"remark", "addWay"}

    @pytest.mark.parametrize("changes", [[], [change(1, "remark", 8)], [change(1, "remark")]])
    def test_other_changes_tell_nothing_of_notes(self, changes: list[Any]) -> None:
        assert provenance.of_notes(changes, UNKNOWN, FOLLOW)["remark"] is None


class TestNames:
    def test_who_acted_is_named_where_there_is_a_name(self) -> None:
        origins = provenance.of_facts([change(1, "city", actor="user:7")], MADE, FACTS)
        found = provenance.named(origins, {"user:7": "王小明"})
        assert (found["city"]["actorName"], found["name"]["actorName"]) == ("王小明", "")

    def test_what_is_not_known_stays_so(self) -> None:
        assert provenance.named({"city": None}, {"user:7": "王小明"}) == {"city": None}

    def test_everybody_who_acted_is_asked_about_once(self) -> None:
        changes = [change(1, "city", actor="user:7"), change(2, "name", actor="user:7")]
        assert provenance.actors(changes, [MADE, UNKNOWN]) == {"user:7", "api:3"}
