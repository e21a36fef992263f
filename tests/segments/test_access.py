"""Who may do what with segments, and what each body and address is answered that asks for too much or nonsense."""

from typing import Any

import pytest

from corps.choices import Role
from segments.api.serializers import MOST_NAMED
from segments.models import Segment, SegmentRun, SegmentStay
from tests import api, make
from tests.conftest import Cast
from tests.segments.crowd import ids, listed, of_city, people, segment

URL = "/api/v1/segments"


def state() -> list[Any]:
    models = (Segment, SegmentRun, SegmentStay)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_readers_read_and_only_writers_write(cast: Cast) -> None:
    row, (one,) = segment(cast.corp), people(cast.corp, "北京")
    where = f"{URL}/{row.pk}"
    reads = [URL, where, f"{where}/members", f"{where}/runs", f"{where}/sizes", f"/api/v1/customers/{one.pk}/segments"]
    writes: list[tuple[str, str, Any]] = [
        ("post", URL, {"name": "N", "condition": of_city("北京")}),
        ("patch", where, {"name": "N"}),
        ("delete", where, None),
        ("post", f"{where}/copy", {"name": "N"}),
        ("post", f"{where}/freeze", {"name": "N"}),
        ("post", f"{where}/refresh", None),
        ("post", f"{where}/cancel", None),
        ("post", f"{where}/members", {"customerIds": [one.pk]}),
        ("delete", f"{where}/members", {"customerIds": [one.pk]}),
    ]
    reader, nobody = api.client(cast.corp, "read"), api.client(cast.corp, "tags")
    assert [reader.get(url).status_code for url in reads] == [200] * len(reads)
    assert reader.post(f"{URL}/preview", {"condition": of_city("北京")}, format="json").status_code == 200
    before = state()
    for client in (reader, nobody):
        answers = [getattr(client, method)(url, body, format="json").status_code for method, url, body in writes]
        assert answers == [403] * len(writes)
    assert {nobody.get(url).status_code for url in reads} == {403}
    assert state() == before
    roles = {Role.STAFF: "owner", Role.MANAGER: "manager", Role.ADMIN: "admin"}
    assert [cast.actor(roles[role]).may("segment.write") for role in roles] == [False, True, True]


def test_another_companys_segments_and_customers_are_not_there(cast: Cast) -> None:
    row, (one,) = segment(cast.other_corp), people(cast.other_corp, "北京")
    client, before = api.client(cast.corp), state()
    where = f"{URL}/{row.pk}"
    asked: list[tuple[str, str, Any]] = [
        ("get", where, None),
        ("get", f"{where}/members", None),
        ("get", f"{where}/runs", None),
        ("get", f"{where}/sizes", None),
        ("patch", where, {"name": "N"}),
        ("delete", where, None),
        ("post", f"{where}/copy", {"name": "N"}),
        ("post", f"{where}/freeze", {"name": "N"}),
        ("post", f"{where}/refresh", None),
        ("post", f"{where}/cancel", None),
        ("post", f"{where}/members", {"customerIds": [one.pk]}),
        ("post", f"{URL}/preview", {"condition": of_city("北京"), "segmentId": row.pk}),
        ("get", f"/api/v1/customers/{one.pk}/segments", None),
    ]
    for method, url, body in asked:
        assert getattr(client, method)(url, body, format="json" if body else None).status_code == 404, url
    assert client.get(URL).json()["total"] == 0
    assert state() == before


def test_bodies_that_are_none_are_refused_by_field(cast: Cast) -> None:
    row, plain = segment(cast.corp), listed(cast.corp, [])
    client, before = api.client(cast.corp), state()
    asked: list[tuple[str, Any, str]] = [
        ("", [], ""),
        ("", {"name": 7, "condition": None}, "condition"),
        ("", {"name": "", "condition": of_city("北京")}, "name"),
        ("", {"name": "N", "condition": of_city("北京"), "announces": "maybe"}, "announces"),
        ("", {"name": "N", "customerIds": "7"}, "customerIds"),
        ("", {"name": "N", "customerIds": [0]}, "customerIds"),
        ("", {"name": "N" * 51, "condition": of_city("北京")}, "name"),
        ("", {"name": "N", "condition": of_city("北京"), "uses": [1]}, "uses"),
        (f"/{row.pk}/copy", {}, "name"),
        (f"/{row.pk}/freeze", {"name": None}, "name"),
        (f"/{plain.pk}/members", {}, "customerIds"),
        (f"/{plain.pk}/members", {"customerIds": list(range(1, MOST_NAMED + 2))}, "customerIds"),
        ("/preview", {"condition": of_city("北京"), "segmentId": "x"}, "segmentId"),
        ("/preview", {"condition": of_city("北京"), "size": 3}, "size"),
    ]
    for path, body, field in asked:
        answer = client.post(URL + path, body, format="json")
        assert answer.status_code in (400, 422), (path, body)
        named = [error["field"] for error in answer.json()["errors"]]
        assert not field or any(one.startswith(field) for one in named) or answer.status_code == 422, (
            path,
            body,
            named,
        )
    assert state() == before


def test_a_repeated_creation_makes_one(cast: Cast) -> None:
    client, body = api.client(cast.corp), {"name": "N", "condition": of_city("北京")}
    answers = [client.post(URL, body, format="json", HTTP_IDEMPOTENCY_KEY="k1") for _n in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["id"] == answers[1].json()["id"]
    assert Segment.objects.count() == SegmentRun.objects.count() == 1


@pytest.mark.parametrize("size", [1, 20])
def test_reads_cost_the_same_statements_whatever_the_size(
    cast: Cast, size: int, django_assert_max_num_queries: Any
) -> None:
    some = people(cast.corp, *["北京"] * size)
    row, client = segment(cast.corp), api.client(cast.corp)
    reads = {
        f"{URL}/{row.pk}/members": 8,
        f"{URL}/{row.pk}/members?cursor=": 7,
        f"{URL}/{row.pk}/runs": 8,
        f"{URL}/{row.pk}/sizes": 7,
        f"/api/v1/customers/{some[0].pk}/segments": 6,
        f"/api/v1/customers?segmentId={row.pk}": 10,
    }
    for url in reads:
        client.get(url)
    for url, most in reads.items():
        with django_assert_max_num_queries(most):
            assert len(client.get(url).json()["list"]) >= 1
    assert SegmentStay.objects.count() == len(ids(*some)) == size


def test_members_of_one_company_are_never_those_of_another(cast: Cast) -> None:
    for corp in (cast.corp, cast.other_corp):
        make.customer(corp, city="北京")
        segment(corp)
    found = SegmentStay.objects.values_list("corp_id", "segment__corp_id", "customer__corp_id")
    assert {len(set(row)) for row in found} == {1}
    assert len(found) == 2
