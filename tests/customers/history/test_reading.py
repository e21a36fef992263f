"""The history over REST and in the console: who sees what, page by page, and what isn't known."""

from typing import Any

import pytest
from django.urls import reverse

from corps.actors import SYSTEM
from corps.choices import Masking
from customers import lifecycle, merging, remarks
from customers.history import reading
from customers.models import Customer
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered


def url(customer: Customer, query: str = "") -> str:
    return f"/api/v1/customers/{customer.pk}/history{query}"


def named(customer: Customer, *names: str) -> None:
    for name in names:
        lifecycle.update(customer=customer, name=name, by=SYSTEM, source="api")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="甲")


class TestApi:
    def test_changes_come_the_latest_first_with_who_did_them(self, cast: Cast, customer: Customer) -> None:
        lifecycle.update(customer=customer, city="上海", by=cast.actor("admin"), source="operator")
        lifecycle.update(customer=customer, follow_user_id=cast.colleague.pk, by=SYSTEM, source="rule")
        answer = api.client(cast.corp).get(url(customer)).json()
        first, second = answer["list"]
        assert (first["field"], first["before"], first["after"]) == (
            "followUserId",
            cast.owner.pk,
            cast.colleague.pk,
        )
        assert (first["beforeName"], first["afterName"]) == (cast.owner.name, cast.colleague.name)
        assert (second["field"], second["before"], second["after"]) == ("city", None, "上海")
        assert (second["actorName"], second["source"]) == (str(cast.users["admin"]), "operator")
        assert answer["nextBefore"] is None

    def test_pages_lead_to_all_of_it_without_gap_or_repeat(
        self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reading, "PAGE", 2)
        named(customer, "一", "二", "三", "四", "五")
        client, found, before = api.client(cast.corp), [], ""
        while before is not None:
            answer = client.get(url(customer, f"?before={before}")).json()
            found += [change["after"] for change in answer["list"]]
            before = answer["nextBefore"]
        assert found == ["五", "四", "三", "二", "一"]

    def test_of_one_field_and_of_one_employees_notes(self, cast: Cast, customer: Customer) -> None:
        named(customer, "乙")
        make.relation(customer, cast.colleague)
        for employee in (cast.owner, cast.colleague):
            remarks.change_remark(
                customer=customer, employee_id=employee.pk, remark=employee.name, by=SYSTEM, source="api"
            )
        client = api.client(cast.corp)
        (only,) = client.get(url(customer, f"?field=remark&employeeId={cast.colleague.pk}")).json()["list"]
        assert (only["after"], only["employeeName"]) == (cast.colleague.name, cast.colleague.name)
        assert len(client.get(url(customer, "?field=name")).json()["list"]) == 1

    @pytest.mark.parametrize("query", ["?field=version", "?before=x", "?employeeId=0", "?page=2"])
    def test_what_is_not_meant_so_is_refused(self, cast: Cast, customer: Customer, query: str) -> None:
        assert api.client(cast.corp).get(url(customer, query)).status_code == 400

    def test_another_companys_is_not_there(self, cast: Cast, customer: Customer) -> None:
        assert api.client(cast.other_corp).get(url(customer)).status_code == 404

    def test_a_record_from_before_the_history_says_that_its_changes_are_not_all_known(
        self, cast: Cast, customer: Customer
    ) -> None:
        (record,) = api.client(cast.corp).get(url(customer)).json()["records"]
        assert (record["whole"], record["source"]) == (True, customer.created_source)
        Customer.objects.filter(pk=customer.pk).update(created_source=None, created_by=None)
        (record,) = api.client(cast.corp).get(url(customer)).json()["records"]
        assert (record["whole"], record["source"], record["actor"]) == (False, None, None)

    def test_a_persons_merged_records_are_told_together_until_they_are_parted(
        self, cast: Cast, customer: Customer
    ) -> None:
        other = make.customer(cast.corp, name="乙")
        named(other, "丙")
        merged = merging.merge(kept=customer, others=[other], by=SYSTEM, source="api")
        answer = api.client(cast.corp).get(url(customer)).json()
        assert [record["customerId"] for record in answer["records"]] == [customer.pk, other.pk]
        assert {"name", "status"} == {c["field"] for c in answer["list"] if c["customerId"] == other.pk}
        merging.undo(merge=merged, by=SYSTEM, source="api")
        assert len(api.client(cast.corp).get(url(customer)).json()["records"]) == 1

    def test_however_much_there_is_it_takes_as_many_statements(
        self, cast: Cast, customer: Customer, django_assert_max_num_queries: Any
    ) -> None:
        named(customer, *(f"名{n}" for n in range(8)))
        client = api.client(cast.corp)
        client.get(url(customer))
        with django_assert_max_num_queries(6):
            client.get(url(customer))


