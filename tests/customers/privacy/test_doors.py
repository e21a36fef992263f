"""The doors to numbers, persons and erasures: hostile bodies, foreign and impossible ids, and who may not."""

from typing import Any

import pytest

from corps.choices import Masking
from customers.models import AccessRecord, Customer, FollowRelation, Tombstone, TransferItem
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy.people import MOBILE, NOTED, UNIONID, URL, choose, client, numbered
from tests.doors import UNREADABLE, refused

DOORS = ["unmask", "person", "erase"]


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return numbered(cast)


def body(door: str, customer: Customer) -> dict[str, Any]:
    more: dict[str, dict[str, Any]] = {
        "unmask": {"field": "mobile"},
        "person": {},
        "erase": {"externalUserid": customer.external_userid},
    }
    return {"reason": "客户要求"} | more[door]


def everything() -> list[list[Any]]:
    tables = (Customer, FollowRelation, AccessRecord, Tombstone, OutboxEvent)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("raw", "kind", "status", "code"), UNREADABLE)
def test_what_can_not_be_read_is_refused_and_changes_nothing(
    cast: Cast, customer: Customer, door: str, raw: bytes, kind: str, status: int, code: str
) -> None:
    before = everything()
    answer = client(cast, "admin").generic("POST", f"{URL}/{customer.pk}/{door}", raw, content_type=kind)
    refused(answer, status, code)
    assert everything() == before


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("ident", ["0", str(2**63), "9" * 40])
def test_a_customer_who_can_not_be_is_not_there(cast: Cast, customer: Customer, door: str, ident: str) -> None:
    before = everything()
    answer = client(cast, "admin").post(f"{URL}/{ident}/{door}", body(door, customer), format="json")
    refused(answer, 404, "not_found")
    assert everything() == before


@pytest.mark.parametrize("door", DOORS)
def test_a_customer_of_another_company_is_not_there(cast: Cast, customer: Customer, door: str) -> None:
    before = everything()
    answer = client(cast, "stranger").post(f"{URL}/{customer.pk}/{door}", body(door, customer), format="json")
    refused(answer, 404, "not_found")
    assert everything() == before


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("reason", ["", "   ", None, 7, ["r"], "字" * 201])
def test_without_a_reason_that_can_be_kept_nothing_happens(
    cast: Cast, customer: Customer, door: str, reason: Any
) -> None:
    before = everything()
    asked = body(door, customer) | {"reason": reason}
    answer = client(cast, "admin").post(f"{URL}/{customer.pk}/{door}", asked, format="json")
    assert answer.status_code == 400 or (reason == 7 and answer.status_code in (200, 204))
    if answer.status_code == 400:
        assert [error["field"] for error in answer.json()["errors"]] == ["reason"]
        assert everything() == before


@pytest.mark.parametrize("door", DOORS)
def test_a_field_that_is_not_named_is_refused(cast: Cast, customer: Customer, door: str) -> None:
    before = everything()
    asked = body(door, customer) | {"by": "somebody"}
    answer = client(cast, "admin").post(f"{URL}/{customer.pk}/{door}", asked, format="json")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "by")
    assert everything() == before


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_they_are_only_posted_to(cast: Cast, customer: Customer, door: str, method: str) -> None:
    before = everything()
    answer = getattr(client(cast, "admin"), method)(f"{URL}/{customer.pk}/{door}")
    assert answer.status_code in (403, 405)
    assert everything() == before


@pytest.mark.parametrize("door", ["person", "erase"])
def test_no_scope_of_a_service_takes_along_or_erases(cast: Cast, customer: Customer, door: str) -> None:
    before = everything()
    answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/{door}", body(door, customer), format="json")
    refused(answer, 403, "permission_denied")
    assert everything() == before


@pytest.mark.parametrize("door", DOORS)
def test_nobody_unknown_gets_in(cast: Cast, customer: Customer, door: str) -> None:
    before = everything()
    answer = api.client(cast.corp, **{"X-Api-Key": "0" * 12 + "." + "x" * 43}).post(
        f"{URL}/{customer.pk}/{door}", body(door, customer), format="json"
    )
    refused(answer, 401, "invalid_credentials")
    assert everything() == before


