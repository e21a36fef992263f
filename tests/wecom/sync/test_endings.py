"""A relation ends only when WeCom, asked for it by itself, says so; never because a list is short."""

import dataclasses
import datetime as dt
import random
from typing import Any

import pytest

from corps import tickets
from corps.actors import SYSTEM
from customers import mirroring
from customers.choices import RelationStatus
from customers.facts import Ending
from customers.models import FollowRelation
from messaging.models import OutboxEvent
from tests.wecom.sandboxed import Sandboxed, work
from tests.wecom.sync.furniture import assert_mirrored, furnish
from wecom import refreshing
from wecom.models import SyncRun
from wecom.sandbox.codes import Failure
from wecom.sandbox.endpoints import ROUTES
from wecom.sync import customers, safety

State = SyncRun.State
LISTINGS = [
    "externalcontact/batch/get_by_user",
    "externalcontact/get_follow_user_list",
    "externalcontact/list",
    "externalcontact/get_unassigned_list",
    "externalcontact/groupchat/list",
    "user/list",
]


def living(box: Sandboxed) -> set[tuple[str, str]]:
    rows = FollowRelation.objects.of_corp(box.corp.pk).filter(status=RelationStatus.ACTIVE)
    return set(rows.values_list("employee__userid", "customer__external_userid"))


def status(userid: str, external: str) -> int:
    return FollowRelation.objects.get(employee__userid=userid, customer__external_userid=external).status


def unfollowed() -> int:
    return OutboxEvent.objects.filter(name="customer.unfollowed").count()


@pytest.fixture
def mirrored(box: Sandboxed) -> Sandboxed:
    furnish(box)
    box.sync()
    return box


@pytest.mark.slow
def test_empty_and_short_answers_end_nobody_in_a_hundred_tries(mirrored: Sandboxed) -> None:
    before, drawn = living(mirrored), random.Random(7)
    for seed in range(100):
        likely = drawn.choice([0.3, 0.7, 1.0])
        mirrored.server.faults.set(seed=seed, only=LISTINGS, **{drawn.choice(["empty", "short"]): likely})
        for run in mirrored.sync("customers"):
            assert run.state in (State.DONE, State.FAILED)
            assert run.report.get("ended", 0) == 0
        mirrored.server.faults.off()
    assert living(mirrored) == before
    assert unfollowed() == 0


def test_short_lists_of_everything_end_nothing(mirrored: Sandboxed) -> None:
    for seed in range(10):
        mirrored.server.faults.set(seed=seed, only=[*LISTINGS, "department/list"], short=0.7)
        mirrored.sync()
        mirrored.server.faults.off()
    mirrored.sync()
    assert_mirrored(mirrored)


def test_whom_an_employee_deleted_ends_and_nobody_else(mirrored: Sandboxed) -> None:
    before = living(mirrored)
    mirrored.company.advance(60)
    mirrored.company.delete_by_employee("lina", "wmCust04")
    (run,) = mirrored.sync("customers")
    assert (run.state, run.report["ended"]) == (State.DONE, 1)
    assert living(mirrored) == before - {("lina", "wmCust04")}
    assert status("lina", "wmCust04") == RelationStatus.ENDED_BY_EMPLOYEE
    assert unfollowed() == 1


def test_of_two_followers_the_one_who_deleted_ends(mirrored: Sandboxed) -> None:
    mirrored.company.advance(60)
    mirrored.company.delete_by_employee("lina", "wmCust00")
    mirrored.sync("customers")
    assert status("lina", "wmCust00") == RelationStatus.ENDED_BY_EMPLOYEE
    assert status("wangwu", "wmCust00") == RelationStatus.ACTIVE


@pytest.mark.slow
def test_a_hundred_syncs_revive_nobody_who_was_deleted_by_the_customer(mirrored: Sandboxed) -> None:
    """WeCom lists such a pair for ever (page 90313, 84061)."""
    mirrored.company.advance(60)
    mirrored.company.delete_by_customer("lina", "wmCust07")
    row = FollowRelation.objects.get(employee__userid="lina", customer__external_userid="wmCust07")
    ended = [{"external_userid": "wmCust07", "userid": "lina"}]
    end_by_customer(mirrored, ended)
    row.refresh_from_db()
    kept = (row.status, row.ended_at)
    assert row.status == RelationStatus.ENDED_BY_CUSTOMER
    for _ in range(100):
        (run,) = mirrored.sync("customers")
        assert run.state == State.DONE
        row.refresh_from_db()
        assert (row.status, row.ended_at) == kept
    assert unfollowed() == 1


