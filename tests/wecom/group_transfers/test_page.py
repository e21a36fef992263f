"""The console's handovers: from a selection or from all of one employee's, over the sheet, to each chat's outcome."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from groups.models import GroupChat, GroupTransferJob
from groups.transfers import claiming, settling
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

HAND_OVER = "admin:groups_grouptransferjob_hand_over"


@pytest.fixture
def chats(cast: Cast) -> list[GroupChat]:
    return [make.chat(cast.corp, cast.owner, name=f"第{n}群") for n in range(3)]


def selected(client: Any, chats: list[GroupChat], **more: Any) -> Any:
    posted = {"action": "hand_over", "_selected_action": [c.pk for c in chats], **more}
    return client.post(page(GroupChat, "changelist"), posted)


def started(cast: Cast, chats: list[GroupChat]) -> tuple[Any, GroupTransferJob]:
    client = entered(cast.users["admin"])
    selected(client, chats, apply="1", taker=cast.colleague.pk)
    job = GroupTransferJob.objects.get()
    client.post(page(job, "start"), {})
    job.refresh_from_db()
    return client, job


def test_selected_chats_lead_over_a_form_to_the_sheet(cast: Cast, chats: list[GroupChat], recorded: Any) -> None:
    client, before = entered(cast.users["admin"]), recorded()
    asked = selected(client, chats)
    assert (asked.status_code, "第0群" in asked.content.decode()) == (200, True)
    assert not GroupTransferJob.objects.exists()
    answer = selected(client, chats, apply="1", taker=cast.colleague.pk)
    job = GroupTransferJob.objects.get()
    assert (answer.status_code, answer.url) == (302, page(job, "change"))
    content = client.get(answer.url).content.decode()
    assert "第2群" in content and page(job, "start") in content and page(job, "pause") not in content
    assert recorded() == before


def test_all_chats_of_somebody_who_left_go_on_one_sheet(cast: Cast, chats: list[GroupChat]) -> None:
    cast.owner.status = 5
    cast.owner.save()
    client = entered(cast.users["admin"])
    assert client.get(reverse(HAND_OVER)).status_code == 200
    answer = client.post(reverse(HAND_OVER), {"owner": cast.owner.pk, "taker": cast.colleague.pk})
    job = GroupTransferJob.objects.get()
    assert answer.url == page(job, "change")
    assert set(job.items.values_list("leaver", "state")) == {(True, "planned")}


def test_whoever_can_not_take_groups_is_not_offered(cast: Cast, chats: list[GroupChat]) -> None:
    client = entered(cast.users["admin"])
    left, foreign = make.employee(cast.corp, status=5), cast.stranger
    for taker in (left, foreign):
        answer = client.post(reverse(HAND_OVER), {"owner": cast.owner.pk, "taker": taker.pk})
        assert (answer.status_code, GroupTransferJob.objects.count()) == (200, 0)
    answer = client.post(reverse(HAND_OVER), {"owner": cast.manager.pk, "taker": cast.colleague.pk})
    assert answer.context["form"].non_field_errors() and not GroupTransferJob.objects.exists()


def test_a_job_is_started_paused_and_called_off_from_its_page(
    cast: Cast, chats: list[GroupChat], recorded: Any
) -> None:
    client, job = started(cast, chats)
    assert job.state == "running"
    for act, state in (("pause", "paused"), ("start", "running"), ("cancel", "cancelled")):
        assert client.get(page(job, act)).status_code == 200
        assert client.post(page(job, act), {}).status_code == 302
        job.refresh_from_db()
        assert job.state == state
    names = [name for name, _id, _data in recorded() if name.startswith("group.transfer")]
    assert [name.rpartition(".")[2] for name in names] == ["started", "paused", "started", "cancelled"]
    refused = client.post(page(job, "start"), {})
    assert (refused.status_code, bool(refused.context["form"].non_field_errors())) == (200, True)


def test_the_page_tells_what_became_of_each_chat_and_what_to_do(cast: Cast, chats: list[GroupChat]) -> None:
    client, job = started(cast, chats)
    batch = claiming.take(job.pk)
    assert batch
    good, bad, other = batch.items
    settling.settle(job_id=job.pk, done=[good.pk, other.pk], failed={bad.pk: 90503})
    content = client.get(page(job, "change")).content.decode()
    assert "90503" in content and "第1群" in content
    listed = client.get(page(GroupTransferJob, "changelist")).content.decode()
    assert "3 / 3" in listed


def test_its_sheet_is_figures_and_reasons_as_that_of_customers(cast: Cast, chats: list[GroupChat]) -> None:
    client = entered(cast.users["admin"])
    GroupChat.objects.filter(pk=chats[0].pk).update(owner=cast.colleague)
    selected(client, chats, apply="1", taker=cast.colleague.pk)
    job = GroupTransferJob.objects.get()
    answer = client.get(page(job, "change"))
    sheet, content = answer.context["sheet"], answer.content.decode()
    assert [(str(each["label"]), each["number"]) for each in sheet["figures"]] == [("可转让", 2), ("不可转让", 1)]
    assert (sheet["share"], [n for _why, n in sheet["reasons"]], sheet["start"]) == (None, [1], page(job, "start"))
    assert "console-block" not in content and "尚未发送" in content and str(sheet["reasons"][0][0]) in content
    client.post(page(job, "start"), {})
    batch = claiming.take(job.pk)
    assert batch
    settling.settle(job_id=job.pk, done=[batch.items[0].pk], failed={batch.items[1].pk: 90503})
    sheet = client.get(page(job, "change")).context["sheet"]
    assert (sheet["share"], "start" in sheet, [n for _why, n in sheet["reasons"]]) == (100, False, [1, 1])
    assert [each["number"] for each in sheet["figures"] if each["warn"]] == [1]


def test_a_job_that_is_held_up_says_by_what(cast: Cast, chats: list[GroupChat]) -> None:
    client, job = started(cast, chats)
    GroupTransferJob.objects.update(error_code=48002)
    assert "48002" in client.get(page(job, "change")).content.decode()


def test_managers_see_the_jobs_they_made_and_staff_none(cast: Cast, chats: list[GroupChat]) -> None:
    _client, job = started(cast, chats)
    manager = entered(cast.users["manager"])
    assert list(manager.get(page(GroupTransferJob, "changelist")).context["cl"].result_list) == []
    assert manager.get(page(job, "change")).status_code == 302
    answer = manager.post(reverse(HAND_OVER), {"owner": cast.colleague.pk, "taker": cast.owner.pk})
    assert answer.status_code == 200
    mine = make.chat(cast.corp, cast.colleague)
    manager.post(reverse(HAND_OVER), {"owner": cast.colleague.pk, "taker": cast.owner.pk})
    own = GroupTransferJob.objects.exclude(pk=job.pk).get()
    assert list(own.items.values_list("chat_id", flat=True)) == [mine.pk]
    assert manager.get(page(own, "change")).status_code == 200
    staff = entered(cast.users["owner"])
    assert staff.get(page(GroupTransferJob, "changelist")).status_code == 403
    assert staff.get(reverse(HAND_OVER)).status_code == 403


def test_nobody_starts_a_foreign_job(cast: Cast, chats: list[GroupChat], recorded: Any) -> None:
    client = entered(cast.users["admin"])
    selected(client, chats, apply="1", taker=cast.colleague.pk)
    job, before = GroupTransferJob.objects.get(), recorded()
    stranger = entered(cast.users["stranger"])
    for act in ("start", "pause", "cancel"):
        assert stranger.post(page(job, act), {}).status_code == 302
    job.refresh_from_db()
    assert (job.state, recorded()) == ("draft", before)


def test_more_than_a_page_is_refused_with_the_bound(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr("groups.console.transfer_pages.MOST_AT_ONCE", 1)
    chats = [make.chat(cast.corp, cast.owner) for _n in range(2)]
    answer = selected(entered(cast.users["admin"]), chats)
    assert [str(m) for m in get_messages(answer.wsgi_request)]
    assert not GroupTransferJob.objects.exists()
