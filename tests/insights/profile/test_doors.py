"""Profiles over REST and in the console."""

from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from corps.choices import Role
from customers import lifecycle
from customers.models import Customer
from insights.behaviour.grades import Thresholds
from insights.models import ProfileSetting
from insights.models.profile_setting import four_steps, thresholds
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.insights.profile.scene import full, told


def url(customer: Customer) -> str:
    return f"/api/v1/customers/{customer.pk}/profile"


def shown(cast: Cast, customer: Customer, who: str = "admin", language: str = "en") -> Any:
    address = reverse("admin:customers_customer_profile", args=[customer.pk])
    client = entered(cast.users[who])
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    return client.get(address)


class TestApi:
    def test_it_is_the_whole_of_it(self, cast: Cast) -> None:
        row = full(cast)
        answer = api.client(cast.corp).get(url(row))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
        assert set(answer.json()) == set(told(row, cast.actor("admin")))
        assert answer.json()["tags"]["list"][0]["at"].endswith("Z")

    def test_sentences_are_in_the_language_asked_for(self, cast: Cast) -> None:
        row = full(cast)
        both = [
            {
                one["code"]: one["text"]
                for one in api.client(cast.corp, **{"Accept-Language": language}).get(url(row)).json()["insights"]
            }
            for language in ("en", "zh-hans")
        ]
        assert both[0].keys() == both[1].keys()
        assert both[0] != both[1]

    def test_another_companys_is_not_there(self, cast: Cast) -> None:
        answer = api.client(cast.other_corp).get(url(full(cast)))
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize("ident", ["0", "9" * 19, "9" * 30])
    def test_a_number_that_is_nobodys_is_not_there(self, cast: Cast, ident: str) -> None:
        assert api.client(cast.corp).get(f"/api/v1/customers/{ident}/profile").status_code == 404

    def test_an_unknown_parameter_is_refused(self, cast: Cast) -> None:
        assert api.client(cast.corp).get(f"{url(full(cast))}?page=2").status_code == 400

    def test_a_service_takes_few_statements(self, cast: Cast, django_assert_max_num_queries: Any) -> None:
        row, client = full(cast, 3), api.client(cast.corp)
        client.get(url(row))
        with django_assert_max_num_queries(5):
            client.get(url(row))


class TestPage:
    def test_it_shows_every_part(self, cast: Cast) -> None:
        row = full(cast)
        content = shown(cast, row).content.decode()
        names = [stay["name"] for stay in told(row, cast.actor("admin"))["segments"]["list"]]
        for wanted in ("甲", "北京", "13800000000", "备注0", "Likely to leave", "Insights", cast.owner.name, *names):
            assert wanted in content, wanted

    def test_the_customers_page_leads_to_it(self, cast: Cast) -> None:
        row = full(cast)
        content = entered(cast.users["owner"]).get(page(row, "change")).content.decode()
        assert reverse("admin:customers_customer_profile", args=[row.pk]) in content

    def test_what_differs_is_marked_and_what_nobody_has_is_left_out(self, cast: Cast) -> None:
        row = make.customer(cast.corp)
        make.relation(row, cast.owner, remark="张三", add_way=1)
        make.relation(row, cast.colleague, remark="李四", add_way=1)
        rows = {str(one["label"]): one["differs"] for one in shown(cast, row).context["sheet"]["relations"]["rows"]}
        assert rows["remark"]
        assert not rows["add way"]
        assert "description" not in rows

    def test_a_tag_says_why_it_is_there_to_who_points_at_it_or_moves_there_by_keyboard(self, cast: Cast) -> None:
        row, tag = make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp), name="重点")
        run = make.rule_run(make.tag_rule(cast.corp, tag, name="展会来的"))
        make.tag_row(row, tag, cast.owner, source="rule", run_id=run.pk)
        content = shown(cast, row).content.decode()
        assert "展会来的" in content
        assert 'tabindex="0" aria-describedby="why-tag-1"' in content
        assert 'id="why-tag-1" role="tooltip"' in content

    def test_a_fact_says_who_changed_it(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner)
        lifecycle.update(customer=row, city="上海", by=cast.actor("admin"), source="operator")
        (city,) = [fact for fact in shown(cast, row).context["sheet"]["facts"] if fact["name"] == "city"]
        assert city["value"] == "上海"
        assert str(cast.users["admin"]) in city["why"]

    def test_a_customer_of_whom_nothing_is_known_has_a_page_too(self, cast: Cast) -> None:
        answer = shown(cast, make.customer(cast.corp, name=None))
        assert answer.status_code == 200
        assert answer.context["sheet"]["behaviour"]["best"] == "–"

    def test_it_speaks_chinese(self, cast: Cast) -> None:
        content = shown(cast, full(cast), language="zh-hans").content.decode()
        for wanted in ("客户画像", "客户洞察", "行为分析", "流失风险"):
            assert wanted in content, wanted

    @pytest.mark.parametrize("who", ["colleague", "stranger"])
    def test_who_may_not_see_the_customer_is_sent_away(self, cast: Cast, who: str) -> None:
        row = make.customer(cast.corp, cast.owner)
        answer = shown(cast, row, who)
        assert answer.status_code == 302
        assert (answer.headers["Location"]) == reverse("admin:index")

    def test_names_are_text_and_no_markup(self, cast: Cast) -> None:
        row = make.customer(cast.corp, cast.owner, name="<script>alert(1)</script>")
        make.relation(row, cast.colleague, remark="<img src=x onerror=alert(2)>")
        content = shown(cast, row).content.decode()
        assert "<script>alert(1)" not in content
        assert "<img src=x" not in content

    def test_it_costs_the_same_however_much_there_is(self, cast: Cast, django_assert_num_queries: Any) -> None:
        client = entered(cast.users["admin"])
        little, much = full(cast, 1), full(cast, 6)
        addresses = [reverse("admin:customers_customer_profile", args=[row.pk]) for row in (little, much)]
        client.get(addresses[0])
        with django_assert_num_queries(8):
            client.get(addresses[0])
        with django_assert_num_queries(9):
            # One more: this one's detail was not in the cache.
            client.get(addresses[1])


