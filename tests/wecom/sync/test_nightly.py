"""Once a day each connected company is asked for, in its own night; a sample is verified every hour."""

import datetime as dt
from typing import Any

import pytest
import time_machine

from core.time import now
from corps.actors import SYSTEM
from corps.models import Corp
from customers.models import FollowRelation
from messaging import health as health_page
from messaging.models import Command
from tests import make
from tests.wecom.sandboxed import Sandboxed
from tests.wecom.sync.furniture import assert_mirrored, furnish
from wecom import health, tasks
from wecom.client.errors import Unreachable
from wecom.models import CallbackReceipt, DriftCheck, SyncRun
from wecom.sync import asking, drift, nightly

State = SyncRun.State


def at(text: str) -> dt.datetime:
    """A moment in Shanghai."""
    return dt.datetime.fromisoformat(f"{text}+08:00")


# --- The night ---


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-05-10T02:29:59", "2026-05-09T02:30:00"),
        ("2026-05-10T02:30:00", "2026-05-10T02:30:00"),
        ("2026-05-10T23:59:00", "2026-05-10T02:30:00"),
    ],
)
def test_the_night_is_the_companys_own(moment: str, due: str) -> None:
    assert nightly.last_due(Corp(time_zone="Asia/Shanghai"), at(moment)) == at(due)


def test_a_clock_that_jumps_over_half_past_two_still_has_a_night() -> None:
    paris = Corp(time_zone="Europe/Paris")
    moment = dt.datetime(2026, 3, 29, 12, tzinfo=dt.UTC)
    assert moment - nightly.last_due(paris, moment) < dt.timedelta(hours=24)


def test_a_company_is_asked_for_once_a_night(box: Sandboxed) -> None:
    with time_machine.travel(at("2026-05-10T02:40:00"), tick=False) as clock:
        assert nightly.ask_due() == 4
        assert nightly.ask_due() == 0
        SyncRun.objects.update(state=State.DONE, finished_at=now())
        clock.move_to(at("2026-05-11T02:20:00"))
        assert nightly.ask_due() == 0
        clock.move_to(at("2026-05-11T02:31:00"))
        assert nightly.ask_due() == 4
    assert list(SyncRun.objects.order_by("pk").values_list("kind", flat=True)) == list(map(str, asking.ORDER)) * 2


def test_a_dry_run_does_not_stand_for_the_nights_own(box: Sandboxed) -> None:
    run = asking.ask(corp_id=box.corp.pk, kind="house", by=SYSTEM, dry_run=True)
    SyncRun.objects.filter(pk=run.pk).update(state=State.DONE, finished_at=now())
    assert nightly.ask_due() == 4


def test_one_that_waits_for_approval_gives_way_to_the_next_night(box: Sandboxed) -> None:
    with time_machine.travel(at("2026-05-10T03:00:00"), tick=False) as clock:
        run = asking.ask(corp_id=box.corp.pk, kind="customers", by=SYSTEM)
        SyncRun.objects.filter(pk=run.pk).update(state=State.NEEDS_APPROVAL)
        clock.move_to(at("2026-05-11T02:31:00"))
        nightly.ask_due()
    run.refresh_from_db()
    assert (run.state, run.report["refused_by"]) == (State.CANCELLED, "system")
    assert SyncRun.objects.filter(kind="customers", state=State.QUEUED).exists()


def test_one_still_under_way_is_not_asked_for_twice(box: Sandboxed) -> None:
    with time_machine.travel(at("2026-05-10T03:00:00"), tick=False) as clock:
        run = asking.ask(corp_id=box.corp.pk, kind="customers", by=SYSTEM)
        SyncRun.objects.filter(pk=run.pk).update(state=State.RUNNING)
        clock.move_to(at("2026-05-11T02:31:00"))
        assert nightly.ask_due() == 3


@pytest.mark.parametrize("change", [{"mirrored": False}, {"active": False}])
def test_a_company_that_is_not_connected_is_left_out(box: Sandboxed, change: dict[str, Any]) -> None:
    Corp.objects.filter(pk=box.corp.pk).update(**change)
    tasks.ask_due_syncs()
    assert not SyncRun.objects.exists()


# --- The sample ---


def test_a_mirror_that_is_right_has_no_drift(box: Sandboxed) -> None:
    furnish(box)
    box.sync()
    found = drift.check(box.corp.pk)
    assert (found.employees, found.pairs, found.unequal, found.differing) == (3, 16, 0, 0)
    assert (found.verified, found.rate) == (1, 0)


def test_pairs_of_one_side_only_are_counted_and_mended(box: Sandboxed) -> None:
    furnish(box)
    box.sync()
    box.company.advance(60)
    box.company.delete_by_employee("lina", "wmCust04")
    box.company.befriend("wangwu", "wmFresh")
    found = drift.check(box.corp.pk)
    assert (found.pairs, found.unequal) == (17, 2)
    assert found.rate > 0.1
    assert drift.check(box.corp.pk).unequal == 0
    assert not FollowRelation.objects.filter(customer__external_userid="wmCust04", status=1).exists()
    assert FollowRelation.objects.filter(customer__external_userid="wmFresh", status=1).exists()


