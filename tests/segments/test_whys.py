"""Why a customer is in a segment or isn't, told part by part."""

from typing import Any

from django.utils import translation

from customers import blacklist, lifecycle
from customers.models import Customer
from segments import whys
from segments.models import Segment
from segments.refreshing import requesting
from tests import api, make
from tests.conftest import Cast
from tests.segments.crowd import BY, hear, listed, move, of_city, people, segment

NEARBY: Any = {
    "version": 1,
    "where": {"all": [{"field": "city", "op": "in", "value": ["北京", "上海"]}, {"field": "mobile", "op": "set"}]},
}


def asked(client: Any, row: Segment, customer: Customer, status: int = 200) -> Any:
    answer = client.get(f"/api/v1/segments/{row.pk}/customers/{customer.pk}", HTTP_ACCEPT_LANGUAGE="zh-hans")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_each_part_says_what_it_asks_and_what_the_customer_has(cast: Cast) -> None:
    inside, outside = (make.customer(cast.corp, city="北京", mobile=mobile) for mobile in ("13800138000", None))
    row, client = segment(cast.corp, NEARBY), api.client(cast.corp)
    told = asked(client, row, inside)
    assert (told["segmentId"], told["customerId"], told["outside"]) == (row.pk, inside.pk, "")
    assert (told["member"], told["holds"], told["cause"]) == (True, True, "created")
    assert told["enteredAt"] and told["asOf"]
    told = asked(client, row, outside)
    assert (told["member"], told["holds"], told["enteredAt"], told["cause"]) == (False, False, None, "")
    (whole,) = told["explained"]["parts"]
    assert told["explained"]["sentence"] == whole["sentence"]
    city, mobile = whole["parts"]
    assert (city["sentence"], city["holds"], city["held"]) == ("城市是“北京”或“上海”", True, "“北京”")
    assert (mobile["holds"], mobile["held"], mobile["parts"]) == (False, "", [])


def test_it_speaks_the_readers_language(cast: Cast) -> None:
    row, (one,) = segment(cast.corp), people(cast.corp, "北京")
    with translation.override("en"):
        found = whys.of(whole(row), one).explained
    assert found and found.sentence == "city is “北京”"


def whole(row: Segment) -> Segment:
    return Segment.objects.select_related("standing", "corp").get(pk=row.pk)


def test_what_is_shown_and_what_holds_now_are_told_apart(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row, client = segment(cast.corp), api.client(cast.corp)
    move(one, "上海")
    told = asked(client, row, one)
    assert (told["member"], told["holds"]) == (True, False)
    hear(cast.corp)
    told = asked(client, row, one)
    assert (told["member"], told["holds"]) == (False, False)


def test_whom_the_condition_is_not_asked_of_is_told(cast: Cast) -> None:
    listed_out, gone = people(cast.corp, "北京", "北京")
    row, asks = segment(cast.corp), segment(cast.corp, {"version": 1, "where": BLACK})
    client = api.client(cast.corp)
    blacklist.put(customer=listed_out, reason="r", **BY)
    lifecycle.delete(customer=gone, **BY)
    for customer, why in ((listed_out, "blacklisted"), (gone, "deleted")):
        told = asked(client, row, customer)
        assert (told["outside"], told["holds"]) == (why, False)
        assert told["explained"]["parts"][0]["holds"], "the part holds, the whole is not asked"
    assert asked(client, asks, listed_out)["outside"] == ""
    assert asked(client, asks, listed_out)["holds"]


BLACK = {"field": "blacklisted", "op": "is", "value": True}


def test_of_a_list_there_is_nothing_to_explain(cast: Cast) -> None:
    inside, outside = people(cast.corp, "北京", "北京")
    row, client = listed(cast.corp, [inside]), api.client(cast.corp)
    told = asked(client, row, inside)
    assert (told["member"], told["holds"], told["cause"], told["explained"]) == (True, True, "listed", None)
    told = asked(client, row, outside)
    assert (told["member"], told["holds"], told["explained"]) == (False, False, None)


def test_a_run_under_way_changes_nothing_and_a_broken_condition_is_told(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row, client = segment(cast.corp), api.client(cast.corp)
    requesting.refresh(segment=row, by=BY["by"])
    assert asked(client, row, one)["member"]
    Segment.objects.filter(pk=row.pk).update(condition={"version": 1, "where": {"field": "shoeSize", "op": "set"}})
    assert asked(client, row, one, 422)["code"] == "condition_invalid"


def test_foreign_ones_are_not_there_and_parameters_are_not_taken(cast: Cast) -> None:
    (mine,), (theirs,) = people(cast.corp, "北京"), people(cast.other_corp, "北京")
    row, foreign = segment(cast.corp, of_city("北京")), segment(cast.other_corp)
    client = api.client(cast.corp)
    asked(client, row, theirs, 404)
    asked(client, foreign, mine, 404)
    assert client.get(f"/api/v1/segments/{row.pk}/customers/{mine.pk}?x=1").status_code == 400
