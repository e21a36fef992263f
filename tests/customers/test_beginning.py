"""Several customers made by one transaction: the same as one by one, or none of them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.forms.models import model_to_dict
from django.test.utils import CaptureQueriesContext

from core.combining import Doubtful
from core.errors import RuleViolation
from corps.actors import SYSTEM, Actor
from customers import beginning, lifecycle
from customers.beginning import Wanted, create_all
from customers.choices import CustomerStatus
from customers.models import Customer, CustomerGram, FollowRelation, RelationEpisode
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

ADDED = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)
TABLES = (Customer, CustomerGram, FollowRelation, RelationEpisode, OutboxEvent)


@pytest.fixture(autouse=True)
def _no_followers_are_known() -> Iterator[None]:
    """Ids of rows that a test has undone are given again, which no database in use does."""
    beginning._followers.clear()
    yield
    beginning._followers.clear()


def counts() -> list[int]:
    return [model.objects.count() for model in TABLES]


def wanted(cast: Cast, name: str, *, by: Actor = SYSTEM, **fields: Any) -> Wanted:
    return Wanted(cast.corp.pk, f"wm{name}", by, {"name": name, **fields})


def left(external: str) -> dict[str, Any]:
    """All that a creation leaves of a customer, but for keys and the time of the making."""
    row = Customer.objects.get(external_userid=external)
    own = {"id", "customer", "external_userid"} | ({"add_time", "began_at"} if row.add_time is None else set())
    more = ["created_source", "created_by", "search_text", "version", "alive"]

    def told(one: Any) -> dict[str, Any]:
        return {name: value for name, value in model_to_dict(one).items() if name not in own}

    return {
        "facts": told(row) | {name: getattr(row, name) for name in more},
        "relations": [told(one) for one in FollowRelation.objects.filter(customer=row)],
        "stays": [told(one) for one in RelationEpisode.objects.filter(customer=row)],
        "grams": sorted(CustomerGram.objects.filter(customer=row).values_list("corp_id", "gram", "alive")),
        "events": [_told_of(event) for event in OutboxEvent.objects.filter(aggregate_id=row.pk)],
    }


def _told_of(event: OutboxEvent) -> tuple[Any, ...]:
    payload = event.payload
    data = {name: value for name, value in payload["data"].items() if name not in ("customerId", "externalUserid")}
    return event.name, event.corp_id, event.aggregate_version, payload["source"], payload["actor"], data


FIELDS: list[dict[str, Any]] = [
    {},
    {"mobile": "13800000000", "gender": 1, "channel": "官网活码", "city": "深圳"},
    {"add_time": ADDED},
    {"name": None},
]


@pytest.mark.parametrize("fields", FIELDS)
@pytest.mark.parametrize("followed", [True, False])
def test_each_is_what_a_creation_of_its_own_leaves(cast: Cast, fields: dict[str, Any], followed: bool) -> None:
    given = {"name": "王小明", **fields} | ({"follow_user_id": cast.owner.pk} if followed else {})
    lifecycle.create(corp_id=cast.corp.pk, external_userid="wmAlone", by=SYSTEM, source="api", **given)
    others = [Wanted(cast.corp.pk, f"wm{n}", SYSTEM, dict(given)) for n in range(3)]
    create_all(others, source="api")
    alone = left("wmAlone")
    assert alone["grams"] or given["name"] is None
    assert [left(f"wm{n}") for n in range(3)] == [alone] * 3


def test_they_come_back_in_the_order_of_asking_with_the_keys_that_they_have(cast: Cast) -> None:
    made = create_all([wanted(cast, name) for name in "丙甲乙"], source="api")
    assert [row.name for row in made] == ["丙", "甲", "乙"]
    for row in made:
        assert Customer.objects.get(pk=row.pk).external_userid == row.external_userid
        assert row.etag == Customer.objects.get(pk=row.pk).etag


def test_a_database_that_tells_no_keys_is_asked_for_them(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    # As MySQL does, which is not among the databases of these tests.
    monkeypatch.setattr(type(connection.features), "can_return_rows_from_bulk_insert", False)
    make.customer(cast.other_corp, external_userid="wm甲")
    made = create_all([wanted(cast, name) for name in "丙甲乙"], source="api")
    stored = {row.external_userid: row.pk for row in Customer.objects.filter(corp=cast.corp)}
    assert {row.external_userid: row.pk for row in made} == stored


def test_each_event_names_its_own_actor(cast: Cast) -> None:
    one, other = (make.service(cast.corp) for _ in range(2))
    asked = [wanted(cast, "甲", by=one), wanted(cast, "乙", by=other), wanted(cast, "丙", by=one)]
    made = create_all(asked, source="api")
    told = {e.aggregate_id: e.payload["actor"] for e in OutboxEvent.objects.all()}
    assert told == {row.pk: want.by.label for row, want in zip(made, asked, strict=True)}
    assert [row.created_by for row in made] == [want.by.label for want in asked]


def test_companies_may_meet_and_each_keeps_its_own(cast: Cast) -> None:
    theirs = Wanted(cast.other_corp.pk, "wm甲", SYSTEM, {"name": "甲", "follow_user_id": cast.stranger.pk})
    ours = wanted(cast, "甲", follow_user_id=cast.owner.pk)
    made = create_all([theirs, ours], source="api")
    assert [(row.corp_id, row.follow_user_id) for row in made] == [
        (cast.other_corp.pk, cast.stranger.pk),
        (cast.corp.pk, cast.owner.pk),
    ]
    grams = set(CustomerGram.objects.filter(gram="甲").values_list("corp_id", "customer_id"))
    assert grams == {(row.corp_id, row.pk) for row in made}


@pytest.mark.parametrize("known", [True, False])
def test_a_follower_of_another_company_is_doubted_and_nothing_is_made(cast: Cast, known: bool) -> None:
    if known:
        theirs = Wanted(cast.other_corp.pk, "wmTheirs", SYSTEM, {"follow_user_id": cast.stranger.pk})
        create_all([theirs, wanted(cast, "丁", follow_user_id=cast.owner.pk)], source="api")
    before = counts()
    with pytest.raises(Doubtful):
        create_all([wanted(cast, "甲"), wanted(cast, "乙", follow_user_id=cast.stranger.pk)], source="api")
    assert counts() == before


def test_one_who_is_there_already_or_is_asked_for_twice_leaves_none_of_them(cast: Cast) -> None:
    make.customer(cast.corp, external_userid="wm甲")
    before = counts()
    for names in ("乙甲", "乙丙乙"):
        with pytest.raises(IntegrityError):
            create_all([wanted(cast, name) for name in names], source="api")
        assert counts() == before


@pytest.mark.parametrize(
    ("external", "fields", "code"),
    [("wm 1", {}, "external_userid_invalid"), ("wm1", {"status": CustomerStatus.DELETED}, "status_deleted")],
)
def test_what_the_rule_refuses_of_one_leaves_none_of_them(
    cast: Cast, external: str, fields: dict[str, Any], code: str
) -> None:
    before = counts()
    with pytest.raises(RuleViolation) as refusal:
        create_all([wanted(cast, "甲"), Wanted(cast.corp.pk, external, SYSTEM, fields)], source="api")
    assert refusal.value.code == code
    assert counts() == before


def test_ten_take_as_many_statements_as_two(cast: Cast) -> None:
    def statements(names: str) -> int:
        asked = [wanted(cast, name, follow_user_id=cast.owner.pk) for name in names]
        with CaptureQueriesContext(
            connection,
        ) as seen:
            create_all(asked, source="api")
        return len(seen)

    statements("零一")
    assert statements("甲乙") == statements("丙丁戊己庚辛壬癸子丑")


def test_no_more_than_so_many_followers_are_remembered(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beginning, "_MOST_FOLLOWERS", 1)
    for n, follower in enumerate([cast.owner, cast.colleague, cast.manager, cast.owner]):
        create_all([wanted(cast, f"{n}", follow_user_id=follower.pk), wanted(cast, f"{n}b")], source="api")
    assert len(beginning._followers) <= 2
    assert FollowRelation.objects.count() == 4
