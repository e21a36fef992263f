"""What other services are asked to send is written down, and what the stub sends is so."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from followups.operation_stub import OperationStub
from followups.sops.told import KINDS
from tests.contracts.test_contracts import schema
from tests.followups.operation import story

FOREIGN = Path(__file__).parent / "foreign"


def foreign(name: str) -> dict[str, Any]:
    return json.loads((FOREIGN / f"{name}.json").read_text(encoding="utf-8"))


def test_each_event_that_is_read_has_a_schema() -> None:
    assert {path.stem for path in FOREIGN.glob("*.json")} == {*KINDS, "communication.ended"}


def test_what_the_stub_and_the_tests_tell_is_as_it_is_written_down() -> None:
    told: list[tuple[str, dict[str, Any]]] = []
    there = OperationStub(lambda name, envelope: told.append((name, envelope["data"])))
    row = there.enrol(1, 7, name="新客户欢迎", steps=2, goalTagId=3, addTagIds=[4])
    there.due(row, 1, content="发产品手册", dueAt="2026-11-02T10:00:00Z", employeeId=5)
    there.done(row, 1, removeTags=["新客"])
    there.end(row)
    assert [name for name, _data in told] == list(KINDS)
    told += [(event.name, event.data) for event in story(1, 7)]
    for name, data in told:
        jsonschema.validate(data, foreign(name))


@pytest.mark.parametrize("name", KINDS)
def test_what_lacks_customer_or_enrolment_breaks_it(name: str) -> None:
    whole = {"enrolmentId": "en-1", "customerId": 7, "step": 1}
    jsonschema.validate(whole, foreign(name))
    for lacking in ("enrolmentId", "customerId"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate({key: value for key, value in whole.items() if key != lacking}, foreign(name))


def test_reminders_tell_the_enrolment_by_the_id_that_the_other_service_gave_it() -> None:
    data = {"reminderId": 1, "customerId": 2, "employeeId": None, "enrolmentId": "en-1", "step": 3}
    for name in ("reminder.created", "reminder.done", "reminder.cancelled"):
        jsonschema.validate(data, schema(name))
