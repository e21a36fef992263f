"""``/api/v1/group-transfers``: the sheet, the acts, the outcome of each chat, and who sees which job."""

from typing import Any

import pytest

from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import claiming, settling
from tests import api, make
from tests.conftest import Cast
from tests.doors import UNREADABLE, refused, with_and_without_slash

URL = "/api/v1/group-transfers"


@pytest.fixture
def chats(cast: Cast) -> list[GroupChat]:
    return [make.chat(cast.corp, cast.owner, name=f"第{n}群") for n in range(3)]


def asked(cast: Cast, **chosen: Any) -> dict[str, Any]:
    return {"takerId": cast.colleague.pk, **chosen}


def test_a_job_begins_with_its_sheet(cast: Cast, chats: list[GroupChat], recorded: Any) -> None:
    theirs = make.chat(cast.corp, cast.colleague)
    before = len(recorded())
    for url in with_and_without_slash(URL):
        answer = api.client(cast.corp).post(url, asked(cast, groupIds=[c.pk for c in [*chats, theirs]]))
        assert answer.status_code == 201
        sheet = answer.json()
        assert (sheet["state"], sheet["takerName"], sheet["errorCode"]) == ("draft", "李小红", None)
        assert {state: n for state, n in sheet["counts"].items() if n} == {"planned": 3, "blocked": 1}
        assert sheet["reasons"] == [{"state": "blocked", "reason": "same_owner", "errorCode": None, "count": 1}]
    assert len(recorded()) == before


def test_the_chats_are_named_by_ids_by_owner_or_by_filter(cast: Cast, chats: list[GroupChat]) -> None:
    make.chat(cast.corp, make.employee(cast.corp), name="别人的群")
    client = api.client(cast.corp)

    def planned(**chosen: Any) -> int:
        return client.post(URL, asked(cast, **chosen)).json()["counts"]["planned"]

    assert planned(groupIds=[chats[0].pk]) == 1
    assert planned(ownerId=cast.owner.pk) == 3
    assert planned(filter={}) == 4
    assert planned(filter={"keyword": "第1"}) == 1
    assert planned(filter={"ownerId": str(cast.owner.pk), "maxMembers": "0"}) == 3


