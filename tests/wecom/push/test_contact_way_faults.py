"""A worker that dies at each step of telling WeCom of a code: the next one ends where it would have."""

from typing import Any

import pytest

from core.time import now
from customers import contact_ways
from customers.models import ContactWay
from messaging.models import Command
from tests import make
from tests.wecom.push.conftest import BY_HAND, Shop
from wecom.client import contact_ways as client
from wecom.client.errors import Busy, Closed
from wecom.push import contact_ways as pushing
from wecom.push import executing, lanes, settling

FAILPOINTS = ["push.called", "push.settled"]


class Killed(BaseException):
    """What a process that is killed does not survive."""


@pytest.fixture(autouse=True)
def _same_day(shop: Shop) -> None:
    clock = shop.box.company.clock
    clock.advance(int(now().timestamp()) - clock.now())


def die_at(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    def failpoint(name: str) -> None:
        if name == place:
            monkeypatch.undo()
            raise Killed

    monkeypatch.setattr(settling, "failpoint", failpoint)


def next_worker(shop: Shop) -> None:
    """The lease of the dead one has run out, and another takes over."""
    Command.objects.filter(settled_at=None).update(taken_until=None, due_at=now())
    shop.push()


def push_and_die(shop: Shop) -> None:
    with pytest.raises(Killed):
        shop.push()


def theirs(shop: Shop) -> list[dict[str, Any]]:
    return [way.fields for way in shop.box.company.contact_ways.values()]


@pytest.mark.parametrize("place", FAILPOINTS)
def test_killed_while_making_it_the_code_is_there_once(shop: Shop, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    way = make.contact_way(shop.box.corp, shop.employee())
    die_at(monkeypatch, place)
    push_and_die(shop)
    assert len(theirs(shop)) == 1
    next_worker(shop)
    assert [told["state"] for told in theirs(shop)] == [way.state]
    row = ContactWay.objects.get()
    assert (row.status, row.config_id) == ("active", next(iter(shop.box.company.contact_ways)))
    assert not Command.objects.filter(settled_at=None).exists()


@pytest.mark.parametrize("place", FAILPOINTS)
def test_killed_while_changing_it_the_change_is_there(shop: Shop, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    way = make.contact_way(shop.box.corp, shop.employee())
    shop.push()
    contact_ways.update_way(way=way, name="二号", **BY_HAND)
    die_at(monkeypatch, place)
    push_and_die(shop)
    next_worker(shop)
    assert [told["remark"] for told in theirs(shop)] == ["二号"]
    assert ContactWay.objects.get().status == "active"
    assert not Command.objects.filter(settled_at=None).exists()


@pytest.mark.parametrize("place", FAILPOINTS)
def test_killed_while_ending_it_the_code_is_gone(shop: Shop, monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    way = make.contact_way(shop.box.corp, shop.employee())
    shop.push()
    contact_ways.delete_way(way=way, **BY_HAND)
    die_at(monkeypatch, place)
    push_and_die(shop)
    next_worker(shop)
    assert theirs(shop) == []
    row = ContactWay.objects.get()
    assert (row.status, row.config_id) == ("deleted", None)
    assert not Command.objects.filter(settled_at=None).exists()


def test_killed_before_the_call_nothing_is_there_and_the_next_makes_it(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any, **fields: Any) -> Any:
        monkeypatch.undo()
        raise Killed

    make.contact_way(shop.box.corp, shop.employee())
    monkeypatch.setattr(pushing, "add_contact_way", killed)
    push_and_die(shop)
    assert theirs(shop) == []
    assert ContactWay.objects.get().asked_at is not None
    next_worker(shop)
    assert len(theirs(shop)) == 1
    assert ContactWay.objects.get().status == "active"


def test_changed_while_the_call_was_on_its_way_it_is_told_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    way = make.contact_way(shop.box.corp, shop.employee(), name="一号")

    def meanwhile(*args: Any, **fields: Any) -> Any:
        made = client.add_contact_way(*args, **fields)
        monkeypatch.undo()
        contact_ways.update_way(way=ContactWay.objects.get(pk=way.pk), name="二号", **BY_HAND)
        return made

    monkeypatch.setattr(pushing, "add_contact_way", meanwhile)
    shop.push()
    assert [told["remark"] for told in theirs(shop)] == ["二号"]


def test_ended_while_it_was_being_made_it_is_ended_there_too(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    way = make.contact_way(shop.box.corp, shop.employee())

    def meanwhile(*args: Any, **fields: Any) -> Any:
        made = client.add_contact_way(*args, **fields)
        monkeypatch.undo()
        contact_ways.delete_way(way=ContactWay.objects.get(pk=way.pk), **BY_HAND)
        return made

    monkeypatch.setattr(pushing, "add_contact_way", meanwhile)
    shop.push()
    assert theirs(shop) == []
    row = ContactWay.objects.get()
    assert (row.status, row.config_id) == ("deleted", None)


@pytest.mark.parametrize(
    "error",
    [
        Busy(-1, "externalcontact/update_contact_way"),
        Closed(45009, "externalcontact/update_contact_way"),
    ],
)
def test_a_fault_that_passes_is_waited_out_and_the_code_goes_on_working(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    way = make.contact_way(shop.box.corp, shop.employee())
    shop.push()
    contact_ways.update_way(way=way, name="二号", **BY_HAND)

    def refused(*args: Any, **fields: Any) -> None:
        monkeypatch.undo()
        raise error

    monkeypatch.setattr(pushing, "update_contact_way", refused)
    (at,) = lanes.due()
    hold = lanes.take(*at)
    assert hold
    executing.work(hold)
    row = ContactWay.objects.get()
    assert (row.status, row.error_code) == ("active", error.code)  # type: ignore[attr-defined]
    next_worker(shop)
    row = ContactWay.objects.get()
    assert (row.error_code, row.last_error) == (None, "")
    assert [told["remark"] for told in theirs(shop)] == ["二号"]


def test_two_workers_never_tell_of_one_code_at_once(shop: Shop) -> None:
    make.contact_way(shop.box.corp, shop.employee())
    (at,) = lanes.due()
    first = lanes.take(*at)
    assert first
    assert lanes.take(*at) is None
    executing.work(first)
    assert len(theirs(shop)) == 1
