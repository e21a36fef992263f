"""A forged or broken service can say anything: nothing breaks, nothing of another company is touched."""

import random
from typing import Any

import pytest

from customers.models import Customer, CustomerTag
from followups.models import Reminder, SopEnrolment, SopStop, TimelineEntry
from followups.sops.told import KINDS
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.followups.operation import event, hear, story

KEYS = [
    *("enrolmentId", "customerId", "externalUserid", "sopId", "at", "name", "steps", "step", "content", "dueAt"),
    *("employeeId", "followUserId", "goalTagId", "reason", "addTagIds", "removeTagIds", "addTags", "removeTags"),
]
ODD: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**63 - 1, 2**63, 2**70, 1.5, float("1e300"), "", " ", "0", "1"),
    *("\x00", "\ud800", "é" * 500, "2026-11-01T08:00:00Z", "9999-12-31T23:59:59+00:00", "2026-13-01T00:00:00Z"),
    *([], [None], [[1]], [1, "a", None, 2**70], {}, {"a": [1]}, {"enrolmentId": "x"}, "' OR 1=1 --", "../../etc"),
]


@pytest.fixture
def town(cast: Cast) -> dict[str, list[Any]]:
    """Ids of both companies, which the forger knows."""
    own, foreign = make.customer(cast.corp, cast.owner), make.customer(cast.other_corp, cast.stranger)
    tags = [make.tag(make.group(corp)).pk for corp in (cast.corp, cast.other_corp)]
    hear(*story(cast.other_corp.pk, foreign.pk)[:2])
    return {
        "enrolmentId": ["en-1", "en-2", 7],
        "customerId": [own.pk, foreign.pk],
        "externalUserid": [own.external_userid, foreign.external_userid],
        "employeeId": [cast.owner.pk, cast.stranger.pk],
        "followUserId": [cast.colleague.pk, cast.stranger.pk],
        "goalTagId": tags,
        "addTagIds": [tags, tags[:1]],
        "removeTagIds": [tags],
        "step": [0, 1, 10_000],
    }


def forged(dice: random.Random, town: dict[str, list[Any]]) -> dict[str, Any]:
    data = {key: dice.choice(ODD) for key in dice.sample(KEYS, dice.randrange(len(KEYS)))}
    # Most of it must look good, or nothing would get past the first check.
    return data | {key: dice.choice(known) for key, known in town.items() if dice.random() < 0.8}


def of_company(corp_id: int) -> list[list[dict[str, Any]]]:
    models = (SopEnrolment, Reminder, TimelineEntry, SopStop, Customer, CustomerTag, OutboxEvent)
    return [list(model.objects.filter(corp_id=corp_id).order_by("pk").values()) for model in models]


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_said_nothing_breaks_and_the_other_company_stays_as_it_is(
    cast: Cast, town: dict[str, list[Any]], seed: int
) -> None:
    dice, before = random.Random(seed), of_company(cast.other_corp.pk)
    for _n in range(60):
        hear(event(dice.choice(list(KINDS)), cast.corp.pk, hops=dice.randrange(17), **forged(dice, town)))
    assert of_company(cast.other_corp.pk) == before
    # Some of it was good, or this would prove nothing.
    assert SopEnrolment.objects.of_corp(cast.corp.pk).exists()
    people = {cast.owner.pk, cast.colleague.pk, None}
    for model in (Reminder, TimelineEntry):
        rows = model.objects.of_corp(cast.corp.pk)
        assert set(rows.values_list("employee_id", flat=True)) <= people
        assert set(rows.values_list("customer_id", flat=True)) <= {town["customerId"][0]}
    assert set(SopEnrolment.objects.of_corp(cast.corp.pk).values_list("owner_id", flat=True)) <= people
    assert set(CustomerTag.objects.values_list("tag_id", flat=True)) <= {town["goalTagId"][0]}


def test_what_is_stored_fits_and_holds_no_more_than_ids(cast: Cast, town: dict[str, list[Any]]) -> None:
    told = {
        "enrolmentId": "en-9",
        "customerId": town["customerId"][0],
        "step": 3,
        "name": "张三丰",
        "content": "打给张三丰",
    }
    for name in KINDS:
        hear(event(name, cast.corp.pk, reason="长" * 500, **told))
    facts = list(TimelineEntry.objects.of_corp(cast.corp.pk).values_list("facts", flat=True))
    assert all(isinstance(value, int) for one in facts for value in one.values())
    assert SopEnrolment.objects.get(enrolment_id="en-9").why == "长" * 60
