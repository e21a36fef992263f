"""SOPs against a model that looks at all that was ever told of one at once, and knows no order."""

import random
from collections import defaultdict
from typing import Any

import pytest

from core.time import from_wire
from customers.models import CustomerTag
from followups.models import Reminder, SopEnrolment, TimelineEntry
from messaging.inbox import Incoming
from tests import make
from tests.conftest import Cast
from tests.followups.operation import event, hear

NAMES = ("sop.enrolled", "sop.step.due", "sop.step.done", "sop.ended")


def invented(dice: random.Random, cast: Cast, customers: list[int], tags: list[int]) -> list[Incoming]:
    """What a service with doubled, lost and contradicting messages may say of a few enrolments."""
    told = []
    for n in range(dice.randrange(6, 24)):
        enrolment = dice.randrange(len(customers))
        data: dict[str, Any] = {"enrolmentId": f"en-{enrolment}", "customerId": customers[enrolment]}
        data |= {"at": f"2026-11-{n + 1:02}T08:00:00Z", "step": dice.randrange(1, 4)}
        name = dice.choice(NAMES)
        if dice.random() < 0.5:
            data[dice.choice(["addTagIds", "removeTagIds"])] = [dice.choice(tags)]
        more = {"sop.step.due": {"content": f"第{n}次"}, "sop.enrolled": {"name": f"名{n}"}}
        told.append(event(name, cast.corp.pk, **data, **more.get(name, {})))
    return told


def enrolment(events: list[Incoming]) -> dict[str, Any]:
    """The row that these events of one enrolment amount to."""
    begun = [e for e in events if e.name == "sop.enrolled"]
    ended = [e for e in events if e.name == "sop.ended"]
    steps = [e.data["step"] for e in events if e.name in NAMES]
    return {
        "name": begun[0].data["name"] if begun else "",
        "since": from_wire(begun[0].data["at"]) if begun else None,
        "until": from_wire(ended[0].data["at"]) if ended else None,
        "state": "ended" if ended else "running",
        "step": max(steps),
    }


def reminders(events: list[Incoming]) -> dict[int, tuple[str, str]]:
    """Step → (state, what is to be done)."""
    over, found = any(e.name == "sop.ended" for e in events), {}
    for step in {e.data["step"] for e in events if e.name.startswith("sop.step")}:
        of_step = [e for e in events if e.data["step"] == step and e.name.startswith("sop.step")]
        done = any(e.name == "sop.step.done" for e in of_step)
        due = [e.data["content"] for e in of_step if e.name == "sop.step.due"]
        found[step] = ("done" if done else "cancelled" if over else "open", due[-1] if due else "")
    return found


@pytest.mark.parametrize("seed", range(6))
def test_rows_are_what_the_model_makes_of_all_that_was_told_in_whatever_order(cast: Cast, seed: int) -> None:
    dice = random.Random(seed)
    customers = [make.customer(cast.corp, cast.owner).pk for _n in range(2)]
    group = make.group(cast.corp)
    told = invented(dice, cast, customers, [make.tag(group).pk for _n in range(2)])
    heard = dice.sample(told, len(told))
    hear(*heard, *dice.sample(told, len(told) // 2))
    by_enrolment: dict[str, list[Incoming]] = defaultdict(list)
    for one in told:
        by_enrolment[one.data["enrolmentId"]].append(one)
    for ident, events in by_enrolment.items():
        row = SopEnrolment.objects.get(enrolment_id=ident)
        want = enrolment(events)
        assert {name: getattr(row, name) for name in want} == want, ident
        stood = {r.step: (r.state, r.content) for r in Reminder.objects.filter(enrolment=row)}
        assert stood == reminders(events), ident
    assert SopEnrolment.objects.count() == len(by_enrolment)
    assert set(TimelineEntry.objects.values_list("event_id", flat=True)) == {one.event_id for one in told}


@pytest.mark.parametrize("seed", range(3))
def test_tags_are_what_the_furthest_step_made_of_them(cast: Cast, seed: int) -> None:
    dice, customer = random.Random(seed), make.customer(cast.corp, cast.owner)
    tags = [make.tag(make.group(cast.corp)).pk for _n in range(3)]
    want: dict[int, bool] = {}
    told = []
    for step in range(1, 7):
        tag, on = dice.choice(tags), dice.random() < 0.5
        want[tag] = on
        data = {"addTagIds" if on else "removeTagIds": [tag], "step": step}
        told.append(event("sop.step.done", cast.corp.pk, enrolmentId="en-1", customerId=customer.pk, **data))
    hear(*dice.sample(told, len(told)))
    assert set(CustomerTag.objects.values_list("tag_id", flat=True)) == {tag for tag, on in want.items() if on}
