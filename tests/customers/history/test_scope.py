"""Whose history whom is shown: owner, colleague, manager, another company; of a person, all records or one."""

from typing import Any

import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from corps.actors import SYSTEM
from corps.choices import Masking
from customers import lifecycle, merging, remarks
from customers.models import Customer, ValueChange
from customers.privacy import exporting, retention
from customers.privacy.erasing import erase
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered
from tests.customers.history.test_forgetting import grown_old
from tests.doors import is_chinese, refused

AS: Any = {"by": SYSTEM, "source": "operator"}
WHO = ("owner", "colleague", "manager", "admin", "stranger")
ONE, TWO = "13800000001", "13900000002"


def asked(cast: Cast, name: str, customer: Customer, query: str = "", language: str = "en") -> Any:
    client = APIClient(headers={"Accept-Language": language})
    client.force_authenticate(cast.actor(name))
    return client.get(f"/api/v1/customers/{customer.pk}/history{query}")


def statuses(cast: Cast, customer: Customer) -> dict[str, int]:
    return {name: asked(cast, name, customer).status_code for name in WHO}


@pytest.fixture
def pair(cast: Cast) -> tuple[Customer, Customer]:
    """The owner's and the colleague's, each of whom has got a number."""
    rows = make.customer(cast.corp, cast.owner, name="甲"), make.customer(cast.corp, cast.colleague, name="乙")
    for row, number in zip(rows, (ONE, TWO), strict=True):
        lifecycle.update(customer=row, mobile=number, **AS)
    return rows


class TestApi:
    def test_who_sees_the_customer_sees_the_history_and_nobody_else_does(
        self, cast: Cast, pair: tuple[Customer, Customer]
    ) -> None:
        seen = {"owner": 200, "colleague": 404, "manager": 200, "admin": 200, "stranger": 404}
        assert statuses(cast, pair[0]) == seen
        assert statuses(cast, pair[1]) == seen | {"owner": 404, "colleague": 200}
        body = refused(asked(cast, "colleague", pair[0]), 404, "not_found")
        assert ONE not in str(body)

    def test_of_a_person_whoever_follows_one_record_sees_all_until_they_are_parted(
        self, cast: Cast, pair: tuple[Customer, Customer]
    ) -> None:
        kept, other = pair
        row = make.merge(*pair)
        for name in ("owner", "colleague", "manager", "admin"):
            told = asked(cast, name, kept).json()
            assert {change["customerId"] for change in told["list"]} == {kept.pk, other.pk}, name
        assert asked(cast, "stranger", kept).status_code == 404
        merging.undo(merge=row, **AS)
        assert asked(cast, "colleague", kept).status_code == 404
        assert {change["customerId"] for change in asked(cast, "owner", kept).json()["list"]} == {kept.pk}

    def test_the_merged_record_shows_its_own_alone(self, cast: Cast, pair: tuple[Customer, Customer]) -> None:
        kept, other = pair
        make.merge(kept, other)
        told = asked(cast, "colleague", other).json()
        assert [(one["customerId"], one["field"]) for one in told["list"]] == [
            (other.pk, "status"),
            (other.pk, "mobile"),
        ]
        assert [record["customerId"] for record in told["records"]] == [other.pk]

    def test_numbers_are_starred_out_by_record_as_the_reader_follows_it(
        self, cast: Cast, pair: tuple[Customer, Customer]
    ) -> None:
        cast.corp.masking = Masking.OTHERS
        cast.corp.save()
        kept, _other = pair
        make.merge(*pair)
        mine, his = asked(cast, "owner", kept).content.decode(), asked(cast, "colleague", kept).content.decode()
        assert ONE in mine
        assert "139****0002" in mine
        assert TWO not in mine
        assert TWO in his
        assert "138****0001" in his
        assert ONE not in his

    def test_a_page_narrowed_to_a_value_or_an_employee_goes_through_all_records(
        self, cast: Cast, pair: tuple[Customer, Customer]
    ) -> None:
        kept, other = pair
        for row, employee in ((kept, cast.owner), (other, cast.colleague)):
            remarks.change_remark(customer=row, employee_id=employee.pk, remark=employee.name, **AS)
        make.merge(*pair)
        told = asked(cast, "admin", kept, "?field=mobile").json()["list"]
        assert [one["customerId"] for one in told] == [other.pk, kept.pk]
        told = asked(cast, "admin", kept, f"?employeeId={cast.colleague.pk}").json()["list"]
        assert [(one["customerId"], one["field"], one["after"]) for one in told] == [
            (other.pk, "remark", cast.colleague.name)
        ]
        assert asked(cast, "admin", kept, f"?employeeId={cast.stranger.pk}").json()["list"] == []

    def test_a_value_that_has_no_history_is_refused_in_the_readers_language(
        self, cast: Cast, pair: tuple[Customer, Customer]
    ) -> None:
        for language in ("en", "zh-hans"):
            body = refused(asked(cast, "owner", pair[0], "?field=version", language), 400, "invalid_parameter")
            assert body["errors"][0]["field"] == "field"
            assert is_chinese(body["message"]) is (language == "zh-hans")
        # A bad question tells nothing of whether there is such a customer.
        assert asked(cast, "stranger", pair[0], "?field=version").status_code == 400

    @pytest.mark.parametrize("query", ["?field=search_text", "?employeeId=x", f"?before={2**63}", "?before=-1"])
    def test_a_bad_question_is_refused_and_one_at_the_bound_is_not(
        self, cast: Cast, pair: tuple[Customer, Customer], query: str
    ) -> None:
        assert asked(cast, "owner", pair[0], query).status_code == 400
        assert asked(cast, "owner", pair[0], f"?before={2**63 - 1}").json()["list"]
        assert asked(cast, "owner", pair[0], "?before=1").json()["list"] == []

    def test_it_is_only_read_and_only_with_the_scope(self, cast: Cast, pair: tuple[Customer, Customer]) -> None:
        url = f"/api/v1/customers/{pair[0].pk}/history"
        before = list(ValueChange.objects.values())
        caller = api.client(cast.corp)
        for method in ("post", "put", "patch", "delete"):
            assert getattr(caller, method)(url, {}, format="json").status_code == 405
        assert api.client(cast.corp, "tags").get(url).status_code == 403
        assert APIClient().get(url).status_code in (401, 403)
        assert list(ValueChange.objects.values()) == before


