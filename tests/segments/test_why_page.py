"""The console answers why: of a segment and of a rule, part by part, of whom the reader may see."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Customer
from segments.models import RuleEffect, RuleOutcome, Segment, TagRule
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.segments.crowd import asking, listed, move, of_city, segment
from tests.segments.rules.played import adds, asks, everything, followed, rule

HOSTILE = "<script>alert(1)</script>"


def english(cast: Cast, role: str) -> Any:
    client = entered(cast.users[role])
    client.cookies["django_language"] = "en"
    return client


def asked(client: Any, row: Any, **query: Any) -> str:
    answer = client.get(reverse(f"admin:segments_{type(row)._meta.model_name}_why", args=[row.pk]), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def client(cast: Cast) -> Any:
    return english(cast, "admin")


class TestSegment:
    def test_a_member_is_told_since_when_and_each_part(self, cast: Cast, client: Any) -> None:
        one = make.customer(cast.corp, city="北京", mobile=None)
        both = {"all": [{"field": "city", "op": "is", "value": "北京"}, {"field": "mobile", "op": "unset"}]}
        row = segment(cast.corp, {"version": 1, "where": both})
        shown = asked(client, row, customer=one.pk)
        assert "Is in this segment since" in shown and ": created." in shown
        assert shown.count('aria-label="holds"') == 3
        assert "city is “北京”" in shown and "has: “北京”" in shown
        assert "mobile is empty" in shown

    def test_who_isnt_in_it_is_told_by_what(self, cast: Cast, client: Any) -> None:
        other = make.customer(cast.corp, city=HOSTILE)
        shown = asked(client, segment(cast.corp, of_city("北京")), customer=other.pk)
        assert "Is not in this segment." in shown and 'aria-label="doesn\'t hold"' in shown
        assert HOSTILE not in shown and "&lt;script&gt;" in shown

    def test_what_the_segment_has_not_heard_of_is_said(self, cast: Cast, client: Any) -> None:
        one = make.customer(cast.corp, city="北京")
        row = segment(cast.corp)
        assert "hasn&#x27;t heard" not in asked(client, row, customer=one.pk)
        move(one, "上海")
        assert "hasn&#x27;t heard" in asked(client, row, customer=one.pk)

    def test_of_a_list_there_is_nothing_to_explain(self, cast: Cast, client: Any) -> None:
        one = make.customer(cast.corp)
        shown = asked(client, listed(cast.corp, [one]), customer=one.pk)
        assert "put on the list" in shown and 'aria-label="holds"' not in shown

    def test_who_is_on_the_blacklist_is_told_so(self, cast: Cast, client: Any) -> None:
        one = make.blacklisted(make.customer(cast.corp, city="北京"))
        assert "blacklist" in asked(client, segment(cast.corp), customer=one.pk)

    def test_a_condition_that_cant_be_asked_any_more_says_so(self, cast: Cast, client: Any) -> None:
        row, one = segment(cast.corp), make.customer(cast.corp)
        Segment.objects.filter(pk=row.pk).update(condition=asking("nonsense", "is", 1))
        assert "This condition can&#x27;t be asked." in asked(client, row, customer=one.pk)

    def test_nobody_asks_about_customers_whom_they_dont_see(self, cast: Cast) -> None:
        row = segment(cast.corp)
        mine, theirs = make.customer(cast.corp, cast.owner), make.customer(cast.corp, cast.colleague, name="别人的")
        stranger = make.customer(cast.other_corp, cast.stranger, name="外人的")
        client = english(cast, "owner")
        assert "Is not in this segment." in asked(client, row, customer=mine.pk)
        for customer in (theirs, stranger):
            shown = asked(client, row, customer=customer.pk)
            assert "Is not in this segment." not in shown and customer.name not in shown

    @pytest.mark.parametrize("named", ["", "x", "9" * 30, "-1", "1,2"])
    def test_nonsense_in_the_address_answers_nothing(self, cast: Cast, client: Any, named: str) -> None:
        assert "this segment since" not in asked(client, segment(cast.corp), customer=named)


class TestRule:
    @pytest.fixture
    def row(self, cast: Cast) -> TagRule:
        tag = make.tag(make.group(cast.corp), name="重点")
        return rule(cast.corp, adds(tag), condition=asks("city", "is", "北京"))

    def test_what_it_did_and_what_it_would_say_now(self, cast: Cast, client: Any, row: TagRule) -> None:
        one = make.customer(cast.corp, cast.owner, city="北京")
        followed(one)
        Customer.objects.filter(pk=one.pk).update(city="上海")
        before = everything()
        shown = asked(client, row, customer=one.pk)
        assert "customer.followed" in shown and "+重点" in shown
        assert shown.count("has: “北京”") == 1 and shown.count("has: “上海”") == 1
        assert "Doesn&#x27;t answer to the condition of v1." in shown
        assert everything() == before

    def test_whom_it_never_came_to_is_told_what_it_would_do(self, cast: Cast, client: Any, row: TagRule) -> None:
        one = make.customer(cast.corp, cast.owner, city="北京")
        shown = asked(client, row, customer=one.pk)
        assert "It has never come to this customer." in shown
        assert "It would do:" in shown and "+重点" in shown

    def test_where_there_is_nothing_to_do_that_is_said(self, cast: Cast, client: Any, row: TagRule) -> None:
        one = make.customer(cast.corp, cast.owner, city="北京")
        followed(one)
        assert "There would be nothing to do." in asked(client, row, customer=one.pk)

    def test_a_rule_that_names_what_is_gone_says_so(self, cast: Cast, client: Any, row: TagRule) -> None:
        row.versions.update(condition=asks("nonsense", "is", 1))
        one = make.customer(cast.corp, cast.owner)
        assert "names what is gone" in asked(client, row, customer=one.pk)

    def test_the_pages_of_outcomes_and_effects_lead_there_and_tell_the_facts(
        self, cast: Cast, client: Any, row: TagRule
    ) -> None:
        one = make.customer(cast.corp, cast.owner, city="北京")
        followed(one)
        address = f"{reverse('admin:segments_tagrule_why', args=[row.pk])}?customer={one.pk}"
        assert address in client.get(page(RuleOutcome, "changelist")).content.decode()
        effect = RuleEffect.objects.get()
        assert "has: “北京”" in client.get(page(effect, "change")).content.decode()
        RuleEffect.objects.update(facts={"city": "北京"})
        shown = client.get(page(effect, "change")).content.decode()
        assert "has: “北京”" not in shown and "city: 北京" in shown

    def test_its_own_page_offers_the_question(self, cast: Cast, client: Any, row: TagRule) -> None:
        assert reverse("admin:segments_tagrule_why", args=[row.pk]) in client.get(page(row, "change")).content.decode()
