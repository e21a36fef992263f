"""The doors of handing group chats over, at their edges: what is repeated, paged, foreign, or asked for out of turn."""

from typing import Any

import pytest

from groups.models import GroupChat, GroupTransferItem, GroupTransferJob
from groups.transfers import claiming, settling
from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, METHODS, refused

URL = "/api/v1/group-transfers"
ACTS = ("start", "pause", "cancel")


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


@pytest.fixture
def job(cast: Cast, client: Any) -> int:
    """A sheet of three chats of the owner's, who go to the colleague."""
    for n in range(3):
        make.chat(cast.corp, cast.owner, name=f"第{n}群")
    answer = client.post(URL, {"takerId": cast.colleague.pk, "ownerId": cast.owner.pk})
    return int(answer.json()["id"])


def stored() -> list[tuple[Any, ...]]:
    """Everything of the jobs that an act could change."""
    jobs = GroupTransferJob.objects.order_by("id").values_list("id", "state", "version", "started_at", "finished_at")
    return [*jobs, *GroupTransferItem.objects.order_by("id").values_list("id", "state", "settled_at")]


def test_a_repeated_act_answers_as_it_did_then_and_acts_no_more(client: Any, job: int, recorded: Any) -> None:
    keyed = {"Idempotency-Key": "start-1"}
    first = client.post(f"{URL}/{job}/start", headers=keyed)
    client.post(f"{URL}/{job}/pause")
    before, told = stored(), recorded()
    again = client.post(f"{URL}/{job}/start", headers=keyed)
    assert (again.status_code, again.json(), again.headers["Idempotent-Replayed"]) == (200, first.json(), "true")
    assert (stored(), recorded()) == (before, told)


@pytest.mark.parametrize("act", ACTS)
def test_a_key_of_another_act_is_refused_and_nothing_changes(client: Any, job: int, act: str, recorded: Any) -> None:
    other = next(name for name in ("start", "cancel") if name != act)
    keyed = {"Idempotency-Key": "once"}
    assert client.post(f"{URL}/{job}/{other}", headers=keyed).status_code == 200
    before, told = stored(), recorded()
    refused(client.post(f"{URL}/{job}/{act}", headers=keyed), 422, "idempotency_mismatch")
    assert (stored(), recorded()) == (before, told)


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 101])
def test_a_key_that_is_none_is_refused(client: Any, job: int, key: str) -> None:
    before = stored()
    refused(client.post(f"{URL}/{job}/start", headers={"Idempotency-Key": key}), 400, "idempotency_key_invalid")
    assert stored() == before


def test_a_refused_act_may_be_tried_again_under_its_key(client: Any, job: int) -> None:
    keyed = {"Idempotency-Key": "pause-1"}
    refused(client.post(f"{URL}/{job}/pause", headers=keyed), 409, "transfer_not_started")
    client.post(f"{URL}/{job}/start")
    assert client.post(f"{URL}/{job}/pause", headers=keyed).json()["state"] == "paused"


def test_what_is_over_takes_no_act_but_the_one_that_ended_it(client: Any, job: int, recorded: Any) -> None:
    assert client.post(f"{URL}/{job}/cancel").status_code == 200
    before, told = stored(), recorded()
    for act in ("start", "pause"):
        refused(client.post(f"{URL}/{job}/{act}"), 409, "transfer_over")
    assert client.post(f"{URL}/{job}/cancel").json()["state"] == "cancelled"
    assert (stored(), recorded()) == (before, told)


def test_what_is_done_can_not_be_called_off(client: Any, job: int, recorded: Any) -> None:
    client.post(f"{URL}/{job}/start")
    batch = claiming.take(job)
    assert batch
    settling.settle(job_id=job, done=[item.pk for item in batch.items])
    before, told = stored(), recorded()
    for act in ACTS:
        refused(client.post(f"{URL}/{job}/{act}"), 409, "transfer_over")
    assert (stored(), recorded()) == (before, told)
    assert client.get(f"{URL}/{job}").json()["counts"]["done"] == 3


def test_a_job_of_which_nothing_can_go_any_more_stays_a_sheet(cast: Cast, client: Any, job: int, recorded: Any) -> None:
    GroupChat.objects.update(owner=cast.colleague)
    before, told = stored(), recorded()
    refused(client.post(f"{URL}/{job}/start"), 409, "transfer_empty")
    assert (stored(), recorded()) == (before, told)


