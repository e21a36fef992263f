"""What a creation, a change and a deletion do, and what they refuse, asked of the rules and through the door."""

import datetime as dt
from typing import Any

import pytest
from django.db import transaction

from core.errors import RuleViolation
from corps.actors import SYSTEM
from customers import finding, lifecycle, relations
from customers.models import Customer, CustomerGram, FollowRelation, RelationEpisode
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"
NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)


def told(customer: Customer) -> list[tuple[str, int]]:
    events = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=customer.pk).order_by("id")
    return [(e.name.removeprefix("customer."), e.aggregate_version) for e in events]


def change(customer: Customer, **fields: Any) -> Customer:
    return lifecycle.update(customer=Customer(pk=customer.pk), by=SYSTEM, source="api", **fields)


def refuse(code: str, act: Any, **arguments: Any) -> None:
    """The act is refused with this code; no row and no event comes of it."""
    before = [list(t.objects.order_by("pk").values()) for t in (Customer, FollowRelation, CustomerGram, OutboxEvent)]
    with pytest.raises(RuleViolation) as refusal:
        act(by=SYSTEM, source="api", **arguments)
    assert refusal.value.code == code
    after = [list(t.objects.order_by("pk").values()) for t in (Customer, FollowRelation, CustomerGram, OutboxEvent)]
    assert after == before


class TestIds:
    @pytest.mark.parametrize("ident", ["wm ", " wm", "w m", "wm\n", "\twm", "wm\u3000", "wm\u00a0", "w\x07m", " "])
    def test_an_id_with_white_space_is_refused_by_the_rule_and_at_the_door(self, cast: Cast, ident: str) -> None:
        refuse("external_userid_invalid", lifecycle.create, corp_id=cast.corp.pk, external_userid=ident)
        answer = api.client(cast.corp).post(URL, {"externalUserid": ident})
        assert answer.status_code in (400, 422)
        assert [e["field"] for e in answer.json()["errors"]] == ["externalUserid"]
        assert not Customer.objects.exists()

    def test_an_empty_id_is_none(self, cast: Cast) -> None:
        refuse("external_userid_invalid", lifecycle.create, corp_id=cast.corp.pk, external_userid="")

    @pytest.mark.parametrize("ident", ["wm-_.@1", "客户一号", "é", "x" * 100, "😀"])
    def test_any_other_word_is_an_id_and_comes_back_as_it_was(self, cast: Cast, ident: str) -> None:
        answer = api.client(cast.corp).post(URL, {"externalUserid": ident})
        assert (answer.status_code, answer.json()["externalUserid"]) == (201, ident)
        assert Customer.objects.get().external_userid == ident

    def test_the_same_id_in_two_companies_is_two_customers(self, cast: Cast) -> None:
        rows = [make.customer(corp, external_userid="wmSame") for corp in (cast.corp, cast.other_corp)]
        assert len({row.pk for row in rows}) == 2


