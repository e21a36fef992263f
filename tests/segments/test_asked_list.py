"""The customer list narrowed by a condition: who is found, where it is kept, and what is said of it."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from corps.choices import Masking
from corps.models import Corp, User
from customers import listviews
from customers.models import Customer, CustomerView
from segments import asking, narrowing
from segments.conditions import parsing
from segments.models import Segment
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.console.test_list_filters import chips, found
from tests.console.test_query_counts import statements

LIST, ASK, ADD = page(Customer, "changelist"), reverse("admin:segments_segment_ask"), page(Segment, "add")


def document(*questions: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "where": {"all": [dict(zip(("field", "op", "value"), each, strict=False)) for each in questions]},
    }


CITY = document(("city", "in", ["北京"]))
NAMED = document(("name", "contains", "甲"))


@pytest.fixture
def people(cast: Cast) -> list[Customer]:
    return [
        make.customer(cast.corp, cast.owner, name="甲", city="北京", gender=1),
        make.customer(cast.corp, cast.manager, name="乙", city="北京", gender=2),
        make.customer(cast.corp, cast.owner, name="丙", city="上海", gender=1),
    ]


def listed(user: User, condition: Any, **params: Any) -> Any:
    text = condition if isinstance(condition, str) else json.dumps(condition)
    return entered(user).get(LIST, {"condition": text, **params})


def sent(user: User, condition: Any, query: str = "") -> Any:
    return entered(user).post(f"{ASK}?{query}", {"condition": json.dumps(condition)})


def asked_by(answer: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(answer["Location"]).query)


def test_a_condition_narrows_the_list_beside_other_filters_and_is_said_on_a_chip(
    cast: Cast, people: list[Customer]
) -> None:
    answer = listed(cast.users["admin"], CITY)
    assert found(answer) == ["乙", "甲"]
    assert chips(answer) == [("高级筛选", "城市是“北京”")]
    both = listed(cast.users["admin"], CITY, gender__exact=1, q="甲")
    assert found(both) == ["甲"]
    assert [chip["without"] for chip in both.context["cl"].chips][-1] == "?gender__exact=1&q=%E7%94%B2"


def test_whoever_sees_less_finds_less(cast: Cast, people: list[Customer]) -> None:
    assert found(listed(cast.users["owner"], CITY)) == ["甲"]
    assert found(listed(cast.users["stranger"], CITY)) == []


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (document(("city", "in", ["北京"]), ("nowhere", "is", 1)), "where.all[1].field"),
        (document(("tags", "any", [999])), "where.all[0].value"),
        ("{", "不是 JSON"),
        ("[" * 3_000, "不是 JSON"),
        ('"' + "x" * 6_000 + '"', "不是 JSON"),
    ],
)
def test_what_can_not_be_asked_is_said_at_its_node_beside_a_list_of_nobody(
    cast: Cast, people: list[Customer], condition: Any, said: str
) -> None:
    answer = listed(cast.users["admin"], condition)
    assert (answer.status_code, found(answer)) == (400, [])
    assert said in answer.content.decode()
    assert chips(answer) == [("高级筛选", "无法查询")]


def test_the_page_sends_back_to_the_list_with_all_that_it_asked(cast: Cast, people: list[Customer]) -> None:
    answer = sent(cast.users["admin"], CITY, "gender__exact=1&tag=3&tag=4")
    assert answer.status_code == 302
    asked = asked_by(answer)
    assert json.loads(asked.pop("condition")[0]) == CITY
    assert asked == {"gender__exact": ["1"], "tag": ["3", "4"]}
    assert not CustomerView.objects.exists()


def test_what_may_be_of_a_person_is_kept_on_the_server_for_its_writer_alone(cast: Cast, people: list[Customer]) -> None:
    admin = cast.users["admin"]
    answer = sent(admin, NAMED, "gender__exact=1&condition=%7B%7D")
    asked = asked_by(answer)
    row = CustomerView.objects.get()
    assert asked == {"gender__exact": ["1"], "kept": [str(row.pk)]}
    assert (row.owner_id, row.kind, row.shared, row.condition) == (admin.pk, "kept", False, NAMED)
    shown = entered(admin).get(answer["Location"])
    assert found(shown) == ["甲"]
    assert "甲" not in urlsplit(answer["Location"]).query
    for other in ("manager", "stranger"):
        assert entered(cast.users[other]).get(LIST, {"kept": row.pk}).status_code == 404
    assert entered(admin).get(LIST, {"kept": "x"}).status_code == 404


def test_a_long_condition_is_kept_too_and_the_oldest_of_them_go(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr("customers.listviews.passing.MOST_KEPT", 2)
    long = document(("city", "in", [f"城市{n}" for n in range(200)]))
    for _n in range(4):
        assert "kept" in asked_by(sent(cast.users["admin"], long))
    assert CustomerView.objects.count() == 2


def test_a_refused_condition_stays_on_the_page_with_its_errors(cast: Cast) -> None:
    answer = sent(cast.users["admin"], document(("nowhere", "is", 1)))
    assert answer.status_code == 400
    assert "where.all[0].field" in answer.content.decode()
    assert not CustomerView.objects.exists()


def test_who_sees_stars_asks_for_no_number_and_reads_none_in_a_shared_condition(
    cast: Cast, people: list[Customer]
) -> None:
    Corp.objects.filter(pk=cast.corp.pk).update(masking=Masking.PEOPLE)
    number = document(("mobile", "startsWith", "138"))
    assert sent(User.objects.get(pk=cast.users["owner"].pk), number).status_code == 400
    view = listviews.save_view(corp_id=cast.corp.pk, name="号段", condition=number, shared=True, by=cast.actor("admin"))
    client = entered(User.objects.get(pk=cast.users["owner"].pk))
    answer = client.get(LIST, {"kept": view.pk})
    assert (answer.status_code, found(answer)) == (400, [])
    assert "138" not in answer.content.decode()
    for path in (ASK, ADD):
        assert "138" not in client.get(path, {"kept": view.pk}).content.decode()


def test_it_becomes_a_segment_from_the_list(cast: Cast, people: list[Customer]) -> None:
    client = entered(cast.users["admin"])
    at_list = client.get(asked_by_location(sent(cast.users["admin"], NAMED)))
    (chip,) = at_list.context["cl"].chips
    ((address, words),) = chip["acts"]
    assert str(words) == "存为客户分组"
    shown = client.get(address)
    assert shown.context["adminform"].form["condition"].value() == json.dumps(NAMED, ensure_ascii=False, indent=2)
    staff = entered(cast.users["owner"]).get(LIST, {"condition": json.dumps(CITY)})
    assert staff.context["cl"].chips[0]["acts"] == []


def asked_by_location(answer: Any) -> str:
    return str(answer["Location"])


def test_a_superuser_of_no_company_is_told_that_a_condition_needs_one(cast: Cast, people: list[Customer]) -> None:
    root = User.objects.create_superuser("root", "correct horse battery")
    answer = listed(root, CITY)
    assert (answer.status_code, found(answer)) == (400, [])
    assert "条件只能在一个企业内查询" in answer.content.decode()
    assert entered(root).get(ASK, {"status": 1})["Location"] == f"{LIST}?status=1"


def test_a_condition_costs_no_more_than_twelve_statements(cast: Cast, people: list[Customer]) -> None:
    tag = make.tag(make.group(cast.corp))
    asks = document(("city", "in", ["北京"]), ("tags", "none", [tag.pk]), ("followUser", "is", cast.owner.pk))
    client = entered(cast.users["admin"])
    seen = statements(client, f"{LIST}?condition={json.dumps(asks)}")
    assert len(seen) <= 12, "\n".join(seen)


class TestNarrowing:
    """Whoever is found must be found whether they are few, or so many that the list is looked through."""

    @pytest.fixture
    def many(self, cast: Cast, monkeypatch: Any) -> list[int]:
        monkeypatch.setattr(narrowing, "FEW", 2)
        monkeypatch.setattr(narrowing, "STEPS", (3, 4))
        cities = ["北京", "上海", "北京", "北京", "上海", "北京"]
        return [make.customer(cast.corp, cast.owner, city=city).pk for city in cities]

    def narrowed(self, cast: Cast, rows: Any) -> narrowing.Narrowed:
        condition = parsing.parse(CITY, corp=cast.corp)
        return narrowing.by_condition(rows, condition, asking.moment_of(cast.corp.pk))

    def test_the_list_keeps_its_order(self, cast: Cast, many: list[int]) -> None:
        wanted = [many[place] for place in (0, 2, 3, 5)]
        for order, expected in (("id", wanted), ("-id", wanted[::-1])):
            narrowed = self.narrowed(cast, Customer.objects.order_by(order))
            assert list(narrowed.rows.values_list("pk", flat=True)) == expected
            assert narrowed.looked_at is None

    def test_no_more_are_named_than_the_list_counts(self, cast: Cast, many: list[int], settings: Any) -> None:
        settings.TOTAL_BOUND_JOINED = 1
        narrowed = self.narrowed(cast, Customer.objects.order_by("-id"))
        assert list(narrowed.rows.values_list("pk", flat=True)) == [many[5], many[3]]

    def test_what_is_looked_through_ends_and_it_says_so(self, cast: Cast, many: list[int], monkeypatch: Any) -> None:
        monkeypatch.setattr(narrowing, "STEPS", (2, 1))
        narrowed = self.narrowed(cast, Customer.objects.order_by("-id"))
        assert list(narrowed.rows.values_list("pk", flat=True)) == [many[5], many[3]]
        assert narrowed.looked_at == 3
        answer = listed(cast.users["admin"], CITY)
        assert "只查看了其他筛选条件下的前 3 位客户" in answer.content.decode()
