"""Lists narrowed by custom fields: who is found, by which key, and what is refused."""

from typing import Any

import pytest

from customers import custom, listing
from customers.custom import filtering
from customers.models import Customer, CustomField
from customers.selection import Wanted
from tests import api, make
from tests.conftest import Cast
from tests.customers.channels.test_plans import plans
from tests.customers.custom.common import AS, K, ids_of, put

URL = "/api/v1/customers"


@pytest.mark.parametrize(
    ("raw", "meant"),
    [
        ("level:is:3", ("level", "is", "3")),
        ("level:in:3,4", ("level", "in", "3,4")),
        ("nick:is:a:b", ("nick", "is", "a:b")),
        ("nick:is:", ("nick", "is", "")),
        ("age:gte:12.5", ("age", "gte", "12.5")),
        ("age:set", ("age", "set", "")),
        ("age:unset", ("age", "unset", "")),
    ],
)
def test_a_question_is_read(raw: str, meant: tuple[str, str, str]) -> None:
    assert filtering.parse(raw) == meant


@pytest.mark.parametrize(
    "raw",
    [
        "level",
        "level:",
        ":is:3",
        "level:like:3",
        "level:is",
        "level:set:1",
        "level:unset:",
        "a:is:\0",
        "a:is:" + "x" * 600,
    ],
)
def test_what_is_no_question_is_refused(raw: str) -> None:
    with pytest.raises(ValueError, match=r".?"):
        filtering.parse(raw)


@pytest.fixture
def people(cast: Cast) -> dict[str, Customer]:
    """Four customers, of whom one holds nothing."""
    level = make.custom_field(cast.corp, "level", "甲", "乙", "丙")
    some = make.custom_field(cast.corp, "some", "一", "二", kind=K.CHOICES)
    for key, kind in (("nick", K.TEXT), ("age", K.NUMBER), ("born", K.DATE), ("seen", K.DATE_TIME), ("vip", K.FLAG)):
        make.custom_field(cast.corp, key, kind=kind)
    make.custom_field(cast.corp, "note", kind=K.LONG_TEXT)
    found = {name: make.customer(cast.corp, name=name) for name in ("a", "b", "c", "none")}
    ids, more = ids_of(level), ids_of(some)
    put(found["a"], level=ids["甲"], some=[more["一"]], nick="ABC", age=1, born="1990-05-01", vip=True)
    put(found["b"], level=ids["乙"], some=list(more.values()), nick="abc", age=2.5, born="1991-01-01", vip=False)
    put(found["c"], level=ids["甲"], nick="é", age=-3, seen="2026-01-31T00:30:00Z", note="lang")
    return found


def found(cast: Cast, *asked: str) -> set[str]:
    answer = api.client(cast.corp).get(URL, {"customField": list(asked)})
    assert answer.status_code == 200, answer.json()
    return {row["name"] for row in answer.json()["list"]}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ("nick:is:ABC", {"a"}),
        ("nick:is:abc", {"b"}),
        ("nick:in:ABC,é", {"a", "c"}),
        ("nick:is:e", set()),
        ("nick:set", {"a", "b", "c"}),
        ("nick:unset", {"none"}),
        ("age:is:2.50", {"b"}),
        ("age:gt:1", {"b"}),
        ("age:gte:1", {"a", "b"}),
        ("age:lt:1", {"c"}),
        ("age:lte:1", {"a", "c"}),
        ("age:in:1,-3", {"a", "c"}),
        ("born:is:1990-05-01", {"a"}),
        ("born:gt:1990-05-01", {"b"}),
        ("born:lte:1990-05-01", {"a"}),
        ("born:unset", {"c", "none"}),
        ("seen:lt:2026-01-31T08:30:01+08:00", {"c"}),
        ("seen:gte:2026-01-31T08:30:00 08:00", {"c"}),
        ("vip:is:true", {"a"}),
        ("vip:is:false", {"b"}),
        ("vip:set", {"a", "b"}),
        ("note:set", {"c"}),
        ("some:set", {"a", "b"}),
    ],
)
def test_those_are_found_to_whom_it_applies(
    cast: Cast, people: dict[str, Customer], asked: str, names: set[str]
) -> None:
    assert found(cast, asked) == names


def test_choices_are_asked_by_the_ids_of_options(cast: Cast, people: dict[str, Customer]) -> None:
    level, some = (ids_of(CustomField.objects.get(key=key)) for key in ("level", "some"))
    assert found(cast, f"level:is:{level['甲']}") == {"a", "c"}
    assert found(cast, f"level:in:{level['甲']},{level['乙']}") == {"a", "b", "c"}
    assert found(cast, f"level:is:{level['丙']}") == set()
    assert found(cast, f"some:is:{some['一']}") == {"a", "b"}
    assert found(cast, f"some:is:{some['二']}") == {"b"}
    # Another field's.
    assert found(cast, f"level:is:{some['一']}") == set()
    assert found(cast, f"some:is:{some['一']}", f"some:is:{some['二']}") == {"b"}


def test_several_apply_together_and_with_other_filters(cast: Cast, people: dict[str, Customer]) -> None:
    assert found(cast, "age:gte:1", "vip:is:true") == {"a"}
    assert found(cast, "age:set", "born:unset") == {"c"}
    assert found(cast, *["age:set"] * 5) == {"a", "b", "c"}
    answer = api.client(cast.corp).get(URL, {"customField": "age:set", "sort": "addTime", "cursor": "", "size": 2})
    told = answer.json()
    assert [row["name"] for row in told["list"]] == ["a", "b"]
    more = api.client(cast.corp).get(URL, {"customField": "age:set", "sort": "addTime", "cursor": told["nextCursor"]})
    assert [row["name"] for row in more.json()["list"]] == ["c"]