class TestStatus:
    def test_deleting_is_not_done_by_the_status(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        refuse("status_deleted", lifecycle.update, customer=Customer(pk=customer.pk), status=0, name="新名")
        refuse("status_deleted", lifecycle.create, corp_id=cast.corp.pk, external_userid="wmGone", status=0)

    def test_a_customer_is_lost_and_normal_again_by_the_status(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        assert [change(customer, status=status).status for status in (2, 2, 1)] == [2, 2, 1]
        assert told(customer) == [("created", 1), ("updated", 2), ("updated", 3)]

    def test_a_deleted_one_is_revived_as_lost_or_normal_by_a_change_or_by_coming_again(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, name="原名", city="深圳")
        lifecycle.delete(customer=Customer(pk=customer.pk), by=SYSTEM, source="api")
        assert change(customer, status=2).status == 2
        lifecycle.delete(customer=Customer(pk=customer.pk), by=SYSTEM, source="api")
        again = lifecycle.create(
            corp_id=cast.corp.pk, external_userid=customer.external_userid, by=SYSTEM, source="api", name="新名"
        )
        # What the new beginning doesn't name stays as it was.
        assert (again.pk, again.status, again.name, again.city, again.version) == (customer.pk, 1, "新名", "深圳", 5)
        assert [name for name, _version in told(customer)] == ["created", "deleted", "updated", "deleted", "updated"]

    def test_a_deletion_keeps_relations_tags_and_what_the_search_knows(self, cast: Cast) -> None:
        customer = make.tagged(make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp)))
        grams = CustomerGram.objects.count()
        lifecycle.delete(customer=Customer(pk=customer.pk), by=SYSTEM, source="api")
        assert (customer.relations.count(), customer.tag_rows.count(), CustomerGram.objects.count()) == (1, 1, grams)
        found = api.client(cast.corp).get(URL, {"keyword": customer.name}).json()
        assert found["list"] == []

    def test_a_deletion_of_a_version_that_has_passed_is_refused(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        refuse("version_passed", lifecycle.delete, customer=Customer(pk=customer.pk), if_version=2)


class TestFollower:
    def test_the_main_follower_may_be_taken_away_and_the_relation_goes_on(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        answer = api.client(cast.corp).patch(f"{URL}/{customer.pk}", {"followUserId": None})
        assert (answer.status_code, answer.json()["followUserId"]) == (200, None)
        assert list(customer.relations.values_list("employee_id", "status")) == [(cast.owner.pk, 1)]
        assert finding.one(customer.pk, cast.actor("owner")).follow_user_id is None
        data = OutboxEvent.objects.latest("id").payload["data"]
        assert (data["changed"], data["followUserId"]) == (["followUserId"], None)

    def test_a_new_follower_begins_with_the_time_of_adding_and_sees_the_customer(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner, add_time=NOON)
        change(customer, follow_user_id=cast.colleague.pk)
        assert set(customer.relations.values_list("employee_id", "add_time")) == {
            (cast.owner.pk, NOON),
            (cast.colleague.pk, NOON),
        }
        for who in ("owner", "colleague"):
            assert finding.one(customer.pk, cast.actor(who)).pk == customer.pk

    def test_a_relation_opened_again_keeps_its_remark_and_its_beginning(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner, add_time=NOON)
        customer.relations.update(remark="老客户", status=3, ended_at=NOON, add_way=16)
        change(customer, follow_user_id=None)
        change(customer, follow_user_id=cast.owner.pk, add_time=NOON + dt.timedelta(days=1))
        row = customer.relations.get()
        assert (row.status, row.ended_at, row.remark, row.add_way, row.add_time) == (1, None, "老客户", 16, NOON)

    @pytest.mark.parametrize("whose", ["nobody", "stranger"])
    def test_a_follower_of_another_company_or_none_at_all_is_unknown(self, cast: Cast, whose: str) -> None:
        customer, who = make.customer(cast.corp, cast.owner), {"nobody": 10**12, "stranger": cast.stranger.pk}[whose]
        refuse("employee_unknown", lifecycle.update, customer=Customer(pk=customer.pk), follow_user_id=who)
        refuse("employee_unknown", lifecycle.create, corp_id=cast.corp.pk, external_userid="wmNew", follow_user_id=who)

    def test_the_relation_a_customer_begins_with_is_the_one_it_would_be_given_later(self, cast: Cast) -> None:
        born = make.customer(cast.corp, cast.owner, add_time=NOON)
        later = make.customer(cast.corp, add_time=NOON)
        change(later, follow_user_id=cast.owner.pk)
        for kind in (FollowRelation, RelationEpisode):
            one, two = (kind.objects.filter(customer=c).values().get() for c in (born, later))
            own = {"id", "customer_id", "create_time", "update_time"}
            assert {k: v for k, v in one.items() if k not in own} == {k: v for k, v in two.items() if k not in own}

    def test_one_who_begins_without_a_time_of_adding_is_followed_from_now(self, cast: Cast) -> None:
        relation = FollowRelation.objects.get(customer=make.customer(cast.corp, cast.owner, add_time=None))
        stay = RelationEpisode.objects.get(customer=relation.customer)
        assert relation.add_time == relation.create_time == stay.began_at

    def test_who_is_there_already_is_told_before_a_follower_who_is_not(self, cast: Cast) -> None:
        taken = make.customer(cast.corp).external_userid
        refuse("customer_exists", lifecycle.create, corp_id=cast.corp.pk, external_userid=taken, follow_user_id=10**12)

    def test_opening_what_is_open_changes_nothing(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        before = list(customer.relations.values())
        relations.open_main(customer)
        assert list(customer.relations.values()) == before


class TestChanges:
    @pytest.mark.parametrize(
        ("field", "wire", "value"),
        [
            ("name", "name", "新名"),
            ("avatar", "avatar", "https://wx.qlogo.cn/1"),
            ("type", "type", 2),
            ("gender", "gender", 2),
            ("unionid", "unionid", "oUnion"),
            ("mobile", "mobile", "13800138000"),
            ("province", "province", "广东"),
            ("city", "city", "深圳"),
            ("add_time", "addTime", NOON),
            ("channel", "channel", "名片"),
            ("status", "status", 2),
            ("blacklisted", "blacklisted", True),
        ],
    )
    def test_each_field_is_changed_told_by_its_wire_name_and_only_once(
        self, cast: Cast, field: str, wire: str, value: Any
    ) -> None:
        customer = make.customer(cast.corp, add_time=None)
        assert set(lifecycle.WRITABLE) >= {field}
        for _time in range(2):
            change(customer, **{field: value})
        row = Customer.objects.get()
        assert (getattr(row, field), row.version) == (value, 2)
        assert row.update_time > customer.update_time
        event = OutboxEvent.objects.latest("id")
        assert (event.payload["data"]["changed"], event.aggregate_version) == ([wire], 2)
        assert not isinstance(value, str) or value not in str(event.payload)

    def test_nothing_but_the_named_fields_is_written(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, city="深圳")
        Customer.objects.filter(pk=customer.pk).update(province="广东")
        change(customer, name="新名")
        row = Customer.objects.get()
        assert (row.province, row.city, row.name) == ("广东", "深圳", "新名")

    def test_a_time_in_any_zone_is_one_instant_and_no_change_the_second_time(self, cast: Cast) -> None:
        client = api.client(cast.corp)
        customer = make.customer(cast.corp, add_time=None)
        for written in ("2026-05-01T12:00:00Z", "2026-05-01T20:00:00+08:00", "2026-05-01T12:00:00"):
            answer = client.patch(f"{URL}/{customer.pk}", {"addTime": written}).json()
            assert (answer["addTime"], answer["version"]) == ("2026-05-01T12:00:00Z", 2)

    def test_a_reading_sent_back_is_no_change_whatever_fractions_came_in(self, cast: Cast) -> None:
        client = api.client(cast.corp)
        made = client.post(URL, {"externalUserid": "wmExact", "addTime": "2026-05-01T12:00:00.987654Z"}).json()
        assert Customer.objects.get().add_time == NOON
        facts = {k: v for k, v in made.items() if k in set(lifecycle.WRITABLE.values())}
        for method in (client.patch, client.put):
            assert method(f"{URL}/{made['id']}", facts).json() == made
        assert OutboxEvent.objects.count() == 1

    @pytest.mark.parametrize("written", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-01", ""])
    def test_a_time_that_no_calendar_has_is_400(self, cast: Cast, written: str) -> None:
        customer = make.customer(cast.corp)
        answer = api.client(cast.corp).patch(f"{URL}/{customer.pk}", {"addTime": written})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "addTime")

    @pytest.mark.parametrize("field", ["type", "status", "blacklisted"])
    def test_what_always_has_a_value_is_never_emptied(self, cast: Cast, field: str) -> None:
        customer = make.customer(cast.corp)
        answer = api.client(cast.corp).patch(f"{URL}/{customer.pk}", {field: None})
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "null")
        assert told(customer) == [("created", 1)]

    @pytest.mark.parametrize(("field", "length"), [("name", 100), ("channel", 50), ("mobile", 20), ("unionid", 100)])
    def test_the_longest_text_of_the_widest_characters_fits_and_one_more_is_400(
        self, cast: Cast, field: str, length: int
    ) -> None:
        client, customer = api.client(cast.corp), make.customer(cast.corp)
        answer = client.patch(f"{URL}/{customer.pk}", {field: "😀" * length})
        assert (answer.status_code, answer.json()[field]) == (200, "😀" * length)
        assert client.patch(f"{URL}/{customer.pk}", {field: "x" * (length + 1)}).status_code == 400
        assert getattr(Customer.objects.get(), field) == "😀" * length

    @pytest.mark.parametrize("field", ["externalUserid", "name", "channel", "city"])
    def test_a_zero_byte_is_400_and_never_reaches_the_database(self, cast: Cast, field: str) -> None:
        answer = api.client(cast.corp).post(URL, {"externalUserid": "wm", field: "a\x00b"})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)
        assert not Customer.objects.exists()

    def test_an_unknown_time_of_adding_may_be_learned_and_forgotten(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, add_time=None)
        assert [change(customer, add_time=t).add_time for t in (NOON, None)] == [NOON, None]

    @pytest.mark.parametrize("ident", [1, 2**31, 2**63 - 1])
    def test_a_customer_that_is_not_there_is_not_found_by_either_finder(self, cast: Cast, ident: int) -> None:
        for find in (finding.one, finding.locked):
            with pytest.raises(RuleViolation, match="not_found"), transaction.atomic():
                find(ident, make.service(cast.corp))
