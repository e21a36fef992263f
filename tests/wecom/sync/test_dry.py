"""A dry run tells what would change, and no row of the company changes."""

from typing import Any

import pytest
from django.apps import apps

from tests.wecom.sandboxed import Sandboxed
from tests.wecom.sync.furniture import CUSTOMERS, furnish
from wecom.models import SyncRun
from wecom.sync import report

State = SyncRun.State
# What a run says of itself, and the numbers it draws.
OWN = {"wecom_sync_run", "fetch_ticket", "wecom_app", "wecom_api_closure"}


def everything() -> dict[str, list[Any]]:
    """Each table of the service but the runs' own, row by row."""
    ours = [m for m in apps.get_models() if m._meta.db_table not in OWN and not m.__module__.startswith("django")]
    return {m._meta.db_table: list(m._base_manager.order_by("pk").values()) for m in ours}


def totals(runs: list[SyncRun]) -> dict[str, tuple[int, int, int]]:
    return {run.kind: tuple(run.report[name] for name in ("new", "changed", "ended")) for run in runs}  # type: ignore[misc]


def test_a_dry_run_before_the_first_sync_changes_no_row(box: Sandboxed) -> None:
    furnish(box)
    before = everything()
    runs = box.sync(dry_run=True)
    assert [run.state for run in runs] == [State.DONE] * 4
    assert everything() == before
    found = totals(runs)
    assert (found["house"][0], found["customers"][0], found["groups"][0]) == (6, CUSTOMERS + 4, 2)
    assert report.sentences(runs[0])[1:]


def test_a_dry_run_finds_what_a_real_one_then_does(box: Sandboxed) -> None:
    furnish(box)
    box.sync()
    company = box.company
    company.advance(100)
    company.edit_follow("lina", "wmCust03", remark="新备注")
    company.delete_by_employee("lina", "wmCust04")
    company.delete_by_employee("zhaoliu", "wmWest1")
    company.befriend("wangwu", "wmFresh")
    company.dismiss(next(iter(company.chats)))
    company.hire("newbie", "新人")
    before = everything()
    found = totals(dry := box.sync(dry_run=True))
    assert everything() == before
    assert found["customers"] == (1, 1, 2)
    assert found["groups"][2] == 1
    assert found["house"][0] == 1
    assert {line.split()[0] for line in dry[2].report["sample"] if line.endswith(" ends")} == {"lina", "zhaoliu"}
    assert totals(box.sync()) == found


def test_a_dry_run_asks_nobody_to_approve(box: Sandboxed, settings: Any) -> None:
    settings.SYNC_SAFE_ROWS = settings.SYNC_SAFE_PERCENT = 0
    furnish(box)
    box.sync()
    box.company.delete_by_employee("lina", "wmCust04")
    (run,) = box.sync("customers", dry_run=True)
    assert (run.state, run.report["ended"]) == (State.DONE, 1)


@pytest.mark.parametrize("kind", ["customers", "groups"])
def test_a_short_list_is_told_as_what_would_end_and_ends_nothing(box: Sandboxed, kind: str) -> None:
    furnish(box)
    box.sync()
    before = everything()
    box.server.faults.set(empty=1.0, only=["externalcontact/list", "externalcontact/groupchat/list"])
    (run,) = box.sync(kind, dry_run=True)
    assert (run.state, run.report["ended"]) == (State.DONE, CUSTOMERS + 4 if kind == "customers" else 2)
    assert everything() == before
