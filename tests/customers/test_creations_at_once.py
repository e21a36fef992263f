"""Creations that meet at the short way: each is answered for itself, whoever was made together with it."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
import pytest
from django.conf import settings
from django.db import OperationalError, connection

from corps import accounts
from corps.actors import SYSTEM
from customers import beginning
from customers.api import express
from customers.models import Customer, FollowRelation
from messaging.models import OutboxEvent
from tests import make
from tests.customers.two_ways import Answer, Ways, posted
from tests.startup.process import until

URL = "/api/v1/customers"
pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs more than one writer"),
]


@pytest.fixture(autouse=True)
def _no_followers_are_known() -> Iterator[None]:
    beginning._followers.clear()
    yield
    beginning._followers.clear()


class Meeting:
    """Requests by threads of their own, of which all but the first meet while the first is held at its work."""

    def __init__(self, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.key, self.ways, self.gate = key, Ways(), threading.Event()
        self.sizes: list[int] = []
        self._make = express._make
        monkeypatch.setattr(express._made, "_together", self._held)
        assert self.ways.ask(self.ways.express, URL, **self._body(externalUserid="wmForm"))[0] == "201 Created"
        self.sizes.clear()

    def asked(self, *bodies: dict[str, Any]) -> list[tuple[str, Any]]:
        """Status and body of each answer."""
        answers: dict[int, Answer] = {}

        def ask(place: int) -> None:
            try:
                answers[place] = self.ways.ask(self.ways.express, URL, **self._body(**bodies[place]))
            finally:
                connection.close()

        threads = []
        for place in range(len(bodies)):
            threads.append(threading.Thread(target=ask, args=(place,)))
            threads[-1].start()
            until(lambda n=place: self.sizes if n == 0 else express._made.waiting == n)  # type: ignore[misc]
        self.gate.set()
        for thread in threads:
            thread.join(60)
        return [(answers[place][0], orjson.loads(answers[place][2])) for place in range(len(bodies))]

    def _body(self, **body: Any) -> dict[str, Any]:
        return posted(orjson.dumps(body), HTTP_X_API_KEY=self.key)

    def _held(self, asked: Sequence[Any]) -> Sequence[Any]:
        self.sizes.append(len(asked))
        if len(self.sizes) == 1 and Customer.objects.exists():
            assert self.gate.wait(60)
        return self._make(asked)


@pytest.fixture
def corp() -> Any:
    return make.corp()


@pytest.fixture
def meeting(corp: Any, monkeypatch: pytest.MonkeyPatch) -> Meeting:
    key = accounts.issue_key(account=make.account(corp, rate=1_000_000), by=SYSTEM)[1]
    return Meeting(key, monkeypatch)


def test_those_who_meet_are_made_by_one_transaction_and_answered_each_with_their_own(
    corp: Any, meeting: Meeting
) -> None:
    employees = [make.employee(corp) for _ in range(5)]
    bodies = [
        {"externalUserid": f"wm{n}", "name": f"客户{n}", "followUserId": employee.pk}
        for n, employee in enumerate(employees)
    ]
    answers = meeting.asked(*bodies)
    assert meeting.sizes == [1, 4]
    for body, (status, shown) in zip(bodies, answers, strict=True):
        row = Customer.objects.get(external_userid=body["externalUserid"])
        assert status == "201 Created"
        assert (int(shown["id"]), shown["name"], row.follow_user_id) == (row.pk, row.name, body["followUserId"])
        assert FollowRelation.objects.get(customer=row).employee_id == body["followUserId"]
        assert OutboxEvent.objects.get(aggregate_id=row.pk).name == "customer.created"
    assert meeting.ways.handed_over == 1


def test_one_who_is_refused_spoils_it_for_nobody(corp: Any, meeting: Meeting) -> None:
    stranger = make.employee(make.corp())
    make.customer(corp, external_userid="wmThere")
    answers = meeting.asked(
        {"externalUserid": "wm0"},
        {"externalUserid": "wm1"},
        {"externalUserid": "wmThere"},
        {"externalUserid": "wm3", "followUserId": stranger.pk},
        {"externalUserid": "wm4", "status": 0},
        {"externalUserid": "wm1"},
        {"externalUserid": "wm6"},
    )
    told = [status if status.startswith("201") else shown["code"] for status, shown in answers]
    assert [told[0], told[6]] == ["201 Created"] * 2
    assert told[2:5] == ["customer_exists", "employee_unknown", "status_deleted"]
    # Who of two with the same id comes first is nobody's to say.
    assert sorted([told[1], told[5]]) == ["201 Created", "customer_exists"]
    made = Customer.objects.filter(corp=corp).values_list("external_userid", flat=True)
    assert sorted(made) == ["wm0", "wm1", "wm6", "wmForm", "wmThere"]
    assert OutboxEvent.objects.filter(name="customer.created").count() == len(made)


def test_a_lost_answer_to_their_commit_is_told_to_each_and_nobody_is_made_twice(
    meeting: Meeting, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = express.create_all

    def lost(*given: Any, **more: Any) -> Any:
        made(*given, **more)
        raise OperationalError(2013, "Lost connection to server during query")

    monkeypatch.setattr(express, "create_all", lost)
    answers = meeting.asked(*({"externalUserid": f"wm{n}"} for n in range(3)))
    assert [status[:3] for status, _shown in answers] == ["201", "503", "503"]
    assert Customer.objects.filter(external_userid__in=["wm1", "wm2"]).count() == 0
