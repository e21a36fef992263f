"""What an employee notes of a customer: the rule, and its doors."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from core.errors import RuleViolation
from corps.actors import SYSTEM
from corps.models import Corp
from customers import lifecycle, remarks
from customers.choices import RelationStatus
from customers.models import Customer, CustomerGram, FollowRelation
from messaging.models import Command, OutboxEvent
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三")


def url(customer: Customer, employee: Any) -> str:
    return f"{URL}/{customer.pk}/follows/{employee.pk}"


def note(customer: Customer, employee: Any, **fields: Any) -> FollowRelation:
    row = Customer.objects.get(pk=customer.pk)
    return remarks.change_remark(customer=row, employee_id=employee.pk, by=SYSTEM, source="api", **fields)


def everything() -> list[list[Any]]:
    return [
        list(t.objects.order_by("pk").values()) for t in (Customer, FollowRelation, CustomerGram, OutboxEvent, Command)
    ]


def refused(code: str, customer: Customer, employee: Any) -> None:
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        note(customer, employee, remark="x")
    assert refusal.value.code == code
    assert everything() == before


class TestRule:
    def test_what_is_noted_is_stored_told_and_found(self, cast: Cast, customer: Customer) -> None:
        note(customer, cast.owner, remark="展会老张", remark_mobiles=["13812345678"])
        relation = customer.relations.get()
        assert (relation.remark, relation.remark_mobiles) == ("展会老张", ["13812345678"])
        event = OutboxEvent.objects.latest("id")
        assert (event.name, event.aggregate_version) == ("customer.relation.updated", 2)
        told = {"customerId": customer.pk, "employeeId": cast.owner.pk, "changed": ["remark", "remarkMobiles"]}
        assert event.payload["data"] == told
        for word in ("会老", "1234567", "张三"):
            found = api.client(cast.corp).get(URL, {"keyword": word}).json()["list"]
            assert [row["id"] for row in found] == [customer.pk], word

    def test_what_is_noted_no_more_is_not_found_any_more(self, cast: Cast, customer: Customer) -> None:
        note(customer, cast.owner, remark="展会")
        note(customer, cast.owner, remark="")
        assert api.client(cast.corp).get(URL, {"keyword": "展会"}).json()["list"] == []

    def test_a_repeat_changes_and_tells_nothing(self, cast: Cast, customer: Customer) -> None:
        note(customer, cast.owner, remark="展会", description="d")
        before = everything()
        note(customer, cast.owner, remark="展会", description="d")
        assert everything() == before

    def test_a_new_name_keeps_what_was_noted_findable(self, cast: Cast, customer: Customer) -> None:
        note(customer, cast.owner, remark_mobiles=["13812345678"])
        row = Customer.objects.get(pk=customer.pk)
        lifecycle.update(customer=row, name="李四", by=SYSTEM, source="api")
        assert len(api.client(cast.corp).get(URL, {"keyword": "12345"}).json()["list"]) == 1

    def test_one_who_never_followed_notes_nothing(self, cast: Cast, customer: Customer) -> None:
        refused("not_a_follower", customer, cast.colleague)
        refused("not_a_follower", customer, cast.stranger)

    @pytest.mark.parametrize("status", [RelationStatus.ENDED_BY_EMPLOYEE, RelationStatus.ENDED_BY_TRANSFER])
    def test_nor_does_one_who_has_ended_it(self, cast: Cast, customer: Customer, status: int) -> None:
        customer.relations.update(status=status)
        refused("relation_ended", customer, cast.owner)

    def test_a_customer_who_left_can_still_be_noted_down(self, cast: Cast, customer: Customer) -> None:
        customer.relations.update(status=RelationStatus.ENDED_BY_CUSTOMER)
        assert note(customer, cast.owner, remark="走了").remark == "走了"

    def test_a_deleted_customer_is_not_noted_down(self, cast: Cast, customer: Customer) -> None:
        lifecycle.delete(customer=Customer.objects.get(pk=customer.pk), by=SYSTEM, source="api")
        refused("customer_deleted", customer, cast.owner)

    def test_a_mirrored_company_wants_each_changed_field_there(self, cast: Cast, customer: Customer) -> None:
        Corp.objects.filter(pk=cast.corp.pk).update(mirrored=True)
        note(customer, cast.owner, remark="a", description="b")
        wanted = {(c.kind, c.lane, c.key, c.subject["field"]) for c in Command.objects.all()}
        stem = f"remark:{customer.pk}:{cast.owner.pk}"
        lane = f"customer:{customer.pk}"
        assert wanted == {("customer.remark", lane, f"{stem}:{f}", f) for f in ("remark", "description")}


class TestDoors:
    def test_the_list_shows_each_follower_with_episodes_and_tags(self, cast: Cast, customer: Customer) -> None:
        tag = make.tag(make.group(cast.corp))
        make.tagged(customer, tag)
        make.relation(customer, cast.colleague)
        (mine, other) = api.client(cast.corp).get(f"{URL}/{customer.pk}/follows").json()["list"]
        assert (mine["employeeId"], mine["userid"], mine["tagIds"]) == (cast.owner.pk, cast.owner.userid, [tag.pk])
        assert [(e["beganAt"], e["endedAt"], e["noticed"]) for e in mine["episodes"]] == [
            (mine["addTime"], None, False)
        ]
        assert (other["employeeId"], other["tagIds"], other["episodes"]) == (cast.colleague.pk, [], [])

    def test_detail_and_list_show_who_follows(self, cast: Cast, customer: Customer) -> None:
        make.tagged(customer, make.tag(make.group(cast.corp)))
        client = api.client(cast.corp)
        (listed,) = client.get(URL, {"include": "customFields"}).json()["list"]
        detail = client.get(f"{URL}/{customer.pk}").json()
        assert listed == detail
        (follow,) = detail["follows"]
        assert follow | {"employeeId": 0, "userid": "", "addTime": "", "tagIds": []} == {
            "employeeId": 0,
            "userid": "",
            "remark": "",
            "description": "",
            "remarkCorpName": "",
            "remarkMobiles": [],
            "addTime": "",
            "addWay": None,
            "state": "",
            "status": 1,
            "endedAt": None,
            "tagIds": [],
            "customFields": {},
        }

    def test_a_change_answers_the_follower_and_the_version(self, cast: Cast, customer: Customer) -> None:
        client = api.client(cast.corp)
        client.get(f"{URL}/{customer.pk}")
        body = {"remark": "展会", "remarkCorpName": "海公司", "remarkMobiles": ["138 0000"], "description": ""}
        answer = client.patch(url(customer, cast.owner), body)
        told = answer.json()
        assert (answer.status_code, answer["ETag"], told["remark"]) == (200, '"2"', "展会")
        assert (told["remarkCorpName"], told["remarkMobiles"]) == ("海公司", ["138 0000"])
        assert client.get(f"{URL}/{customer.pk}").json()["follows"][0]["remark"] == "展会"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"remark": "长" * 21}, "remark"),
            ({"description": "长" * 151}, "description"),
            ({"remarkCorpName": "长" * 21}, "remarkCorpName"),
            ({"remarkMobiles": ["call me"]}, "remarkMobiles"),
            ({"remarkMobiles": ["1"] * 11}, "remarkMobiles"),
            ({"remarkMobiles": [""]}, "remarkMobiles"),
            ({"remark": None}, "remark"),
            ({"state": "x"}, "state"),
        ],
    )
    def test_what_wecom_would_not_take_is_refused(
        self, cast: Cast, customer: Customer, body: dict[str, Any], field: str
    ) -> None:
        before = everything()
        answer = api.client(cast.corp).patch(url(customer, cast.owner), body)
        assert (answer.status_code, everything()) == (400, before)
        assert answer.json()["errors"][0]["field"].startswith(field)

    def test_as_long_as_wecom_takes_it_is_taken(self, cast: Cast, customer: Customer) -> None:
        body = {"remark": "长" * 20, "description": "长" * 150, "remarkCorpName": "长" * 20}
        assert api.client(cast.corp).patch(url(customer, cast.owner), body).status_code == 200

    @pytest.mark.parametrize(("who", "status"), [("owner", 200), ("manager", 200), ("admin", 200), ("colleague", 403)])
    def test_staff_note_for_themselves_and_managers_for_their_people(
        self, cast: Cast, customer: Customer, who: str, status: int
    ) -> None:
        make.relation(customer, cast.colleague)
        client = APIClient()
        client.force_authenticate(user=cast.actor(who))
        assert client.patch(url(customer, cast.owner), {"remark": "r"}).status_code == status

    def test_a_follower_that_is_not_there_is_named_and_a_foreign_customer_is_not_there(
        self, cast: Cast, customer: Customer
    ) -> None:
        client = api.client(cast.corp)
        assert client.patch(url(customer, cast.colleague), {"remark": "r"}).json()["code"] == "not_a_follower"
        stranger = api.client(cast.other_corp)
        assert stranger.patch(url(customer, cast.owner), {"remark": "r"}).status_code == 404
        assert stranger.get(f"{URL}/{customer.pk}/follows").status_code == 404
