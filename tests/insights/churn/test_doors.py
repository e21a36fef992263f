"""Churn scores over REST and in the console: sorted, narrowed, in words, and each sees their own."""

from typing import Any

import pytest
from django.urls import reverse

from core.time import now
from insights.models import ChurnScore, RiskSetting
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page

URL = "/api/v1/churn"


@pytest.fixture
def three(cast: Cast) -> list[ChurnScore]:
    """A customer of the owner and the colleague, and another of the owner; the likeliest last."""
    one, two = make.customer(cast.corp, cast.owner, name="甲"), make.customer(cast.corp, cast.owner, name="乙")
    reasons = [["silent", 95, 30], ["groups", 2, -5]]
    return [
        make.churn(one, cast.colleague, score=20, level="calm", reasons=[]),
        make.churn(two, cast.owner, score=60, level="watch"),
        make.churn(one, cast.owner, score=90, reasons=reasons),
    ]


def pairs(client: Any, address: str) -> list[tuple[int, int]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content
    return [(row["customerId"], row["employeeId"]) for row in answer.json()["list"]]


def of(*rows: ChurnScore) -> list[tuple[int, int]]:
    return [(row.customer_id, row.employee_id) for row in rows]


class TestList:
    def test_the_likeliest_come_first_with_all_that_is_known(self, cast: Cast, three: list[ChurnScore]) -> None:
        answer = api.client(cast.corp).get(URL).json()
        assert [row["score"] for row in answer["list"]] == [90, 60, 20]
        assert (answer["total"], answer["totalExact"], answer["page"]) == (3, True, 1)
        assert answer["list"][0] == {
            "customerId": three[2].customer_id,
            "customerName": "甲",
            "employeeId": cast.owner.pk,
            "employeeName": cast.owner.name,
            "score": 90,
            "level": "high",
            "reasons": [
                {"code": "silent", "number": 95, "points": 30, "text": "last contact 95 days ago"},
                {"code": "groups", "number": 2, "points": -5, "text": "in 2 group chats"},
            ],
            "asOf": now().date().isoformat(),
        }

    def test_the_reasons_are_in_the_language_asked_for(self, cast: Cast, three: list[ChurnScore]) -> None:
        client = api.client(cast.corp, **{"Accept-Language": "zh-hans"})
        texts = [reason["text"] for reason in client.get(URL).json()["list"][0]["reasons"]]
        assert texts == ["95 天没有联系", "在 2 个客户群中"]

    def test_each_filter_narrows_it(self, cast: Cast, three: list[ChurnScore]) -> None:
        client = api.client(cast.corp)
        for query, wanted in [
            ("level=high", [2]),
            ("level=watch", [1]),
            ("level=calm", [0]),
            (f"employeeId={cast.owner.pk}", [2, 1]),
            (f"departmentId={cast.department.pk}", [2, 1, 0]),
            (f"customerId={three[0].customer_id}", [2, 0]),
            (f"level=high&employeeId={cast.colleague.pk}", []),
            ("size=2", [2, 1]),
            ("size=2&page=2", [0]),
        ]:
            assert pairs(client, f"{URL}?{query}") == of(*(three[n] for n in wanted)), query

    @pytest.mark.parametrize(
        "query", ["level=serious", "level=3", "employeeId=0", "employeeId=x", "size=101", "page=0", "levl=high"]
    )
    def test_what_is_wrong_is_refused(self, cast: Cast, query: str) -> None:
        assert api.client(cast.corp).get(f"{URL}?{query}").status_code == 400

    def test_a_page_too_deep_is_refused(self, cast: Cast) -> None:
        answer = api.client(cast.corp).get(f"{URL}?page=1000000&size=100")
        assert (answer.status_code, answer.json()["code"]) == (400, "page_too_deep")

    def test_it_costs_the_same_however_many(
        self, cast: Cast, three: list[ChurnScore], django_assert_max_num_queries: Any
    ) -> None:
        client = api.client(cast.corp)
        client.get(URL)
        with django_assert_max_num_queries(2):
            client.get(URL)


class TestOfACustomer:
    def test_each_relation_has_its_score(self, cast: Cast, three: list[ChurnScore]) -> None:
        client = api.client(cast.corp)
        customer = three[0].customer_id
        assert pairs(client, f"/api/v1/customers/{customer}/churn") == of(three[2], three[0])
        first = client.get(f"/api/v1/customers/{customer}/churn").json()["list"][0]
        assert first == client.get(URL).json()["list"][0]

    def test_who_has_no_score_yet_has_an_empty_list(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        assert pairs(api.client(cast.corp), f"/api/v1/customers/{customer.pk}/churn") == []

    def test_another_companys_customer_is_not_there(self, cast: Cast, three: list[ChurnScore]) -> None:
        answer = api.client(cast.other_corp).get(f"/api/v1/customers/{three[0].customer_id}/churn")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert pairs(api.client(cast.other_corp), URL) == []

    @pytest.mark.parametrize("ident", ["0", "9" * 19, "9" * 30])
    def test_a_number_that_is_nobodys_is_not_there(self, cast: Cast, ident: str) -> None:
        assert api.client(cast.corp).get(f"/api/v1/customers/{ident}/churn").status_code == 404

    def test_an_unknown_parameter_is_refused(self, cast: Cast, three: list[ChurnScore]) -> None:
        address = f"/api/v1/customers/{three[0].customer_id}/churn?level=high"
        assert api.client(cast.corp).get(address).status_code == 400

    def test_it_costs_the_same_however_many(
        self, cast: Cast, three: list[ChurnScore], django_assert_max_num_queries: Any
    ) -> None:
        client, address = api.client(cast.corp), f"/api/v1/customers/{three[0].customer_id}/churn"
        client.get(address)
        with django_assert_max_num_queries(2):
            client.get(address)


class TestWhoSees:
    def test_staff_see_their_own_and_managers_those_of_their_people(self, cast: Cast, three: list[ChurnScore]) -> None:
        stranger = make.churn(make.customer(cast.corp), make.employee(cast.corp))
        seen = ChurnScore.objects.visible_to
        assert set(seen(cast.users["owner"].actor)) == {three[1], three[2]}
        assert set(seen(cast.users["manager"].actor)) == set(three)
        assert set(seen(cast.users["admin"].actor)) == {*three, stranger}


class TestConsole:
    def test_the_list_has_the_likeliest_first_with_reasons_and_links(self, cast: Cast, three: list[ChurnScore]) -> None:
        answer = entered(cast.users["admin"]).get(page(ChurnScore, "changelist"))
        assert [row.pk for row in answer.context["cl"].result_list] == [row.pk for row in reversed(three)]
        content = answer.content.decode()
        assert reverse("admin:customers_customer_change", args=[three[2].customer_id]) in content
        assert "(+30)" in content
        assert "(-5)" in content

    def test_it_is_narrowed_by_level(self, cast: Cast, three: list[ChurnScore]) -> None:
        answer = entered(cast.users["admin"]).get(page(ChurnScore, "changelist"), {"level__exact": "watch"})
        assert [row.pk for row in answer.context["cl"].result_list] == [three[1].pk]

    def test_staff_see_their_own(self, cast: Cast, three: list[ChurnScore]) -> None:
        answer = entered(cast.users["owner"]).get(page(ChurnScore, "changelist"))
        assert [row.pk for row in answer.context["cl"].result_list] == [three[2].pk, three[1].pk]

    def test_a_customers_page_shows_each_of_its_relations(self, cast: Cast, three: list[ChurnScore]) -> None:
        content = entered(cast.users["admin"]).get(page(three[2].customer, "tab_churn")).content.decode()
        for row in (three[0], three[2]):
            assert reverse("admin:insights_churnscore_change", args=[row.pk]) in content

    def test_an_empty_list_says_when_there_will_be_one(self, cast: Cast) -> None:
        content = entered(cast.users["admin"]).get(page(ChurnScore, "changelist")).content.decode()
        assert "scored at night" in content or "每天夜里" in content

    def test_thresholds_out_of_order_are_refused_beside_the_field(self, cast: Cast) -> None:
        posted = {"digest_hour": "9", "quiet_from": "22", "quiet_until": "8", "deliver": "none"}
        client = entered(cast.users["admin"])
        answer = client.post(page(RiskSetting, "add"), posted | {"churn_watch": "60", "churn_high": "60"})
        assert set(answer.context["adminform"].form.errors) == {"churn_high"}
        assert not RiskSetting.objects.exists()
        client.post(page(RiskSetting, "add"), posted | {"churn_watch": "60", "churn_high": "61"})
        assert RiskSetting.objects.get().churn_high == 61