class TestMasking:
    @pytest.fixture(autouse=True)
    def _numbers(self, cast: Cast, customer: Customer) -> None:
        lifecycle.update(customer=customer, mobile="13800000001", by=SYSTEM, source="api")
        lifecycle.update(customer=customer, mobile="13900000002", by=SYSTEM, source="api")
        remarks.change_remark(
            customer=customer, employee_id=cast.owner.pk, remark_mobiles=["13700000003"], by=SYSTEM, source="api"
        )

    def test_former_numbers_are_starred_out_as_the_present_ones_are(self, cast: Cast, customer: Customer) -> None:
        cast.corp.masking = Masking.ALL
        cast.corp.save()
        text = api.client(cast.corp).get(url(customer)).content.decode()
        assert "138****0001" in text
        assert "139****0002" in text
        assert "137****0003" in text
        assert not any(number in text for number in ("13800000001", "13900000002", "13700000003"))

    def test_who_follows_them_sees_them_whole_and_a_manager_stars(self, cast: Cast, customer: Customer) -> None:
        address = reverse("admin:customers_customer_values", args=[customer.pk])
        assert "13800000001" in entered(cast.users["owner"]).get(address).content.decode()
        assert "13800000001" in entered(cast.users["admin"]).get(address).content.decode()
        content = entered(cast.users["manager"]).get(address).content.decode()
        assert "138****0001" in content
        assert "13800000001" not in content


class TestPage:
    def at(self, customer: Customer, query: str = "") -> str:
        return reverse("admin:customers_customer_values", args=[customer.pk]) + query

    def test_the_tab_and_the_page_show_values_in_words(self, cast: Cast, customer: Customer) -> None:
        lifecycle.update(customer=customer, gender=2, follow_user_id=None, by=cast.actor("admin"), source="operator")
        lifecycle.delete(customer=customer, by=SYSTEM, source="api")
        client = entered(cast.users["admin"])
        tab = reverse("admin:customers_customer_tab_value_changes", args=[customer.pk])
        for address in (self.at(customer), tab):
            content = client.get(address).content.decode()
            for wanted in ("女", cast.owner.name, str(cast.users["admin"]), "此后的变更均有记录"):
                assert wanted in content, wanted

    def test_of_one_value_page_by_page(self, cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reading, "PAGE", 2)
        named(customer, "一", "二", "三")
        lifecycle.update(customer=customer, city="上海", by=SYSTEM, source="api")
        client = entered(cast.users["admin"])
        shown = client.get(self.at(customer, "?field=name")).context["shown"]
        assert [row["became"] for row in shown["rows"]] == ["三", "二"]
        older = client.get(self.at(customer, f"?field=name&before={shown['older']}")).context["shown"]
        assert [row["became"] for row in older["rows"]] == ["一"]
        assert older["older"] is None

    def test_names_are_text_and_no_markup(self, cast: Cast, customer: Customer) -> None:
        named(customer, "<script>alert(1)</script>")
        assert "<script>alert(1)" not in entered(cast.users["admin"]).get(self.at(customer)).content.decode()

    @pytest.mark.parametrize("query", ["?field=nonsense", "?before=x"])
    def test_an_address_that_means_nothing_leads_back(self, cast: Cast, customer: Customer, query: str) -> None:
        answer = entered(cast.users["admin"]).get(self.at(customer, query))
        assert (answer.status_code, answer.headers["Location"]) == (302, self.at(customer))
