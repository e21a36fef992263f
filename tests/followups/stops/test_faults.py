"""A process that dies while it tells of a stop: nothing is lost, and the other side does it once."""

from typing import Any

import pytest

from core.time import now
from customers.models import Customer
from followups.models import SopStop
from followups.operation_stub import OperationStub
from followups.stops import sending
from tests import make
from tests.conftest import Cast
from tests.followups.stops.service import connect, wanted


class Killed(Exception):
    """The process ended here."""


@pytest.fixture
def stop(cast: Cast) -> SopStop:
    return wanted(make.customer(cast.corp, cast.owner))


def killed_at(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """Send, and die at this place."""

    def dies(name: str) -> None:
        if name == place:
            raise Killed(name)

    with monkeypatch.context() as patch:
        patch.setattr(sending, "failpoint", dies)
        with pytest.raises(Killed):
            sending.send_due()


@pytest.mark.parametrize(("place", "stopped_there"), [("stop.taken", False), ("stop.sent", True)])
def test_what_was_taken_waits_for_the_lease_and_is_sent_again_under_its_key(
    stop: SopStop, monkeypatch: pytest.MonkeyPatch, settings: Any, place: str, stopped_there: bool
) -> None:
    ended: list[str] = []
    there = OperationStub(lambda name, envelope: ended.append(name))
    there.enrol(stop.corp_id, stop.customer_id)
    there.enrolments["en-1"] = row = there.enrolments.popitem()[1]
    asked = connect(monkeypatch, settings, there.answer)
    killed_at(monkeypatch, place)
    assert row.running is not stopped_there
    stop.refresh_from_db()
    assert (stop.state, stop.tries, stop.settled_at) == ("waiting", 1, None)
    # Nobody else sends it while whoever took it may still be at it.
    assert stop.due_at > now()
    assert (sending.send_due(), len(asked)) == (0, int(stopped_there))
    SopStop.objects.update(due_at=now())
    assert sending.send_due() == 1
    stop.refresh_from_db()
    assert (stop.state, stop.tries) == ("told", 2)
    assert {request.headers["Idempotency-Key"] for request in asked} == {stop.key}
    assert ended == ["sop.enrolled", "sop.ended"]


def test_a_round_is_bounded_and_takes_the_longest_due_first(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    customer: Customer = make.customer(cast.corp, cast.owner)
    stops = [wanted(customer, f"en-{n}") for n in range(4)]
    SopStop.objects.filter(pk=stops[3].pk).update(due_at=stops[0].due_at - sending.LEASE)
    there = OperationStub(lambda name, envelope: None)
    asked = connect(monkeypatch, settings, there.answer)
    monkeypatch.setattr(sending, "ROUND", 3)
    assert sending.send_due() == 3
    assert [request.url.path.split("/")[-2] for request in asked] == ["en-3", "en-0", "en-1"]
    # It knows none of them: there is nothing to stop.
    assert sorted(SopStop.objects.values_list("state", flat=True)) == ["moot", "moot", "moot", "waiting"]
