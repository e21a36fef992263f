"""A first sync brings everything; the next one finds it the same, and tells nobody."""

from collections import Counter
from typing import Any

import pytest

from core.time import now
from customers.models import FollowRelation
from messaging.models import OutboxEvent
from tests.wecom.sandboxed import Sandboxed
from tests.wecom.sync.furniture import CUSTOMERS, assert_mirrored, furnish
from wecom.models import SyncRun

State, Kind = SyncRun.State, SyncRun.Kind


def states(runs: list[SyncRun]) -> list[tuple[str, Any, str]]:
    return [(run.state, run.error_code, run.last_error) for run in runs]


def test_a_first_sync_brings_what_is_there(box: Sandboxed) -> None:
    furnish(box)
    runs = box.sync()
    assert states(runs) == [(State.DONE, None, "")] * 4
    assert_mirrored(box)


def test_a_first_sync_counts_what_it_brings(box: Sandboxed) -> None:
    furnish(box)
    house, tags, customers, groups = box.sync()
    # Three departments with the root, three people of whom one is in two of them.
    assert (house.report["new"], house.report["ended"]) == (6, 0)
    assert tags.report["new"] == 3
    assert customers.report["new"] == CUSTOMERS + 1 + 3
    assert groups.report["new"] == 2
    assert {run.report["failed"] for run in (house, tags, customers, groups)} == {0}


def test_a_second_sync_changes_nothing_and_records_nothing(box: Sandboxed) -> None:
    furnish(box)
    box.sync()
    versions = Counter(OutboxEvent.objects.values_list("name", flat=True))
    runs = box.sync()
    assert states(runs) == [(State.DONE, None, "")] * 4
    assert Counter(OutboxEvent.objects.values_list("name", flat=True)) == versions
    assert {(run.report["new"], run.report["changed"], run.report["ended"]) for run in runs} == {(0, 0, 0)}
    assert runs[2].report["same"] == CUSTOMERS + 1 + 3


def test_what_nobody_called_about_is_brought_into_step(box: Sandboxed) -> None:
    furnish(box)
    box.sync()
    company = box.company
    company.advance(100)
    company.edit_follow("lina", "wmCust03", remark="新备注")
    company.delete_by_employee("lina", "wmCust04")
    company.delete_by_employee("lina", "wmCust05")
    company.advance(10)
    company.befriend("lina", "wmCust05")
    company.change_person("wmCust06", name="改名")
    company.hire("newbie", "新人")
    company.befriend("newbie", "wmNew")
    company.rename_department(2, "新销售部")
    company.rename_tag(next(iter(company.tags)), "AA")
    company.rename_chat(next(iter(company.chats)), "新群名")
    company.take_events()
    runs = box.sync()
    assert states(runs) == [(State.DONE, None, "")] * 4
    gone = FollowRelation.objects.get(customer__external_userid="wmCust04", employee__userid="lina")
    assert gone.status == 2
    assert gone.ended_at > now() - (now() - runs[2].started_at)
    assert runs[2].report["ended"] == 1
    company.history.pop(("lina", "wmCust04"))
    FollowRelation.objects.filter(pk=gone.pk).delete()
    company.people.pop("wmCust04")
    gone.customer.delete()
    assert_mirrored(box)


@pytest.mark.parametrize("kind", Kind.values)
def test_a_run_keeps_where_its_time_went(box: Sandboxed, kind: str) -> None:
    furnish(box)
    (run,) = box.sync(kind)
    assert run.state == State.DONE
    assert set(run.spent) == {"api", "database", "python"}
    assert run.spent["api"] > 0


def test_a_company_without_departments_or_followers_is_an_answer_that_cannot_be_meant(box: Sandboxed) -> None:
    furnish(box)
    box.sync()
    before = FollowRelation.objects.filter(status=1).count()
    box.server.faults.set(empty=1.0, only=["department/list", "externalcontact/get_follow_user_list"])
    house, _tags, customers, groups = box.sync()
    assert [(run.state, run.last_error) for run in (house, customers, groups)] == [
        (State.FAILED, "no_departments"),
        (State.FAILED, "no_followers"),
        (State.FAILED, "no_followers"),
    ]
    assert FollowRelation.objects.filter(status=1).count() == before
    box.server.faults.off()
    assert_mirrored(box)
