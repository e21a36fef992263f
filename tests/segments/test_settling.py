"""What becomes of a stay when somebody changes, whatever a run has put by for later."""

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.sql import rewrite
from segments.members.settling import Cause, Moves, settle
from segments.models import SegmentStanding, SegmentStay
from segments.querysets import NEVER
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import listed

AT = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
EARLIER = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)
CAUSE = Cause("customer.updated", "event-1")
# The segment shows its third run; the fourth is under way.
SHOWN, NEXT = 3, 4
# How a customer may stand before: (entered in, left in), None for no stay that matters.
NOBODY, MEMBER, LEAVING, COMING, GONE = None, (1, NEVER), (1, NEXT), (NEXT, NEVER), (1, 2)


@pytest.fixture
def standing(cast: Cast) -> SegmentStanding:
    row = listed(cast.corp, [])
    SegmentStanding.objects.filter(pk=row.pk).update(run=SHOWN, staged=True)
    return SegmentStanding.objects.get(pk=row.pk)


def put(standing: SegmentStanding, customer: int, how: tuple[int, int] | None) -> None:
    if how:
        entered, left = how
        fields: dict[str, Any] = {"entered_run": entered, "left_run": left, "entered_by": "created"}
        fields |= {} if left == NEVER else {"left_at": EARLIER, "left_by": "hand"}
        place = {"corp_id": standing.corp_id, "segment_id": standing.pk, "customer_id": customer}
        SegmentStay.objects.create(**place, **fields, entered_at=EARLIER)


def stays(customer: int) -> list[tuple[int, int, str, str]]:
    found = SegmentStay.objects.filter(customer_id=customer).order_by("pk")
    return [(stay.entered_run, stay.left_run, stay.entered_by, stay.left_by) for stay in found]


CASES: list[tuple[str, Any, bool, str, list[tuple[int, int, str, str]]]] = [
    ("comes", NOBODY, True, "entered", [(SHOWN, NEVER, CAUSE.name, "")]),
    ("stays away", NOBODY, False, "", []),
    ("stays", MEMBER, True, "", [(1, NEVER, "created", "")]),
    ("leaves", MEMBER, False, "left", [(1, SHOWN, "created", CAUSE.name)]),
    ("stays, though the run will leave them out", LEAVING, True, "", [(1, NEXT, "created", "hand")]),
    ("leaves sooner than with the run", LEAVING, False, "left", [(1, SHOWN, "created", CAUSE.name)]),
    ("comes sooner than with the run", COMING, True, "entered", [(SHOWN, NEVER, CAUSE.name, "")]),
    ("comes with the run only", COMING, False, "", [(NEXT, NEVER, "created", "")]),
    ("comes back", GONE, True, "entered", [(1, 2, "created", "hand"), (SHOWN, NEVER, CAUSE.name, "")]),
    ("stays gone", GONE, False, "", [(1, 2, "created", "hand")]),
]


def test_every_way_to_stand_and_to_be_found(standing: SegmentStanding) -> None:
    for customer, (name, before, member, moves, after) in enumerate(CASES, start=1):
        put(standing, customer, before)
        given: dict[str, Any] = {"ids": [customer], "members": [customer] if member else []}
        found = settle(standing=standing, causes={customer: CAUSE}, at=AT, **given)
        wanted = Moves([customer] if moves == "entered" else [], [customer] if moves == "left" else [])
        assert (found, stays(customer)) == (wanted, after), name


def test_all_of_them_together_are_as_each_alone(standing: SegmentStanding) -> None:
    everybody = dict(enumerate(CASES, start=1))
    for customer, case in everybody.items():
        put(standing, customer, case[1])
    members = [customer for customer, case in everybody.items() if case[2]]
    causes = dict.fromkeys(everybody, CAUSE)
    found = settle(standing=standing, ids=list(everybody), members=members, causes=causes, at=AT)
    assert found.entered == [pk for pk, case in everybody.items() if case[3] == "entered"]
    assert found.left == [pk for pk, case in everybody.items() if case[3] == "left"]
    assert {pk: stays(pk) for pk in everybody} == {pk: case[4] for pk, case in everybody.items()}
    again = settle(standing=standing, ids=list(everybody), members=members, causes=causes, at=AT)
    assert not again


def test_times_and_events_are_kept_with_the_stay(standing: SegmentStanding) -> None:
    settle(standing=standing, ids=[1], members=[1], causes={1: CAUSE}, at=AT)
    stay = SegmentStay.objects.get()
    assert (stay.entered_at, stay.entered_event, stay.left_at, stay.left_event) == (AT, "event-1", None, "")
    later = AT + dt.timedelta(days=1)
    settle(standing=standing, ids=[1], members=[], causes={1: Cause("customer.deleted", "event-2")}, at=later)
    stay.refresh_from_db()
    assert (stay.entered_at, stay.left_at, stay.left_event) == (AT, later, "event-2")


def test_other_segments_are_left_alone(standing: SegmentStanding, cast: Cast) -> None:
    customer = make.customer(cast.corp)
    other = listed(cast.corp, [customer])
    settle(standing=standing, ids=[customer.pk], members=[], causes={customer.pk: CAUSE}, at=AT)
    assert SegmentStay.objects.get().segment_id == other.pk
    settle(standing=standing, ids=[customer.pk], members=[customer.pk], causes={customer.pk: CAUSE}, at=AT)
    assert SegmentStay.objects.filter(customer=customer, left_run=NEVER).count() == 2


def test_readers_see_who_has_entered_and_not_left(standing: SegmentStanding) -> None:
    for customer, case in enumerate(CASES, start=1):
        put(standing, customer, case[1])
    shown = SegmentStay.objects.of_segment(standing.pk).present(SHOWN).values_list("customer_id", flat=True)
    assert sorted(shown) == [pk for pk, case in enumerate(CASES, start=1) if case[1] in (MEMBER, LEAVING)]
    history = SegmentStay.objects.of_segment(standing.pk).shown().values_list("customer_id", flat=True)
    assert sorted(history) == [pk for pk, case in enumerate(CASES, start=1) if case[1] in (MEMBER, LEAVING, GONE)]


def test_the_database_keeps_a_second_open_stay_out(standing: SegmentStanding) -> None:
    put(standing, 1, MEMBER)
    (row,) = SegmentStay.objects.all()
    rewrite([row], ["entered_by"])
    assert SegmentStay.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        put(standing, 1, COMING)
    assert SegmentStay.objects.count() == 1