def test_erasing_again_is_refused_since_the_name_is_another_one(cast: Cast, customer: Customer) -> None:
    seen, asked = client(cast, "admin"), body("erase", customer)
    assert seen.post(f"{URL}/{customer.pk}/erase", asked, format="json").status_code == 204
    before = everything()
    refused(seen.post(f"{URL}/{customer.pk}/erase", asked, format="json"), 422, "another_person")
    assert everything() == before


def test_who_was_erased_is_read_as_deleted_and_empty(cast: Cast, customer: Customer) -> None:
    seen = client(cast, "admin")
    seen.post(f"{URL}/{customer.pk}/erase", body("erase", customer), format="json")
    detail = seen.get(f"{URL}/{customer.pk}").json()
    assert (detail["status"], detail["name"], detail["mobile"], detail["unionid"]) == (0, None, None, None)
    assert [(f["remark"], f["remarkMobiles"], f["status"]) for f in detail["follows"]] == [("", [], 2)]
    assert seen.post(f"{URL}/{customer.pk}/unmask", body("unmask", customer), format="json").json()["value"] is None


class TestConsole:
    """What nobody may read on a page, whoever looks and whatever the company chose."""

    PAGES = ["change", "history"]

    @pytest.mark.parametrize("chosen", [Masking.OTHERS, Masking.PEOPLE, Masking.ALL])
    @pytest.mark.parametrize("kind", PAGES)
    def test_no_page_of_the_customer_shows_a_manager_a_number(
        self, cast: Cast, customer: Customer, chosen: Masking, kind: str
    ) -> None:
        choose(cast, chosen)
        answer = entered(cast.users["manager"]).get(page(customer, kind))
        assert answer.status_code == 200
        shown = answer.content.decode()
        assert not [number for number in (MOBILE, UNIONID, NOTED) if number in shown]

    def test_no_list_shows_one(self, cast: Cast, customer: Customer) -> None:
        make.transfer(customer, cast.owner, cast.colleague)
        seen = entered(cast.users["manager"])
        for model in (Customer, TransferItem):
            shown = seen.get(page(model, "changelist")).content.decode()
            assert not [number for number in (MOBILE, UNIONID, NOTED) if number in shown]

    def test_what_a_transfer_carried_over_is_starred_for_everybody(self, cast: Cast, customer: Customer) -> None:
        item = make.transfer(customer, cast.owner, cast.colleague).items.get()
        type(item).objects.filter(pk=item.pk).update(snapshot={"remark": "老张", "remark_mobiles": [NOTED]})
        shown = entered(cast.users["admin"]).get(page(item, "change")).content.decode()
        assert "老张" in shown
        assert "139****4321" in shown
        assert NOTED not in shown

    def test_what_is_posted_for_a_starred_field_is_not_taken(self, cast: Cast, customer: Customer) -> None:
        seen = entered(cast.users["manager"])
        form = seen.get(page(customer, "change")).context["adminform"].form
        assert "mobile" not in form.fields
        seen.post(page(customer, "change"), {"name": "李四", "mobile": "138****5678", "unionid": ""})
        row = Customer.objects.get(pk=customer.pk)
        assert (row.mobile, row.unionid) == (MOBILE, UNIONID)

    @pytest.mark.parametrize("act", ["unmask", "person", "erase", "accesses"])
    def test_a_customer_of_another_company_is_not_there(self, cast: Cast, customer: Customer, act: str) -> None:
        before = everything()
        url = page(customer, "change").replace("/change/", f"/{act}/")
        for method in ("get", "post"):
            answer = getattr(entered(cast.users["stranger"]), method)(url)
            assert answer.status_code == 302
        assert everything() == before

    def test_an_administrator_sees_the_number_without_asking(self, cast: Cast, customer: Customer) -> None:
        shown = entered(cast.users["admin"]).get(page(customer, "change")).content.decode()
        assert MOBILE in shown
        assert not AccessRecord.objects.filter(kind="unmask").exists()
