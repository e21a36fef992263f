"""The console's page of the syncs: asked for, watched, approved, refused, called off, by who may."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from core.time import now
from corps.models import Corp
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from wecom.models import SyncRun

State = SyncRun.State
HOLD = {"what": "relations", "going": 60, "of": 100, "sample": ["lina wmGone"]}


@pytest.fixture
def admin(cast: Cast) -> Any:
    make.wecom_app(cast.corp)
    Corp.objects.filter(pk=cast.corp.pk).update(mirrored=True)
    return entered(cast.users["admin"])


def address(act: str, *args: Any) -> str:
    return reverse(f"admin:wecom_syncrun_{act}", args=args)


def columns() -> list[Any]:
    return list(SyncRun.objects.order_by("pk").values())


def test_everything_is_asked_for_in_order(cast: Cast, admin: Any) -> None:
    answer = admin.post(address("ask"), {"kind": ""})
    assert answer.headers["Location"] == page(SyncRun, "changelist")
    rows = SyncRun.objects.of_corp(cast.corp.pk).order_by("pk")
    assert [row.kind for row in rows] == ["house", "tags", "customers", "groups"]
    assert {(row.state, row.dry_run, row.asked_by) for row in rows} == {
        (State.QUEUED, False, cast.users["admin"].actor.label)
    }
    assert LogEntry.objects.count() == 4


def test_one_kind_is_tried_dry(cast: Cast, admin: Any) -> None:
    admin.post(address("ask"), {"kind": "tags", "dry_run": "on"})
    assert [(row["kind"], row["dry_run"]) for row in columns()] == [("tags", True)]


def test_a_second_one_of_a_kind_is_refused_on_the_page(cast: Cast, admin: Any) -> None:
    admin.post(address("ask"), {"kind": "tags"})
    before = columns()
    answer = admin.post(address("ask"), {"kind": "tags"})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert columns() == before


def test_a_company_that_is_not_connected_is_refused(cast: Cast) -> None:
    answer = entered(cast.users["admin"]).post(address("ask"), {"kind": "tags"})
    assert answer.context["form"].non_field_errors()
    assert columns() == []


def test_nobody_asks_for_another_company(cast: Cast, admin: Any) -> None:
    admin.post(address("ask"), {"kind": "tags", "corp": cast.other_corp.pk})
    assert [row["corp_id"] for row in columns()] == [cast.corp.pk]


def test_whoever_sees_every_company_names_one(cast: Cast, admin: Any) -> None:
    root = entered(make.user(None, is_superuser=True))
    assert root.post(address("ask"), {"kind": "tags"}).context["form"].errors["corp"]
    root.post(address("ask"), {"kind": "tags", "corp": cast.corp.pk})
    assert [row["corp_id"] for row in columns()] == [cast.corp.pk]


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        ("approve", State.NEEDS_APPROVAL, State.RUNNING),
        ("refuse", State.NEEDS_APPROVAL, State.CANCELLED),
        ("cancel", State.RUNNING, State.CANCELLED),
    ],
)
def test_a_run_is_decided_on(cast: Cast, admin: Any, act: str, before: str, after: str) -> None:
    run = make.sync_run(cast.corp, state=before, report={"hold": HOLD})
    asked = admin.get(address(act, run.pk))
    assert asked.status_code == 200
    admin.post(address(act, run.pk))
    run.refresh_from_db()
    label = cast.users["admin"].actor.label
    assert run.state == after
    assert label in {run.approved_by, run.report.get("refused_by"), run.report.get("cancelled_by")}


@pytest.mark.parametrize("act", ["approve", "refuse", "cancel"])
def test_what_is_over_is_refused_on_the_page_and_stays(cast: Cast, admin: Any, act: str) -> None:
    run = make.sync_run(cast.corp, state=State.DONE, finished_at=now())
    before = columns()
    answer = admin.post(address(act, run.pk))
    assert answer.context["form"].non_field_errors()
    assert columns() == before


@pytest.mark.parametrize("who", ["manager", "owner", "stranger"])
@pytest.mark.parametrize("act", ["approve", "refuse", "cancel"])
def test_others_decide_nothing(cast: Cast, who: str, act: str) -> None:
    run = make.sync_run(cast.corp, state=State.NEEDS_APPROVAL)
    before = columns()
    answer = entered(cast.users[who]).post(address(act, run.pk))
    assert answer.status_code in (302, 403)
    assert columns() == before


def test_the_page_of_a_run_tells_what_came_of_it_and_who_would_end(cast: Cast, admin: Any) -> None:
    failures = [{"who": "lina", "code": 60011}]
    report = {"new": 3, "failed": 1, "failures": failures, "hold": HOLD, "sample": ["wmA: followed"]}
    run = make.sync_run(cast.corp, state=State.NEEDS_APPROVAL, report=report, started_at=now(), spent={"api": 2.0})
    text = admin.get(page(run, "change")).content.decode()
    for piece in ("lina wmGone", "lina  60011", "wmA: followed", "60", "100"):
        assert piece in text


# --- Live ---


def test_the_list_fetches_what_is_under_way(cast: Cast, admin: Any) -> None:
    assert f'hx-get="{address("live")}"' in admin.get(page(SyncRun, "changelist")).content.decode()


def test_a_run_under_way_is_fetched_again_and_again(cast: Cast, admin: Any) -> None:
    run = make.sync_run(cast.corp, state=State.RUNNING, started_at=now(), steps_done=1, steps_total=4, pages=2)
    answer = admin.get(address("live"))
    text = answer.content.decode()
    assert 'hx-trigger="every 3s"' in text
    assert page(run, "change") in text
    assert "width: 25%" in text
    assert "no-store" in answer.headers["Cache-Control"]
    assert "<script" not in text


@pytest.mark.parametrize("state", [None, State.NEEDS_APPROVAL])
def test_what_does_not_move_is_not_fetched_again(cast: Cast, admin: Any, state: str | None) -> None:
    if state:
        make.sync_run(cast.corp, state=state)
    assert "hx-trigger" not in admin.get(address("live")).content.decode()


def test_nobody_watches_another_company(cast: Cast, admin: Any) -> None:
    run = make.sync_run(cast.other_corp, state=State.RUNNING)
    assert page(run, "change") not in admin.get(address("live")).content.decode()


@pytest.mark.parametrize("who", ["manager", "owner"])
def test_who_may_not_see_syncs_watches_none(cast: Cast, who: str) -> None:
    run = make.sync_run(cast.corp, state=State.RUNNING)
    answer = entered(cast.users[who]).get(address("live"))
    assert page(run, "change") not in answer.content.decode()


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({"state": State.NEEDS_APPROVAL, "report": {"hold": HOLD}}, {"approve", "refuse", "cancel"}),
        ({"state": State.RUNNING}, {"cancel"}),
        ({"state": State.DONE, "finished_at": now()}, set()),
        ({"state": State.FAILED, "finished_at": now()}, set()),
    ],
)
def test_a_run_offers_only_what_it_can_take(cast: Cast, admin: Any, fields: dict[str, Any], offered: set[str]) -> None:
    run = make.sync_run(cast.corp, **fields)
    shown = admin.get(address("change", run.pk)).content.decode()
    assert {act for act in ("approve", "refuse", "cancel") if address(act, run.pk) in shown} == offered
