"""Where facts and notes came from: the last event that named them."""

from typing import Any

import pytest

from insights.profile import provenance
from tests.insights.behaviour.days import ago

FACTS = {"name": "甲", "city": "北京", "mobile": None, "status": 1}


def change(days: float, *names: str, name: str = "customer.updated", **more: Any) -> tuple[str, dict[str, Any], Any]:
    """An event so many days ago that named these."""
    data = {"changed": list(names)} | more.pop("data", {})
    return name, {"source": "sync", "actor": "system"} | more | {"data": data}, ago(days)


def created(days: float, **more: Any) -> tuple[str, dict[str, Any], Any]:
    return change(days, name="customer.created", **more)


def noted(days: float, employee: int, *names: str, **more: Any) -> tuple[str, dict[str, Any], Any]:
    return change(days, *names, name="customer.relation.updated", data={"employeeId": employee}, **more)


class TestFacts:
    def test_the_newest_change_that_names_a_fact_is_its_origin(self) -> None:
        changes = [change(1, "city", source="operator", actor="user:7"), change(5, "city", "name"), created(9)]
        found = provenance.of_facts(changes, FACTS)
        assert found["city"] == {"source": "operator", "actor": "user:7", "at": ago(1)}
        assert found["name"] == {"source": "sync", "actor": "system", "at": ago(5)}

    def test_what_nothing_has_changed_came_with_the_creation(self) -> None:
        found = provenance.of_facts([change(1, "city"), created(9, source="api", actor="api:3")], FACTS)
        assert found["name"] == {"source": "api", "actor": "api:3", "at": ago(9)}

    def test_one_that_was_deleted_and_came_back_has_the_later_creation(self) -> None:
        found = provenance.of_facts([created(2, source="callback"), change(5, "city"), created(9)], FACTS)
        assert {origin["source"] for origin in found.values()} == {"callback"}

    def test_without_an_event_it_is_not_known(self) -> None:
        assert provenance.of_facts([], FACTS) == {"name": None, "city": None, "status": None}

    def test_an_empty_fact_is_not_asked_about(self) -> None:
        assert "mobile" not in provenance.of_facts([change(1, "mobile")], FACTS)

    def test_what_is_no_fact_of_the_person_is_left_out(self) -> None:
        assert set(provenance.of_facts([change(1, "version", "tags", "city")], FACTS)) == {"name", "city", "status"}

    def test_notes_of_a_relation_say_nothing_of_the_facts(self) -> None:
        assert provenance.of_facts([noted(1, 7, "name")], FACTS)["name"] is None


class TestNotes:
    def test_each_employees_notes_have_their_own_origin(self) -> None:
        changes = [
            noted(1, 7, "remark", source="operator", actor="user:1"),
            noted(2, 8, "remark", "description"),
            noted(3, 7, "remark", "remarkMobiles", source="callback"),
        ]
        found = provenance.of_notes(changes)
        assert found[7]["remark"] == {"source": "operator", "actor": "user:1", "at": ago(1)}
        assert found[7]["remarkMobiles"]["source"] == "callback"
        assert set(found[8]) == {"remark", "description"}

    @pytest.mark.parametrize("changes", [[], [created(1)], [change(1, "remark")]])
    def test_other_events_tell_nothing_of_notes(self, changes: list[Any]) -> None:
        assert provenance.of_notes(changes) == {}


class TestNames:
    def test_who_acted_is_named_where_there_is_a_name(self) -> None:
        origins = provenance.of_facts([change(1, "city", actor="user:7"), created(9)], FACTS)
        found = provenance.named(origins, {"user:7": "王小明"})
        assert (found["city"]["actorName"], found["name"]["actorName"]) == ("王小明", "")

    def test_what_is_not_known_stays_so(self) -> None:
        assert provenance.named({"city": None}, {"user:7": "王小明"}) == {"city": None}

    def test_everybody_who_acted_is_asked_about_once(self) -> None:
        changes = [change(1, "city", actor="user:7"), change(2, "name", actor="user:7"), created(9, actor="api:3")]
        assert provenance.actors(changes) == {"user:7", "api:3"}
