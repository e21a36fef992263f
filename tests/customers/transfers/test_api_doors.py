"""The doors of transfers at their edges: repeats under a key, other methods, unreadable bodies, pages, foreign ids."""

from typing import Any

import pytest

from customers.models import TransferItem, TransferJob
from tests import api, make
from tests.customers.transfers.conftest import Bench
from tests.doors import BAD_PAGES, METHODS, UNREADABLE, refused

URL = "/api/v1/transfers"
ACTS = ("check", "start", "pause", "resume", "cancel")


@pytest.fixture
def client(bench: Bench) -> Any:
    return api.client(bench.cast.corp)


def stored() -> list[Any]:
    """Everything that an act could change."""
    return [*TransferJob.objects.order_by("pk").values(), *TransferItem.objects.order_by("pk").values()]


@pytest.mark.parametrize(("body", "kind", "status", "code"), UNREADABLE[:8])
def test_a_body_that_can_not_be_read_is_refused(
    bench: Bench, client: Any, body: bytes, kind: str, status: int, code: str
) -> None:
    refused(client.generic("POST", URL, body, content_type=kind), status, code)
    assert stored() == []


def test_the_acts_are_posts_and_the_pages_are_not(bench: Bench, client: Any) -> None:
    job = bench.draw()
    before = stored()
    for act in ACTS:
        for method in METHODS:
            if method not in ("post", "options", "trace"):
                assert client.generic(method.upper(), f"{URL}/{job.pk}/{act}").status_code == 405, (act, method)
    for path in (f"{URL}/{job.pk}", f"{URL}/{job.pk}/items", f"{URL}/leavers"):
        for method in ("POST", "PUT", "PATCH", "DELETE"):
            assert client.generic(method, path).status_code == 405, (path, method)
    assert stored() == before


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("ident", ["0", "999999", "9" * 19])
def test_one_that_can_not_be_is_not_there(bench: Bench, client: Any, act: str, ident: str) -> None:
    bench.draw()
    before = stored()
    refused(client.post(f"{URL}/{ident}/{act}"), 404, "not_found")
    assert stored() == before


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 101])
def test_a_key_that_is_none_is_refused(bench: Bench, client: Any, key: str) -> None:
    job = bench.draw()
    before = stored()
    answer = client.post(f"{URL}/{job.pk}/start", headers={"Idempotency-Key": key})
    refused(answer, 400, "idempotency_key_invalid")
    assert stored() == before


def test_a_refused_act_may_be_tried_again_under_its_key(bench: Bench, client: Any) -> None:
    job = bench.draw()
    keyed = {"Idempotency-Key": "pause-1"}
    refused(client.post(f"{URL}/{job.pk}/pause", headers=keyed), 409, "transfer_not_started")
    client.post(f"{URL}/{job.pk}/start")
    assert client.post(f"{URL}/{job.pk}/pause", headers=keyed).json()["state"] == "paused"


def test_the_same_key_is_another_companys_own(bench: Bench, client: Any) -> None:
    keyed = {"Idempotency-Key": "once"}
    job = bench.draw()
    assert client.post(f"{URL}/{job.pk}/start", headers=keyed).status_code == 200
    before = stored()
    refused(api.client(bench.cast.other_corp).post(f"{URL}/{job.pk}/start", headers=keyed), 404, "not_found")
    assert stored() == before


@pytest.mark.parametrize("query", BAD_PAGES)
def test_pages_of_customers_that_mean_nothing_are_refused(bench: Bench, client: Any, query: str) -> None:
    job = bench.draw()
    assert client.get(f"{URL}/{job.pk}/items?{query}").status_code == 400


def test_pages_are_cut_where_they_should_be(bench: Bench, client: Any) -> None:
    job = bench.draw()
    whole = [row["id"] for row in client.get(f"{URL}/{job.pk}/items?size=100").json()["list"]]
    pages = [client.get(f"{URL}/{job.pk}/items?size=2&page={page}").json() for page in (1, 2, 3)]
    assert [[row["id"] for row in page["list"]] for page in pages] == [whole[:2], whole[2:], []]
    assert {page["total"] for page in pages} == {3}


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("state=ready&takerId={taker}", 3),
        ("state=excluded&takerId={taker}", 0),
        ("state=ready&reason=blacklisted", 0),
        ("takerId=999999", 0),
        ("state=ready&size=1", 3),
    ],
)
def test_filters_of_its_customers_go_together(bench: Bench, client: Any, query: str, number: int) -> None:
    job = bench.draw()
    asked = query.format(taker=bench.cast.colleague.pk)
    assert client.get(f"{URL}/{job.pk}/items?{asked}").json()["total"] == number


def test_whom_nobody_here_has_as_a_customer_makes_no_transfer(bench: Bench, client: Any) -> None:
    foreign = make.customer(bench.cast.other_corp, bench.cast.stranger)
    body = {"handoverId": bench.cast.owner.pk, "takerIds": [bench.cast.colleague.pk]}
    for chosen in ({"customerIds": [foreign.pk]}, {"externalUserids": [foreign.external_userid]}):
        refused(client.post(URL, body | chosen), 422, "no_customers")
    assert stored() == []


def test_an_own_customer_among_foreign_ones_is_the_only_one_on_the_sheet(bench: Bench, client: Any) -> None:
    foreign = make.customer(bench.cast.other_corp, bench.cast.stranger)
    ids = [foreign.pk, bench.customers[0].pk, bench.customers[0].pk, 999_999]
    body = {"handoverId": bench.cast.owner.pk, "takerIds": [bench.cast.colleague.pk], "customerIds": ids}
    assert client.post(URL, body).json()["total"] == 1
    assert list(TransferItem.objects.values_list("customer_id", flat=True)) == [bench.customers[0].pk]
