"""Codes made, changed and ended in any order while calls fail and answers get lost: in the end each is there once."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from core.time import now
from corps.models import Employee
from customers import contact_ways
from customers.contact_ways.checking import Shift
from customers.models import ContactWay
from messaging.models import Command
from tests import make
from tests.wecom import sandboxed
from tests.wecom.push.conftest import BY_HAND, Shop, opened
from wecom.client import contact_ways as client
from wecom.client.errors import Unreachable
from wecom.push import contact_ways as pushing

STEPS = 60
_CALLS = ("add_contact_way", "update_contact_way", "delete_contact_way")
Status = ContactWay.Status


class Both:
    """An operator on one side, WeCom on the other, and a line between them that fails now and then."""

    def __init__(self, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.dice = random.Random(seed)
        self.shop: Shop = opened(1)
        self.company = self.shop.box.company
        self.company.clock.advance(int(now().timestamp()) - self.company.clock.now())
        self.failing = True
        for name in _CALLS:
            monkeypatch.setattr(pushing, name, self._shaky(getattr(client, name)))
        self.acts = [
            *[self.create, self.change, self.push] * 3, self.delete, self.retry, self.keep, self.lose_permission,
            self.gain_permission, self.somebody_deletes_there,
        ]  # fmt: skip

    def step(self) -> None:
        self.dice.choice(self.acts)()

    # --- What happens ---

    def create(self) -> None:
        members = [Shift(self.shop.employee(who).pk) for who in self._some()]
        make.contact_way(self.shop.box.corp, members=members)

    def change(self) -> None:
        if way := self._one():
            members = [Shift(self.shop.employee(who).pk) for who in self._some()]
            contact_ways.update_way(way=way, name=f"码{self.dice.randrange(99)}", members=members, **BY_HAND)

    def delete(self) -> None:
        if way := self._one():
            contact_ways.delete_way(way=way, **BY_HAND)

    def retry(self) -> None:
        if way := self._one():
            contact_ways.retry_way(way=way, **BY_HAND)

    def keep(self) -> None:
        contact_ways.keep_duty(corp_id=self.shop.corp_id)

    def lose_permission(self) -> None:
        self.company.employees["wang"].contact = False

    def gain_permission(self) -> None:
        self.company.employees["wang"].contact = True

    def somebody_deletes_there(self) -> None:
        if self.company.contact_ways and self.dice.random() < 0.3:
            del self.company.contact_ways[self.dice.choice(list(self.company.contact_ways))]

    def push(self) -> None:
        Command.objects.filter(settled_at=None).update(due_at=now(), attempts=0)
        self.shop.push()

    # --- The end ---

    def settle(self) -> None:
        """The line holds, whoever lacked a right has it, and an operator tries again what has failed."""
        self.failing = False
        self.gain_permission()
        for _round in range(3):
            self.push()
            for way in ContactWay.objects.filter(corp_id=self.shop.corp_id).exclude(status=Status.DELETED):
                contact_ways.retry_way(way=way, **BY_HAND)
            self.push()

    def _shaky(self, call: Any) -> Any:
        """A call that may be lost on its way there, or on its way back."""

        def tried(*args: Any, **fields: Any) -> Any:
            fate = self.dice.random() if self.failing else 1.0
            if fate < 0.15:
                raise Unreachable(0, call.__name__, "connect")
            answer = call(*args, **fields)
            if fate < 0.35:
                raise Unreachable(0, call.__name__, "timeout")
            return answer

        return tried

    def _one(self) -> ContactWay | None:
        living = list(ContactWay.objects.filter(corp_id=self.shop.corp_id).exclude(status=Status.DELETED))
        return self.dice.choice(living) if living else None

    def _some(self) -> list[str]:
        return self.dice.choice([["lina"], ["wang"], ["lina", "wang"]])


@pytest.fixture
def both(request: Any, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Both]:
    settings.SYNC_CALLS_AT_ONCE = 1
    yield Both(request.param, monkeypatch)
    sandboxed.disconnect()


def theirs(both: Both) -> list[tuple[str, str, list[str]]]:
    rows = both.company.contact_ways.values()
    return sorted((row.fields["state"], row.fields["remark"], sorted(row.fields["user"])) for row in rows)


def ours(both: Both) -> list[tuple[str, str, list[str]]]:
    rows = ContactWay.objects.filter(corp_id=both.shop.corp_id).exclude(status=Status.DELETED)
    people = dict(Employee.objects.of_corp(both.shop.corp_id).values_list("pk", "userid"))
    members = {row.pk: {people[m.employee_id or 0] for m in row.members.all()} for row in rows}
    return sorted((row.state, row.name, sorted(members[row.pk])) for row in rows)


@pytest.mark.parametrize("both", range(4), indirect=True)
def test_in_the_end_wecom_has_each_living_code_once_as_it_is_here(both: Both) -> None:
    for _step in range(STEPS):
        both.step()
    both.settle()
    assert theirs(both) == ours(both)
    assert not Command.objects.filter(settled_at=None).exists()
    for row in ContactWay.objects.filter(corp_id=both.shop.corp_id):
        if row.status == Status.DELETED:
            assert (row.config_id, row.qr_code) == (None, "")
        else:
            assert (row.status, row.error_code, row.last_error) == (Status.ACTIVE, None, "")
            assert both.company.contact_ways[row.config_id or ""].fields["state"] == row.state


@pytest.mark.parametrize("both", range(8, 10), indirect=True)
def test_at_no_time_does_wecom_have_two_codes_of_one_state(both: Both) -> None:
    for _step in range(STEPS):
        both.step()
        states = [row.fields["state"] for row in both.company.contact_ways.values()]
        assert len(set(states)) == len(states)