def test_a_verified_customer_that_differs_is_counted_and_mended(
    box: Sandboxed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drift, "ONE_IN", 1)
    furnish(box)
    box.sync()
    box.company.edit_follow("lina", "wmCust04", remark="谁也没说")
    found = drift.check(box.corp.pk)
    assert (found.verified, found.differing) == (15, 1)
    assert_mirrored(box)


def test_customers_who_left_us_are_no_drift(box: Sandboxed) -> None:
    """WeCom goes on listing them."""
    furnish(box)
    box.sync()
    FollowRelation.objects.filter(customer__external_userid="wmCust04").update(status=3, ended_at=now())
    assert drift.check(box.corp.pk).unequal == 0


def test_one_company_that_cannot_be_asked_does_not_keep_the_others_from_it(box: Sandboxed) -> None:
    furnish(box)
    box.sync()
    make.corp(mirrored=True)
    assert drift.check_all() == 1
    assert DriftCheck.objects.count() == 1


def test_an_unreachable_wecom_leaves_no_figure(box: Sandboxed, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(box)
    box.sync()

    def away(*_given: Any) -> Any:
        raise Unreachable(api="externalcontact/list")

    monkeypatch.setattr(drift.customers, "customer_ids", away)
    tasks.check_drift()
    assert not DriftCheck.objects.exists()


def test_old_figures_go(box: Sandboxed) -> None:
    old = make.drift_check(box.corp)
    DriftCheck.objects.filter(pk=old.pk).update(checked_at=now() - drift.KEPT - dt.timedelta(days=1))
    drift.check(box.corp.pk)
    assert not DriftCheck.objects.filter(pk=old.pk).exists()


# --- What it shows ---


def test_the_health_page_tells_of_the_mirror_where_one_is(box: Sandboxed, client: Any) -> None:
    health_page.forget()
    make.drift_check(box.corp)
    parts = client.get("/health/detail").json()["parts"]
    assert parts["mirror"]["status"] == "ok"
    assert parts["mirror"]["drift"] == pytest.approx(1 / 99, abs=1e-4)


def test_no_company_no_mirror(db: None) -> None:
    assert health.parts() == {}


@pytest.mark.parametrize("late", ["receipt", "command", "approval"])
def test_what_is_late_or_waits_for_a_person_is_a_degradation(box: Sandboxed, late: str) -> None:
    long_ago = now() - dt.timedelta(seconds=health.LATE_AFTER + 10)
    if late == "receipt":
        make.receipt(box.app, due_at=long_ago)
    elif late == "command":
        given = {"corp_id": box.corp.pk, "kind": "tag", "lane": "catalogue", "key": "tag:1", "source": "api"}
        Command.objects.create(**given, due_at=long_ago)
    else:
        make.sync_run(box.corp, state=State.NEEDS_APPROVAL)
    assert health.parts()["mirror"]["status"] == "degraded"


def test_what_waits_and_what_was_given_up_is_counted_apart(box: Sandboxed) -> None:
    earlier = now() - dt.timedelta(hours=1)
    receipts, commands = CallbackReceipt.State, Command.State
    for state, due in [(receipts.PENDING, now() + dt.timedelta(hours=1)), *[(receipts.DEAD, earlier)] * 2]:
        make.receipt(box.app, state=state, due_at=due)
    make.receipt(box.app, state=receipts.DONE, due_at=earlier)
    given = {"corp_id": box.corp.pk, "kind": "tag", "lane": "catalogue", "source": "api", "due_at": earlier}
    for number, state in enumerate([*[commands.WAITING] * 3, commands.DEAD]):
        Command.objects.create(**given, key=f"tag:{number}", state=state)
    part = health.parts()["mirror"]
    assert (part["receiptsWaiting"], part["receiptsDead"]) == (1, 2)
    assert (part["commandsWaiting"], part["commandsDead"]) == (3, 1)
    # What is due later has not waited yet.
    assert part["receiptsOldestSeconds"] == 0
    ages = [part[name] for name in ("receiptsDeadOldestSeconds", "commandsOldestSeconds", "commandsDeadOldestSeconds")]
    assert min(ages) >= 3_600


def test_the_metrics_hold_the_same_figures(box: Sandboxed, client: Any) -> None:
    make.sync_run(box.corp, state=State.RUNNING)
    text = client.get("/metrics").content.decode()
    assert "scrm_mirror_syncs_running 1.0" in text
    assert "scrm_mirror_drift 0.0" in text
    assert all(f"scrm_{name}" in text for name in health.figures())
