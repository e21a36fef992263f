import threading
from typing import Any

import httpx
import pytest
from django.db import connection, connections

from tests.wecom.client.conftest import BASE, Imitation, make_app
from tests.wecom.client.test_tokens import together
from wecom.client import errors, slots, tags, tokens, transport
from wecom.client.endpoints import Endpoint
from wecom.client.slots import slot

MARK = Endpoint("externalcontact/mark_tag", "tags", at_once=5)
TWO = Endpoint("x/two", "x", at_once=2)


class Counter:
    """How many are inside at once, at most."""

    def __init__(self) -> None:
        self.inside = self.most = self.total = 0
        self._lock = threading.Lock()
        self._full = threading.Condition(self._lock)

    def enter(self) -> None:
        with self._lock:
            self.inside += 1
            self.total += 1
            self.most = max(self.most, self.inside)
            self._full.notify_all()
            # Give the others the chance to crowd in: until five are inside, or nobody else comes.
            self._full.wait_for(lambda: self.most >= 5, timeout=0.2)

    def leave(self) -> None:
        with self._lock:
            self.inside -= 1


@pytest.mark.django_db(transaction=True)
def test_eight_threads_never_mark_more_than_five_customers_at_once(
    wecom: Imitation, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter()

    def counted(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("mark_tag"):
            return wecom(request)
        counter.enter()
        try:
            return wecom(request)
        finally:
            counter.leave()

    monkeypatch.setitem(transport.TRANSPORTS, BASE, httpx.MockTransport(counted))
    caller = transport.client_of(make_app())
    # The token is there before the crowd: SQLite's threads would get into each other's way over it.
    tokens.current(caller.app)

    def work(n: int) -> None:
        for m in range(5):
            tags.mark_tags(caller, userid="lina", external_userid=f"wm{n}.{m}", add=["et1"])

    assert together(8, work) == []
    assert (counter.most, counter.total) == (5, 40)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slots, "MOST_WAIT", 1)
    monkeypatch.setattr(slots, "_STEP", 1)
    monkeypatch.setattr(slots.NamedLocks, "take_one", _without_waiting(slots.NamedLocks.take_one))


def _without_waiting(take_one: Any) -> Any:
    return lambda self, names, wait=0: take_one(self, names, wait=0)


@pytest.mark.django_db(transaction=True)
def test_whoever_finds_no_slot_comes_back_later(impatient: None) -> None:
    inside, leave = threading.Barrier(3), threading.Event()

    def holds(_n: int) -> None:
        with slot(1, TWO):
            inside.wait()
            leave.wait(10)

    holders = threading.Thread(target=lambda: together(2, holds))
    holders.start()
    inside.wait()
    try:
        with pytest.raises(errors.Crowded) as crowded, slot(1, TWO):
            pass
        assert crowded.value.passes
        with slot(2, TWO), slot(1, MARK):
            pass
    finally:
        leave.set()
        holders.join()
    with slot(1, TWO):
        pass


@pytest.mark.django_db(transaction=True)
def test_alone_means_one_for_all(impatient: None) -> None:
    refused: list[type[BaseException]] = []

    def tries(_n: int) -> None:
        try:
            with slot(1, TWO, alone=True):
                pass
        except errors.Crowded as error:
            refused.append(type(error))

    with slot(1, TWO, alone=True):
        together(1, tries)
    together(1, tries)
    assert refused == [errors.Crowded]


def test_a_slot_is_given_back_after_an_error(db: None, impatient: None) -> None:
    one = Endpoint("x/one", "x", at_once=1)
    for _n in range(3):
        with pytest.raises(ValueError, match="boom"), slot(1, one):
            raise ValueError("boom")


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_dies_during_the_call_frees_its_slot_and_harms_nothing(impatient: None) -> None:
    one = Endpoint("x/one", "x", at_once=1)
    with slot(1, one):
        _kill(connection.connection.thread_id())
    with slot(1, one):
        assert connection.is_usable()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_closed_during_the_call_frees_its_slot(impatient: None) -> None:
    one = Endpoint("x/one", "x", at_once=1)
    with slot(1, one):
        connection.close()
    with slot(1, one):
        assert together(1, lambda _n: slot(1, one).__enter__())


def _kill(session: int) -> None:
    line = connections.create_connection("default")
    with line.cursor() as cursor:
        cursor.execute("KILL %s", [session])
    line.close()
