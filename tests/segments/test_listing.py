"""What programs are told that they can ask is what can be asked."""

from typing import Any

import pytest
from django.urls import reverse

from followups.choices import FollowUpKind, FollowUpOutcome
from segments.conditions import bounds, parsing, writing
from segments.fields import FIELDS, SETS
from segments.fields.listing import LISTS, listing
from tests import api
from tests.conftest import Cast
from tests.segments import scene

pytestmark = pytest.mark.django_db

URL = "/api/v1/segments/fields"


def every_field(told: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """(set, field) of each; of the customer's own the set is empty."""
    own = [("", field) for field in told["fields"]]
    return own + [(rows["key"], field) for rows in told["sets"] for field in rows["fields"]]


def test_the_door_tells_everything_once_in_the_order_of_the_tables(cast: Cast) -> None:
    answer = api.client(cast.corp, "read").get(URL)
    assert answer.status_code == 200
    told = answer.json()
    assert told == listing()
    assert [field["key"] for field in told["fields"]] == list(FIELDS)
    assert [rows["key"] for rows in told["sets"]] == list(SETS)
    assert told["bounds"] == {
        "depth": bounds.DEPTH,
        "nodes": bounds.NODES,
        "values": bounds.VALUES,
        "bytes": bounds.BYTES,
    }


def test_a_parameter_that_means_nothing_is_refused(cast: Cast) -> None:
    answer = api.client(cast.corp, "read").get(URL, {"lang": "zh"})
    assert answer.status_code == 400


def test_all_of_it_has_a_chinese_and_an_english_name() -> None:
    told = listing()
    named = [field for _rows, field in every_field(told)] + told["sets"]
    named += [choice for _rows, field in every_field(told) for choice in field["choices"]]
    for entry in named:
        assert any("\u4e00" <= letter <= "\u9fff" for letter in entry["nameZh"]) or entry["nameZh"].isascii(), entry
        assert entry["nameEn"], entry
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in entry["nameEn"]), entry


def test_ids_are_found_in_a_list_of_the_api(cast: Cast) -> None:
    client = api.client(cast.corp)
    for name in LISTS.values():
        assert client.get(reverse(name)).status_code == 200, name
    for rows, field in every_field(listing()):
        assert (field["valuesUrl"] is not None) is (field["kind"] in {"reference", "membership"}), (rows, field["key"])


def test_every_question_that_is_offered_is_taken() -> None:
    world = scene.build(customers=1)
    asked = 0
    for rows, field in every_field(listing()):
        fields = SETS[rows].fields if rows else FIELDS
        for op in field["ops"]:
            question = {"field": field["key"], "op": op["op"]}
            if op["takes"] != "nothing":
                question["value"] = value(op["takes"], field, fields[field["key"]].of, world)
            where = {"some": rows, "where": question} if rows else question
            document = {"version": 1, "where": where}
            assert writing.document(parsing.parse(document, corp=world.corp)) == document
            asked += 1
    assert asked > 400


def value(takes: str, field: dict[str, Any], model: str, world: scene.Scene) -> Any:
    """A value as a program makes one from what it was told."""
    kinds: dict[str, Any] = {"text": "北京", "number": 3, "days": 3, "time": "2026-01-31", "flag": True}
    one = field["choices"][0]["value"] if field["choices"] else kinds.get(field["kind"])
    one = world.ids_of(model)[0] if model else one
    return {"one": one, "many": [one], "pair": [one, one], "days": {"days": 7}, "period": "month"}[takes]


def test_kinds_and_outcomes_of_follow_ups_can_be_picked() -> None:
    fields = {field["key"]: field for rows, field in every_field(listing()) if rows == "followUp"}
    assert [choice["value"] for choice in fields["kind"]["choices"]] == FollowUpKind.values
    # Without the one that says nothing: that is ``unset``.
    assert [choice["value"] for choice in fields["outcome"]["choices"]] == [each for each in FollowUpOutcome if each]
    assert {"op": "unset", "takes": "nothing"} in fields["outcome"]["ops"]