def test_the_page_and_the_tab_are_for_those_who_see_the_customer(cast: Cast, pair: tuple[Customer, Customer]) -> None:
    for name in ("admin:customers_customer_values", "admin:customers_customer_tab_value_changes"):
        address = reverse(name, args=[pair[0].pk])
        for who in ("owner", "manager"):
            assert "138" in entered(cast.users[who]).get(address).content.decode(), (name, who)
        for who in ("colleague", "stranger"):
            answer = entered(cast.users[who]).get(address)
            assert answer.status_code in (302, 403, 404), (name, who)
            assert "0001" not in answer.content.decode()


class TestPrivacy:
    def test_an_erased_record_takes_its_history_and_the_other_of_the_person_keeps_its_own(
        self, cast: Cast, pair: tuple[Customer, Customer]
    ) -> None:
        kept, other = pair
        make.merge(*pair)
        admin = cast.actor("admin")
        erase(customer=Customer.objects.get(pk=other.pk), reason="asked", by=admin, source="operator")
        assert not ValueChange.objects.filter(customer=other).exists()
        text = asked(cast, "admin", kept).content.decode()
        assert (ONE in text, TWO in text) == (True, False)

    def test_an_export_of_one_has_no_value_of_another(self, cast: Cast, pair: tuple[Customer, Customer]) -> None:
        told = exporting.export(customer=pair[0], reason="asked", by=cast.actor("admin"), source="operator")
        rows = told["tables"]["value_change"]
        assert [(row["field"], row["after"]) for row in rows] == [("mobile", ONE)]
        assert TWO not in str(told)

    def test_days_are_each_companys_own(self, cast: Cast, pair: tuple[Customer, Customer]) -> None:
        far = make.customer(cast.other_corp, cast.stranger)
        lifecycle.update(customer=far, mobile=ONE, **AS)
        for row in (*pair, far):
            grown_old(row, 400)
        corp = retention.choose(corp=cast.corp, masking=cast.corp.masking, retention={"value_change": 365})
        assert retention.prune(corp=cast.other_corp) == 0
        assert retention.due(corp)["value_change"] == (2, True)
        assert retention.prune(corp=corp) == 2
        assert list(ValueChange.objects.values_list("customer_id", flat=True)) == [far.pk]
        assert Customer.objects.get(pk=far.pk).created_source is not None
        assert {record["whole"] for record in asked(cast, "owner", pair[0]).json()["records"]} == {False}

    def test_the_day_itself_is_still_kept(self, cast: Cast, pair: tuple[Customer, Customer]) -> None:
        corp = retention.choose(corp=cast.corp, masking=cast.corp.masking, retention={"value_change": 365})
        grown_old(pair[0], 364)
        grown_old(pair[1], 366)
        assert retention.prune(corp=corp) == 1
        assert ValueChange.objects.get().customer_id == pair[0].pk