def test_the_acts_are_posts_and_the_pages_are_not(client: Any, job: int) -> None:
    before = stored()
    for act in ACTS:
        for method in METHODS:
            if method not in ("post", "options", "trace"):
                assert client.generic(method.upper(), f"{URL}/{job}/{act}").status_code == 405, (act, method)
    for path in (f"{URL}/{job}", f"{URL}/{job}/items"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.generic(method, path).status_code == 405, (path, method)
    assert stored() == before


def test_foreign_chats_are_no_choice_and_do_not_spoil_the_own(cast: Cast, client: Any, recorded: Any) -> None:
    mine, foreign = make.chat(cast.corp, cast.owner), make.chat(cast.other_corp, cast.stranger)
    before = recorded()
    body = {"takerId": cast.colleague.pk, "groupIds": [foreign.pk, mine.pk, mine.pk, 999_999]}
    made = client.post(URL, body)
    assert made.status_code == 201
    assert list(GroupTransferItem.objects.values_list("chat_id", "state")) == [(mine.pk, "planned")]
    refused(client.post(URL, body | {"groupIds": [foreign.pk]}), 422, "no_groups")
    refused(client.post(URL, body | {"takerId": cast.stranger.pk}), 422, "taker_unknown")
    assert (GroupTransferJob.objects.count(), recorded()) == (1, before)


@pytest.mark.parametrize("fields", [{"status": 5}, {"status": 2}, {"can_follow": False}])
def test_who_can_not_take_groups_is_refused_at_the_field(cast: Cast, client: Any, fields: dict[str, Any]) -> None:
    make.chat(cast.corp, cast.owner)
    taker = make.employee(cast.corp, **fields)
    told = refused(client.post(URL, {"takerId": taker.pk, "filter": {}}), 422, "taker_unfit")
    assert [(error["field"], error["code"]) for error in told["errors"]] == [("takerId", "taker_unfit")]
    assert stored() == []


@pytest.mark.parametrize("query", BAD_PAGES)
def test_pages_of_chats_that_mean_nothing_are_refused(client: Any, job: int, query: str) -> None:
    assert client.get(f"{URL}/{job}/items?{query}").status_code == 400


def test_pages_are_cut_where_they_should_be(client: Any, job: int) -> None:
    whole = [row["id"] for row in client.get(f"{URL}/{job}/items?size=100").json()["list"]]
    pages = [client.get(f"{URL}/{job}/items?size=2&page={page}").json() for page in (1, 2, 3)]
    assert [[row["id"] for row in page["list"]] for page in pages] == [whole[:2], whole[2:], []]
    assert {(page["total"], page["totalExact"], page["size"]) for page in pages} == {(3, True, 2)}


@pytest.mark.parametrize("query", ["state=", "page=1", "size=100", "state=planned&size=1", "state=planned&page=1"])
def test_pages_and_states_go_together(client: Any, job: int, query: str) -> None:
    assert client.get(f"{URL}/{job}/items?{query}").json()["total"] == 3


def test_one_of_the_three_ways_with_all_filters_together(cast: Cast, client: Any) -> None:
    tag = make.group_tag(make.group_tag_set(cast.corp))
    wanted = make.chat(cast.corp, cast.owner, "wmA", "wmB", name="华北客户群")
    for name, people in (("华北小群", []), ("华南客户群", ["wmA", "wmB"])):
        make.chat(cast.corp, cast.owner, *people, name=name)
    client.post(f"/api/v1/groups/{wanted.pk}/tags", {"addTagIds": [tag.pk]})
    asked = {"keyword": "华北", "minMembers": "2", "tagIdsAll": str(tag.pk), "ownerId": str(cast.owner.pk)}
    made = client.post(URL, {"takerId": cast.colleague.pk, "filter": asked})
    assert made.json()["counts"]["planned"] == 1
    assert GroupTransferItem.objects.get().chat_id == wanted.pk
    refused(client.post(URL, {"takerId": cast.colleague.pk, "filter": asked | {"maxMembers": "1"}}), 422, "no_groups")