def test_the_total_is_that_of_the_filtered_list(cast: Cast, people: dict[str, Customer]) -> None:
    page = listing.page(Wanted(cast.actor("admin"), {"customField": [("age", "set", "")]}), number=1, size=1)
    assert (page["total"], page["totalExact"], len(page["list"])) == (3, True, 1)


@pytest.mark.parametrize(
    "asked",
    [
        "nothing:is:1",
        "retired:is:1",
        "mood:is:1",
        "foreign:is:1",
        "age:is:viel",
        "age:in:1,viel",
        "age:gt:",
        "born:is:gestern",
        "seen:is:2026-01-31",
        "vip:is:1",
        "vip:gt:true",
        "nick:gt:a",
        "note:is:lang",
        "level:gt:1",
        "level:is:x",
        "level:is:99999999999999999999",
        "level:in:1,9999999999999999999",
        "nick:like:a",
        "nick",
    ],
)
def test_what_can_not_be_asked_is_refused_at_the_parameter(cast: Cast, people: dict[str, Customer], asked: str) -> None:
    make.custom_field(cast.corp, "retired", active=False)
    make.custom_field(cast.corp, "mood", subject="relation")
    make.custom_field(cast.other_corp, "foreign")
    answer = api.client(cast.corp).get(URL, {"customField": asked})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_parameter")
    assert [error["field"] for error in answer.json()["errors"]] == ["customField"]


def test_more_questions_than_a_list_bears_are_refused(cast: Cast, people: dict[str, Customer]) -> None:
    answer = api.client(cast.corp).get(URL, {"customField": ["age:set"] * 6})
    assert answer.status_code == 400
    assert api.client(cast.corp).get(URL, {"customField": ["", "age:set"]}).status_code == 200


def test_what_is_left_of_another_kind_answers_to_nothing(cast: Cast, people: dict[str, Customer]) -> None:
    nick = CustomField.objects.get(key="nick")
    custom.update_field(field=nick, kind=K.NUMBER, leave_old=True, **AS)
    assert found(cast, "nick:set") == set()
    assert found(cast, "nick:unset") == {"a", "b", "c", "none"}
    some = CustomField.objects.get(key="some")
    ids = ids_of(some)
    custom.update_field(field=some, kind=K.CHOICE, leave_old=True, **AS)
    assert found(cast, f"some:is:{ids['一']}") == {"a"}


def test_common_values_are_asked_of_each_customer_and_found_alike(
    cast: Cast, people: dict[str, Customer], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filtering, "_COMMON", 0)
    level = ids_of(CustomField.objects.get(key="level"))
    assert found(cast, "age:gte:1") == {"a", "b"}
    assert found(cast, f"level:is:{level['甲']}") == {"a", "c"}
    assert found(cast, "nick:in:ABC,é") == {"a", "c"}


def test_one_finds_the_customers_that_one_may_see(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    mine, theirs = make.customer(cast.corp, cast.owner), make.customer(cast.corp, cast.colleague)
    for row in (mine, theirs):
        put(row, nick="x")
    seen = {
        who: {row["id"] for row in listing.page(asked(cast, who), number=1, size=9)["list"]}
        for who in ("owner", "colleague", "manager", "admin")
    }
    both = {mine.pk, theirs.pk}
    assert seen == {"owner": {mine.pk}, "colleague": {theirs.pk}, "manager": both, "admin": both}


def asked(cast: Cast, who: str) -> Wanted:
    return Wanted(cast.actor(who), {"customField": [("nick", "is", "x")]})


def test_each_column_is_read_along_its_key(cast: Cast) -> None:
    level = make.custom_field(cast.corp, "level", *(f"o{n}" for n in range(20)))
    make.custom_field(cast.corp, "nick")
    make.custom_field(cast.corp, "age", kind=K.NUMBER)
    make.custom_field(cast.corp, "born", kind=K.DATE)
    ids = list(ids_of(level).values())
    for n in range(20):
        put(make.customer(cast.corp), level=ids[n], nick=f"n{n}", age=n, born=f"1990-01-{n + 1:02}")
    client = api.client(cast.corp)
    for question, key in (
        ("nick:is:n3", "ix_custom_value_text"),
        ("age:is:3", "ix_custom_value_number"),
        ("born:is:1990-01-03", "ix_custom_value_time"),
    ):
        read = plans(lambda question=question: client.get(URL, {"customField": question}), "custom_value")
        assert read, question
        for plan in read:
            # The key of who has which, or that of the one customer who is looked at.
            assert key in plan or "uk_custom_value" in plan, (question, plan)
    for plan in plans(lambda: client.get(URL, {"customField": f"level:is:{ids[3]}"}), "custom_chosen"):
        # SQLite names the key of a constraint itself.
        assert any(key in plan for key in ("ix_custom_chosen_option", "uk_custom_chosen", "autoindex_custom_chosen")), (
            plan
        )


def test_a_filter_costs_three_small_statements_more(
    cast: Cast, people: dict[str, Customer], django_assert_num_queries: Any
) -> None:
    plain = Wanted(cast.actor("admin"), {})
    with django_assert_num_queries(3):
        listing.page(plain, number=1, size=20)
    narrowed = Wanted(cast.actor("admin"), {"customField": [("age", "gte", "1")]})
    # The field, its options, and how common the value is.
    with django_assert_num_queries(6):
        listing.page(narrowed, number=1, size=20)
