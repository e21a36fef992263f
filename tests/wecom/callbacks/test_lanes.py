"""Several daemons with their threads on one database: everything is worked off, each receipt by one of them."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from core.parts import Part, stop_all
from customers.models import FollowRelation
from messaging.models import OutboxEvent
from tests.faults.private import wait_for
from tests.wecom import sandboxed
from tests.wecom.callbacks import live as living
from tests.wecom.callbacks.live import Live, State
from wecom.callbacks import drain
from wecom.models import CallbackReceipt

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
CUSTOMERS = 60


@pytest.fixture
def many(transactional_db: None, settings: Any) -> Iterator[Live]:
    """Sixty new customers with an edit each have been told of, half with a welcome code."""
    settings.SYNC_CALLS_AT_ONCE = 1
    live = living.begin()
    for number in range(CUSTOMERS):
        live.company.befriend("lina", f"wm{number}")
        live.company.edit_follow("lina", f"wm{number}", remark=f"{number}号")
    live.tell()
    CallbackReceipt.objects.filter(pk__in=list(CallbackReceipt.objects.values_list("pk", flat=True))[::4]).update(
        urgent=False
    )
    yield live
    sandboxed.disconnect()


def lanes(stopping: threading.Event, daemons: int) -> list[Part]:
    loops = [lambda _event, u=urgent: drain.run(stopping, urgent=u) for urgent in (True, False)] * daemons
    return [Part(f"lane-{number}", loop) for number, loop in enumerate(loops)]


@pytest.mark.parametrize("daemons", [1, 2])
def test_all_is_worked_off_and_nothing_twice(many: Live, daemons: int) -> None:
    stopping = threading.Event()
    running = lanes(stopping, daemons)
    for part in running:
        part.start()
    try:
        wait_for(lambda: not CallbackReceipt.objects.filter(state=State.PENDING).exists(), 60, "all worked off")
    finally:
        stopping.set()
        assert stop_all(running, patience=20) == []
    assert set(many.states()) == {State.DONE}
    assert set(CallbackReceipt.objects.values_list("attempts", flat=True)) == {1}
    assert FollowRelation.objects.exclude(remark="").count() == CUSTOMERS
    assert OutboxEvent.objects.filter(name="customer.followed").count() == CUSTOMERS