@pytest.mark.parametrize(
    ("chosen", "status", "code"),
    [
        ({}, 400, "ambiguous_choice"),
        ({"groupIds": [1], "filter": {}}, 400, "ambiguous_choice"),
        ({"groupIds": []}, 400, "invalid"),
        ({"groupIds": [999_999]}, 422, "no_groups"),
        ({"ownerId": 999_999}, 422, "no_groups"),
        ({"filter": {"colour": "red"}}, 400, "unknown_parameter"),
        ({"filter": {"ownerId": "x"}}, 400, "invalid_parameter"),
        ({"filter": [1]}, 400, "invalid"),
        ({"takerId": 999_999, "filter": {}}, 422, "taker_unknown"),
        ({"takerId": "x", "filter": {}}, 400, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused_and_makes_no_job(
    cast: Cast, chats: list[GroupChat], chosen: dict[str, Any], status: int, code: str
) -> None:
    refused(api.client(cast.corp).post(URL, asked(cast) | chosen), status, code)
    assert not GroupTransferJob.objects.exists()


@pytest.mark.parametrize(("body", "kind", "status", "code"), UNREADABLE[:4])
def test_a_body_that_can_not_be_read_is_refused(cast: Cast, body: bytes, kind: str, status: int, code: str) -> None:
    refused(api.client(cast.corp).generic("POST", URL, body, content_type=kind), status, code)


def test_a_repeated_request_makes_one_job(cast: Cast, chats: list[GroupChat]) -> None:
    client = api.client(cast.corp)
    body = asked(cast, ownerId=cast.owner.pk)
    first, again = (client.post(URL, body, headers={"Idempotency-Key": "once"}) for _n in range(2))
    assert first.json() == again.json()
    assert GroupTransferJob.objects.count() == 1


def test_it_is_started_paused_gone_on_with_and_called_off(cast: Cast, chats: list[GroupChat]) -> None:
    client = api.client(cast.corp)
    job = client.post(URL, asked(cast, ownerId=cast.owner.pk)).json()["id"]
    for act, state in (("start", "running"), ("pause", "paused"), ("start", "running"), ("cancel", "cancelled")):
        answer = client.post(f"{URL}/{job}/{act}")
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    refused(client.post(f"{URL}/{job}/start"), 409, "transfer_over")
    assert client.get(f"{URL}/{job}").json()["counts"]["cancelled"] == 3


def test_each_chat_tells_what_became_of_it(cast: Cast, chats: list[GroupChat]) -> None:
    client = api.client(cast.corp)
    job = client.post(URL, asked(cast, ownerId=cast.owner.pk)).json()["id"]
    client.post(f"{URL}/{job}/start")
    batch = claiming.take(job)
    assert batch
    good, bad, waits = (item.pk for item in batch.items)
    settling.settle(job_id=job, done=[good], failed={bad: 90503})
    shown = client.get(f"{URL}/{job}/items").json()
    rows = {row["id"]: row for row in shown["list"]}
    assert shown["total"] == 3
    assert [(rows[pk]["state"], rows[pk]["errorCode"]) for pk in (good, bad, waits)] == [
        ("done", None),
        ("failed", 90503),
        ("sending", None),
    ]
    assert rows[good]["ownerName"] == "王小明" and rows[good]["settledAt"]
    assert [row["id"] for row in client.get(f"{URL}/{job}/items?state=failed").json()["list"]] == [bad]
    assert client.get(f"{URL}/{job}/items?state=x").status_code == 400
    assert client.get(f"{URL}/{job}").json()["reasons"] == [
        {"state": "failed", "reason": "", "errorCode": 90503, "count": 1}
    ]


def test_jobs_are_listed_the_newest_first_with_their_counts(cast: Cast, chats: list[GroupChat]) -> None:
    client = api.client(cast.corp)
    ids = [client.post(URL, asked(cast, groupIds=[chat.pk])).json()["id"] for chat in chats]
    for url in with_and_without_slash(URL):
        listed = client.get(url).json()
        assert [row["id"] for row in listed["list"]] == ids[::-1]
        assert listed["list"][0]["counts"]["planned"] == 1
    assert client.get(f"{URL}?x=1").status_code == 400


def test_a_foreign_job_is_not_there(cast: Cast, chats: list[GroupChat]) -> None:
    job = api.client(cast.corp).post(URL, asked(cast, ownerId=cast.owner.pk)).json()["id"]
    stranger = api.client(cast.other_corp)
    for answer in (
        stranger.get(f"{URL}/{job}"),
        stranger.get(f"{URL}/{job}/items"),
        *(stranger.post(f"{URL}/{job}/{act}") for act in ("start", "pause", "cancel")),
    ):
        refused(answer, 404, "not_found")
    assert stranger.get(URL).json()["list"] == []
    assert GroupTransferJob.objects.get().state == "draft"


def test_who_may_not_write_may_not_hand_over(cast: Cast, chats: list[GroupChat]) -> None:
    reader = api.client(cast.corp, "read")
    refused(reader.post(URL, asked(cast, ownerId=cast.owner.pk)), 403, "permission_denied")
    refused(reader.get(URL), 403, "permission_denied")
    assert not GroupTransferItem.objects.exists()


def test_the_pages_cost_the_same_however_many(
    cast: Cast, chats: list[GroupChat], django_assert_max_num_queries: Any
) -> None:
    client = api.client(cast.corp)
    job = client.post(URL, asked(cast, ownerId=cast.owner.pk)).json()["id"]
    for _n in range(12):
        client.post(URL, asked(cast, groupIds=[make.chat(cast.corp, make.employee(cast.corp)).pk]))
    client.get(URL)
    for url, most in ((URL, 3), (f"{URL}/{job}", 3), (f"{URL}/{job}/items", 3)):
        with django_assert_max_num_queries(most):
            client.get(url)
