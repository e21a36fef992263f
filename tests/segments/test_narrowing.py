"""Customer lists, and whatever is chosen by their filters, can be narrowed to a segment."""

from typing import Any

import pytest

from core.errors import RuleViolation
from customers.models import TransferItem
from customers.selection import Wanted, select
from customers.transfers import choosing
from segments import narrowing
from segments.members import clearing
from segments.models import SegmentStay
from tests import api, make
from tests.conftest import Cast
from tests.segments import crowd
from tests.segments.crowd import ids, listed, people, segment

URL = "/api/v1/customers"


def test_the_list_of_a_segment_holds_its_members(cast: Cast) -> None:
    first, _second, third = people(cast.corp, "北京", "上海", "北京")
    row, client = segment(cast.corp), api.client(cast.corp)
    found = client.get(URL, {"segmentId": row.pk}).json()
    assert ([one["id"] for one in found["list"]], found["total"]) == ([third.pk, first.pk], 2)
    assert client.get(URL, {"segmentId": row.pk, "city": 1}).status_code == 400
    narrower = client.get(URL, {"segmentId": row.pk, "keyword": "张三丰", "sort": "id"}).json()
    assert [one["id"] for one in narrower["list"]] == [first.pk, third.pk]
    parts = [client.get(URL, {"segmentId": row.pk, "cursor": "", "size": 1}).json()]
    parts.append(client.get(URL, {"segmentId": row.pk, "cursor": parts[0]["nextCursor"], "size": 1}).json())
    assert [one["id"] for part in parts for one in part["list"]] == [third.pk, first.pk]


def test_of_no_segment_of_the_company_there_is_nobody(cast: Cast) -> None:
    people(cast.other_corp, "北京")
    foreign = segment(cast.other_corp)
    people(cast.corp, "北京")
    client = api.client(cast.corp)
    for pk in (foreign.pk, 10**9):
        assert client.get(URL, {"segmentId": pk}).json()["list"] == []
    gone = segment(cast.corp)
    type(gone).objects.filter(pk=gone.pk).update(deleted_at="2026-01-01T00:00:00Z")
    assert client.get(URL, {"segmentId": gone.pk}).json()["list"] == []


def test_a_large_segment_is_asked_of_each_customer_in_turn(cast: Cast, monkeypatch: Any) -> None:
    first, _second = people(cast.corp, "北京", "上海")
    row, actor = segment(cast.corp), make.service(cast.corp)
    for common in (10**6, 0):
        monkeypatch.setattr(narrowing, "COMMON", common)
        rows = select(Wanted(actor, {"segmentId": row.pk}))
        assert set(rows.values_list("pk", flat=True)) == ids(first)
        assert ("LIMIT 1" in str(rows.query)) == (common == 0)


def test_staff_see_of_a_segment_whom_they_may_see(cast: Cast) -> None:
    mine = make.customer(cast.corp, cast.owner, city="北京")
    other = make.customer(cast.corp, cast.colleague, city="北京")
    row = segment(cast.corp)
    seen = {
        name: set(select(Wanted(cast.actor(name), {"segmentId": row.pk})).values_list("pk", flat=True))
        for name in ("owner", "manager", "admin", "stranger")
    }
    assert seen == {"owner": ids(mine), "manager": ids(mine, other), "admin": ids(mine, other), "stranger": set()}


def test_a_transfer_is_of_those_in_a_segment(cast: Cast) -> None:
    mine = make.customer(cast.corp, cast.owner, city="北京")
    make.customer(cast.corp, cast.owner, city="上海")
    make.customer(cast.corp, cast.colleague, city="北京")
    row = listed(cast.corp, [mine])
    for chosen_from in (row, segment(cast.corp)):
        given = {"handover": cast.owner, "actor": cast.actor("admin")}
        assert choosing.by_filters({"segmentId": chosen_from.pk}, **given).ids == [mine.pk]
    body = {
        "handoverId": cast.owner.pk,
        "takerIds": [cast.colleague.pk],
        "filters": {"segmentId": str(row.pk)},
    }
    made = api.client(cast.corp).post("/api/v1/transfers", body, format="json")
    assert (made.status_code, TransferItem.objects.filter(customer=mine).count()) == (201, 1)
    with pytest.raises(RuleViolation) as refusal:
        choosing.by_filters({"segmentId": 10**9}, handover=cast.owner, actor=cast.actor("admin"))
    assert refusal.value.code == "no_customers"


def test_nothing_is_cleared_that_somebody_sees(cast: Cast) -> None:
    people(cast.corp, "北京")
    row = segment(cast.corp)
    before = list(SegmentStay.objects.values())
    assert clearing.clear_some() is False
    assert list(SegmentStay.objects.values()) == before
    assert crowd.members(row)