class TestSetting:
    @pytest.mark.parametrize("text", ["7, 14, 30, 90", "7,14,30,90", " 7 ，14，30，90 "])
    def test_four_rising_numbers_are_read_as_people_write_them(self, text: str) -> None:
        assert four_steps(text) == (7, 14, 30, 90)

    @pytest.mark.parametrize(
        "text",
        [
            *("", "7", "7, 14, 30", "7, 14, 30, 90, 120", "7, 7, 30, 90", "90, 30, 14, 7", "a, b, c, d"),
            *("1.5, 2, 3, 4", "-1, 2, 3, 4", "٣, 4, 5, 6", "1, 2, 3, 10001", "1, 2, 3, 999999999999", "1,,2,3"),
        ],
    )
    def test_anything_else_is_refused(self, text: str) -> None:
        with pytest.raises(ValidationError):
            four_steps(text)

    def test_a_row_says_the_steps_and_by_itself_the_usual_ones(self, cast: Cast) -> None:
        row = ProfileSetting.objects.create(corp=cast.corp)
        assert thresholds(row.recency, row.frequency, row.ties) == Thresholds()
        assert thresholds("1,2,3,4", "5,6,7,8", "2,4,6,8") == Thresholds((1, 2, 3, 4), (5, 6, 7, 8), (2, 4, 6, 8))

    def test_a_row_that_was_spoilt_counts_as_the_usual(self) -> None:
        assert thresholds("what", "", "1,2,3,4") == Thresholds(ties=(1, 2, 3, 4))

    def test_an_administrator_sets_it_and_is_refused_beside_the_field(self, cast: Cast) -> None:
        client = entered(cast.users["admin"])
        sent = {"recency": "30, 20, 10, 5", "frequency": "1, 3, 6, 12", "ties": "1, 2, 3, 5"}
        answer = client.post(page(ProfileSetting, "add"), sent)
        assert set(answer.context["adminform"].form.errors) == {"recency"}
        assert not ProfileSetting.objects.exists()
        client.post(page(ProfileSetting, "add"), sent | {"recency": "5, 10, 20, 30"})
        assert (ProfileSetting.objects.get().corp_id, ProfileSetting.objects.get().recency) == (
            cast.corp.pk,
            "5, 10, 20, 30",
        )

    @pytest.mark.parametrize("who", ["owner", "manager"])
    def test_others_may_not(self, cast: Cast, who: str) -> None:
        assert cast.users[who].role in (Role.STAFF, Role.MANAGER)
        assert entered(cast.users[who]).get(page(ProfileSetting, "add")).status_code == 403
