"""A repeat of a full sync compares only what may have changed, and knows all the same who is missing."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from corps.actors import SYSTEM
from customers import mirroring, remarks
from customers.mirroring import instep
from customers.models import Customer, FollowRelation, MirrorSighting
from messaging.models import Command, OutboxEvent
from tests.customers.mirroring.test_instep import MANY, NOBODYS
from tests.wecom.sandboxed import Sandboxed
from tests.wecom.sync.furniture import assert_mirrored, furnish
from tests.wecom.sync.test_endings import living
from tests.wecom.sync.test_resuming import POINTS, Death, die_and_resume
from wecom import digests, refreshing
from wecom.client import transport
from wecom.models import SyncRun
from wecom.sync import customers

PAIRS = 16
# Pages of a repeat here: the plan, the listing's, those who wait, and the look at who is missing.
PAGES = 12


@pytest.fixture
def mirrored(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> Sandboxed:
    # Not the night on which these are compared in full.
    monkeypatch.setattr(instep, "TURNS", MANY)
    monkeypatch.setattr(customers, "_turn", lambda _run: NOBODYS)
    furnish(box)
    box.sync()
    return box


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Of whom something was compared."""
    found: list[str] = []
    real = mirroring.apply_page

    def counting(**options: Any) -> Any:
        found.extend(f"{follow.userid} {follow.external_userid}" for follow in options["follows"])
        return real(**options)

    monkeypatch.setattr(mirroring, "apply_page", counting)
    return found


def test_the_first_repeat_compares_nothing_and_touches_no_row(mirrored: Sandboxed, compared: list[str]) -> None:
    tables = (FollowRelation, Customer)
    before = [list(table.objects.order_by("pk").values()) for table in tables], OutboxEvent.objects.count()
    (run,) = mirrored.sync("customers")
    assert (run.report["same"], run.report["changed"], compared) == (PAIRS, 0, [])
    assert ([list(table.objects.order_by("pk").values()) for table in tables], OutboxEvent.objects.count()) == before
    assert {row.run_id for row in MirrorSighting.objects.all()} == {run.pk}


def test_what_changed_there_alone_is_compared(mirrored: Sandboxed, compared: list[str]) -> None:
    mirrored.company.edit_follow("lina", "wmCust03", remark="别的")
    mirrored.company.befriend("zhaoliu", "wmNew")
    (run,) = mirrored.sync("customers")
    assert sorted(compared) == ["lina wmCust03", "zhaoliu wmNew"]
    assert (run.report["same"], run.report["changed"], run.report["new"]) == (PAIRS - 1, 1, 1)
    assert_mirrored(mirrored)


def test_what_changed_here_is_compared_until_both_say_the_same(mirrored: Sandboxed, compared: list[str]) -> None:
    row = FollowRelation.objects.get(employee__userid="lina", customer__external_userid="wmCust03")
    remarks.change_remark(customer=row.customer, employee_id=row.employee_id, by=SYSTEM, source="api", remark="我们")
    for _ in range(2):
        mirrored.sync("customers")
        row.refresh_from_db()
        assert (row.remark, row.digest) == ("我们", None)
    Command.objects.update(state=Command.State.DEAD, settled_at=now())
    mirrored.sync("customers")
    row.refresh_from_db()
    assert row.remark == "备注3"
    assert compared == ["lina wmCust03"] * 3
    mirrored.sync("customers")
    assert len(compared) == 3


def test_when_the_rules_change_everything_is_compared_once(
    mirrored: Sandboxed, compared: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "_SALT", b"pair 0")
    for _ in range(2):
        mirrored.sync("customers")
    assert len(compared) == PAIRS


def test_two_answers_that_show_one_person_differently_are_compared_again(
    mirrored: Sandboxed, compared: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """wmCust00 changes the name between two calls of one page."""
    entries = [_entry(mirrored, userid) for userid in ("lina", "wangwu")]
    entries[0] = entries[0] | {"external_contact": entries[0]["external_contact"] | {"name": "旧"}}
    entries[1] = entries[1] | {"external_contact": entries[1]["external_contact"] | {"name": "新"}}
    told = {(e["external_contact"]["external_userid"], e["follow_info"]["userid"]): (e, digests.of(e)) for e in entries}
    people, follows = customers._facts(told, set())
    assert [person.name for person in people] == ["新"]
    assert [follow.digest for follow in follows] == [None, None]


def _entry(box: Sandboxed, userid: str) -> dict[str, Any]:
    client = transport.client_for(box.corp.pk)
    rows, _cursor = customers.customers.customers_of(client, [userid])
    return next(dict(row) for row in rows if row["external_contact"]["external_userid"] == "wmCust00")


def test_an_answer_from_before_a_sighting_is_refused_and_ends_nothing(mirrored: Sandboxed) -> None:
    before = living(mirrored)
    mirrored.company.edit_follow("lina", "wmCust03", remark="早先")
    mirrored.company.delete_by_employee("wangwu", "wmCust00")
    client = transport.client_for(mirrored.corp.pk)
    reading = refreshing.read_customers(client, ["wmCust03", "wmCust00"])
    mirrored.company.edit_follow("lina", "wmCust03", remark="备注3")
    mirrored.company.befriend("wangwu", "wmCust00", add_way=10)
    mirrored.sync("customers")
    rows = list(FollowRelation.objects.order_by("pk").values())
    assert reading.apply(source="callback").refused >= 1
    assert list(FollowRelation.objects.order_by("pk").values()) == rows
    assert living(mirrored) == before


def test_a_dry_run_sights_nobody(mirrored: Sandboxed) -> None:
    (run,) = mirrored.sync("customers", dry_run=True)
    assert (run.report["same"], MirrorSighting.objects.exists()) == (PAIRS, False)


def test_a_run_forgets_the_sightings_of_earlier_ones(mirrored: Sandboxed) -> None:
    (first,) = mirrored.sync("customers")
    (second,) = mirrored.sync("customers")
    assert {row.run_id for row in MirrorSighting.objects.all()} == {first.pk, second.pk}
    MirrorSighting.objects.update(noted_at=now() - dt.timedelta(hours=2))
    (third,) = mirrored.sync("customers")
    assert {row.run_id for row in MirrorSighting.objects.all()} == {third.pk}


def test_the_part_that_is_compared_goes_round_with_the_days() -> None:
    monday = dt.datetime(2026, 3, 2, 18, 30, tzinfo=dt.UTC)
    runs = [SyncRun(started_at=monday + dt.timedelta(days=n)) for n in range(30)]
    assert {customers._turn(run) % 30 for run in runs} == set(range(30))


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("page", range(PAGES))
def test_a_repeat_that_is_killed_anywhere_misses_the_same(
    mirrored: Sandboxed, page: int, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(customers, "LIMIT", 3)
    monkeypatch.setattr(customers, "CALLS", 1)
    before = living(mirrored)
    gone = {("lina", "wmCust04"), ("lina", "wmCust05"), ("wangwu", "wmCust00")}
    mirrored.company.advance(60)
    for pair in gone:
        mirrored.company.delete_by_employee(*pair)
    mirrored.server.calls.clear()
    run = die_and_resume(mirrored, "customers", Death(point, page), monkeypatch)
    assert (run.state, run.report["ended"], run.report["same"]) == (SyncRun.State.DONE, 3, PAIRS - 2)
    assert living(mirrored) == before - gone
    # Nobody else was asked for: three customers, and those of a page in hand once more.
    assert mirrored.server.calls["externalcontact/get"] <= 6