def test_a_customer_who_comes_back_is_followed_again(mirrored: Sandboxed) -> None:
    mirrored.company.advance(60)
    mirrored.company.delete_by_customer("lina", "wmCust07")
    end_by_customer(mirrored, [{"external_userid": "wmCust07", "userid": "lina"}])
    mirrored.company.advance(60)
    mirrored.company.befriend("lina", "wmCust07")
    mirrored.sync("customers")
    assert status("lina", "wmCust07") == RelationStatus.ACTIVE
    assert_mirrored(mirrored)


def end_by_customer(box: Sandboxed, pairs: list[dict[str, str]]) -> None:
    """What the callback of a deletion by the customer does."""
    at = dt.datetime.fromtimestamp(box.company.clock.now(), dt.UTC)
    endings = [Ending(how=RelationStatus.ENDED_BY_CUSTOMER, at=at, **pair) for pair in pairs]
    ticket = tickets.draw(box.corp.pk)
    mirroring.end_pairs(corp_id=box.corp.pk, endings=endings, ticket=ticket, by=SYSTEM, source="callback")


def test_an_employee_whose_listing_fails_is_counted_and_ends_nobody(
    mirrored: Sandboxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirrored.company.advance(60)
    mirrored.company.delete_by_employee("lina", "wmCust04")
    mirrored.company.delete_by_employee("zhaoliu", "wmWest1")
    refuse(monkeypatch, "lina", 60011)
    (run,) = mirrored.sync("customers")
    assert (run.state, run.report["failed"], run.report["ended"]) == (State.DONE, 1, 1)
    assert run.report["failures"] == [{"who": "lina", "code": 60011}]
    assert status("lina", "wmCust04") == RelationStatus.ACTIVE
    assert status("zhaoliu", "wmWest1") == RelationStatus.ENDED_BY_EMPLOYEE


def refuse(monkeypatch: pytest.MonkeyPatch, userid: str, code: int) -> None:
    """The listing of this employee is refused, also in the company of others."""
    route = ROUTES["externalcontact/batch/get_by_user"]
    answer = route.answer

    def refusing(call: Any) -> Any:
        if userid in call.body.get("userid_list", []):
            raise Failure(code)
        return answer(call)

    monkeypatch.setitem(ROUTES, "externalcontact/batch/get_by_user", dataclasses.replace(route, answer=refusing))


@pytest.mark.parametrize("code", [40096, 60011, 610004])
def test_a_refusal_to_show_a_customer_proves_nothing(mirrored: Sandboxed, code: int) -> None:
    mirrored.company.advance(60)
    mirrored.company.delete_by_employee("lina", "wmCust04")
    mirrored.server.faults.set(errors={"externalcontact/get": {code: 1.0}})
    (run,) = mirrored.sync("customers")
    assert (run.state, run.report["ended"], run.report["failed"]) == (State.DONE, 0, 1)
    assert status("lina", "wmCust04") == RelationStatus.ACTIVE


def test_an_answer_without_followers_proves_nothing(mirrored: Sandboxed) -> None:
    mirrored.company.advance(60)
    mirrored.company.delete_by_employee("lina", "wmCust00")
    mirrored.server.faults.set(empty=1.0, only=["externalcontact/get"])
    (run,) = mirrored.sync("customers")
    assert (run.state, run.report["ended"], run.report["failed"]) == (State.DONE, 0, 1)
    assert status("lina", "wmCust00") == RelationStatus.ACTIVE


def test_a_listing_that_never_succeeds_ends_nobody(mirrored: Sandboxed) -> None:
    mirrored.company.advance(60)
    mirrored.company.delete_by_employee("lina", "wmCust04")
    mirrored.server.faults.set(errors={"externalcontact/batch/get_by_user": {48002: 1.0}})
    (run,) = mirrored.sync("customers")
    assert run.state == State.FAILED
    assert status("lina", "wmCust04") == RelationStatus.ACTIVE


def test_a_pair_that_wecom_has_never_shown_is_left_alone(mirrored: Sandboxed) -> None:
    FollowRelation.objects.filter(customer__external_userid="wmCust04").update(fetch_seq=0)
    mirrored.company.delete_by_employee("lina", "wmCust04")
    mirrored.sync("customers")
    assert status("lina", "wmCust04") == RelationStatus.ACTIVE


def test_a_pair_that_was_read_since_the_run_began_is_left_alone(
    mirrored: Sandboxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A customer who was added after the employee's page had been read."""
    real = customers.read

    def read_and_add(sitting: Any) -> Any:
        step = real(sitting)
        if "wmLate" not in mirrored.company.people:
            mirrored.company.befriend("lina", "wmLate")
            refreshing.refresh_customer(corp_id=mirrored.corp.pk, external_userid="wmLate", source="callback")
        return step

    monkeypatch.setitem(customers.STAGES, "read", read_and_add)
    mirrored.server.calls.clear()
    (run,) = mirrored.sync("customers")
    assert (run.state, run.report["ended"]) == (State.DONE, 0)
    assert mirrored.server.calls["externalcontact/get"] == 1
    assert status("lina", "wmLate") == RelationStatus.ACTIVE


# --- The safety stop ---


@pytest.fixture
def doomed(mirrored: Sandboxed, settings: Any) -> Sandboxed:
    """Three of sixteen relations are gone, where one in five is the bound, and two rows."""
    settings.SYNC_SAFE_ROWS, settings.SYNC_SAFE_PERCENT = 2, 15
    mirrored.company.advance(60)
    for n in (4, 5, 6):
        mirrored.company.delete_by_employee("lina", f"wmCust{n:02}")
    return mirrored


def test_before_too_much_ends_a_person_is_asked(doomed: Sandboxed) -> None:
    before = living(doomed)
    (run,) = doomed.sync("customers")
    assert (run.state, run.finished_at) == (State.NEEDS_APPROVAL, None)
    hold = run.report["hold"]
    assert (hold["what"], hold["going"], hold["of"]) == ("relations", 3, 16)
    assert hold["sample"] == [f"lina wmCust0{n}" for n in (4, 5, 6)]
    assert living(doomed) == before
    assert unfollowed() == 0


def test_an_approved_run_ends_what_wecom_confirms(doomed: Sandboxed) -> None:
    before = living(doomed)
    (run,) = doomed.sync("customers")
    doomed.company.befriend("lina", "wmCust06")
    safety.approve(run=run, by=SYSTEM)
    work(run)
    assert (run.state, run.report["ended"]) == (State.DONE, 2)
    assert living(doomed) == before - {("lina", "wmCust04"), ("lina", "wmCust05")}


def test_a_refused_run_ends_nobody_and_the_next_one_asks_again(doomed: Sandboxed) -> None:
    before = living(doomed)
    (run,) = doomed.sync("customers")
    safety.refuse(run=run, by=SYSTEM)
    assert living(doomed) == before
    (again,) = doomed.sync("customers")
    assert again.state == State.NEEDS_APPROVAL


def test_few_are_ended_without_asking(mirrored: Sandboxed) -> None:
    mirrored.company.advance(60)
    for n in (4, 5, 6):
        mirrored.company.delete_by_employee("lina", f"wmCust{n:02}")
    (run,) = mirrored.sync("customers")
    assert (run.state, run.report["ended"]) == (State.DONE, 3)


def test_employees_departments_tags_and_groups_are_asked_about_too(mirrored: Sandboxed, settings: Any) -> None:
    settings.SYNC_SAFE_ROWS, settings.SYNC_SAFE_PERCENT = 0, 0
    company = mirrored.company
    company.fire("wangwu")
    company.delete_tag(next(iter(company.tags)))
    company.dismiss(next(iter(company.chats)))
    held = {run.kind: (run.state, run.report["hold"]["what"]) for run in mirrored.sync("house", "tags", "groups")}
    assert held == {
        "house": (State.NEEDS_APPROVAL, "employees"),
        "tags": (State.NEEDS_APPROVAL, "tags"),
        "groups": (State.NEEDS_APPROVAL, "groups"),
    }
    for run in SyncRun.objects.filter(state=State.NEEDS_APPROVAL):
        safety.approve(run=run, by=SYSTEM)
        work(run)
        assert (run.state, run.report["ended"]) == (State.DONE, 1)
