"""What each question means, said by example; the database and the facts are asked the same."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from customers.models import Customer, CustomerTag, FollowRelation
from segments.conditions import answering, compiled, facts, parsing
from segments.fields import FIELDS, SETS
from tests import make
from tests.conftest import Cast
from tests.segments import scene

pytestmark = pytest.mark.django_db


def found(cast: Cast, where: Any) -> list[str]:
    """The names of those who answer, however they are asked."""
    condition = parsing.parse({"version": 1, "where": where}, corp=cast.corp)
    names = dict(Customer.objects.filter(corp=cast.corp).values_list("pk", "name"))
    known = facts.gather(list(names), corp_id=cast.corp.pk, conditions=[condition])
    one_by_one = sorted(pk for pk in names if answering.holds(condition, known[pk], scene.MOMENT))
    assert one_by_one == sorted(compiled.rows(condition, scene.MOMENT).values_list("pk", flat=True)), where
    return [str(names[pk]) for pk in one_by_one]


def asked(cast: Cast, field: str, op: str, value: Any = None) -> str:
    """The names in one word; each customer here is called by a letter."""
    return "".join(found(cast, {"field": field, "op": op} | ({} if value is None else {"value": value})))


def people(cast: Cast, column: str, values: dict[str, Any]) -> None:
    """Customers by these names with these values in the column, however unlikely."""
    for name, value in values.items():
        row = make.customer(cast.corp, name=name)
        Customer.objects.filter(pk=row.pk).update(**{column: value})


def test_a_text_is_another_one_if_a_byte_differs(cast: Cast) -> None:
    people(cast, "city", {"a": "abc", "b": "ABC", "c": "abc ", "d": "äbc", "e": None, "f": "", "g": "abcd"})
    assert asked(cast, "city", "is", "abc") == "a"
    assert asked(cast, "city", "isNot", "abc") == "bcdefg"
    assert asked(cast, "city", "in", ["abc", "ABC", "x"]) == "ab"
    assert asked(cast, "city", "notIn", ["abc", "ABC", "x"]) == "cdefg"
    assert asked(cast, "city", "set") == "abcdg"
    assert asked(cast, "city", "unset") == "ef"


def test_a_part_of_a_text_is_found_whatever_the_case_of_its_latin_letters(cast: Cast) -> None:
    people(
        cast, "city", {"a": "万科ABC", "b": "abc万科", "c": "äbc", "d": None, "e": "", "f": "é", "g": "É", "h": "😀"}
    )
    assert asked(cast, "city", "contains", "aBc") == "ab"
    assert asked(cast, "city", "contains", "万科") == "ab"
    assert asked(cast, "city", "contains", "科a") == "a"
    assert asked(cast, "city", "notContains", "万科") == "cdefgh"
    assert asked(cast, "city", "startsWith", "ABC") == "b"
    assert asked(cast, "city", "startsWith", "万") == "a"
    # Other letters have case too, but not here; and one emoji is not another.
    assert asked(cast, "city", "contains", "é") == "f"
    assert asked(cast, "city", "contains", "e") == ""
    assert asked(cast, "city", "contains", "😁") == ""


def test_what_is_special_to_a_database_or_a_pattern_is_a_letter_like_another(cast: Cast) -> None:
    people(
        cast,
        "city",
        {"a": "100%", "b": "100x", "c": "a_b", "d": "axb", "e": "a.b*", "f": "a\\b", "g": "[a]", "h": "^$"},
    )
    for text, names in {
        "%": "a",
        "0%": "a",
        "_": "c",
        "a_b": "c",
        "a.b": "e",
        "b*": "e",
        "\\b": "f",
        "[a]": "g",
        "^": "h",
    }.items():
        assert asked(cast, "city", "contains", text) == names, text
    assert asked(cast, "city", "startsWith", "%") == ""
    assert asked(cast, "city", "startsWith", "a.") == "e"


def test_a_choice_is_asked_by_its_number_and_none_is_no_choice(cast: Cast) -> None:
    people(cast, "gender", {"a": 1, "b": 2, "c": 0, "d": None})
    assert asked(cast, "gender", "is", 1) == "a"
    assert asked(cast, "gender", "isNot", 1) == "bcd"
    assert asked(cast, "gender", "in", [0, 2]) == "bc"
    assert asked(cast, "gender", "notIn", [0, 2]) == "ad"
    assert asked(cast, "gender", "unset") == "d"


def test_times_are_asked_by_days_of_the_company(cast: Cast) -> None:
    # Now it is half past two in the morning of the first of April in Shanghai.
    at = {"a": "2026-04-01T23:59", "b": "2026-04-01T00:00", "c": "2026-03-31T23:59", "d": "2026-03-26T00:00"}
    given = {name: dt.datetime.fromisoformat(f"{day}:00+08:00") for name, day in at.items()}
    people(cast, "add_time", {**given, "e": dt.datetime(2025, 6, 1, tzinfo=dt.UTC), "f": None})
    for op, value, names in [
        ("within", {"days": 1}, "ab"),
        ("within", {"days": 2}, "abc"),
        ("within", {"days": 7}, "abcd"),
        ("within", {"days": 6}, "abc"),
        ("earlierThan", {"days": 6}, "de"),
        ("on", "2026-03-31", "c"),
        ("after", "2026-03-31", "ab"),
        ("before", "2026-03-31", "de"),
        ("between", ["2026-03-26", "2026-03-31"], "cd"),
        ("this", "month", "ab"),
        ("this", "week", "abc"),
        ("this", "year", "abcd"),
        ("set", None, "abcde"),
        ("unset", None, "f"),
    ]:
        assert asked(cast, "addTime", op, value) == names, (op, value)


def test_who_follows_and_in_which_department_that_is(cast: Cast) -> None:
    root = cast.department.parent
    elsewhere = make.department(cast.corp, root)
    far = make.employee(cast.corp, elsewhere)
    for name, follower in {"a": cast.owner, "b": far, "c": None}.items():
        make.customer(cast.corp, follower, name=name)
    assert asked(cast, "followUser", "is", cast.owner.pk) == "a"
    assert asked(cast, "followUser", "isNot", cast.owner.pk) == "bc"
    assert asked(cast, "followUser", "unset") == "c"
    assert asked(cast, "departments", "any", [cast.department.pk]) == "a"
    assert asked(cast, "departments", "any", [elsewhere.pk, cast.department.pk]) == "ab"
    assert root is not None
    assert asked(cast, "departments", "any", [root.pk]) == "ab"
    assert asked(cast, "departments", "none", [cast.department.pk]) == "bc"


def test_tags_and_their_groups(cast: Cast) -> None:
    levels, hobbies = make.group(cast.corp), make.group(cast.corp)
    vip, golf, tea = make.tag(levels), make.tag(hobbies), make.tag(hobbies)
    for name, tags in {"a": [vip, golf], "b": [golf, tea], "c": []}.items():
        make.tagged(make.customer(cast.corp, name=name), *tags)
    assert asked(cast, "tags", "any", [vip.pk, tea.pk]) == "ab"
    assert asked(cast, "tags", "all", [golf.pk]) == "ab"
    assert asked(cast, "tags", "all", [vip.pk, golf.pk]) == "a"
    assert asked(cast, "tags", "all", [vip.pk, golf.pk, vip.pk]) == "a"
    assert asked(cast, "tags", "none", [vip.pk, tea.pk]) == "c"
    assert asked(cast, "tagGroups", "any", [levels.pk]) == "a"
    assert asked(cast, "tagGroups", "none", [levels.pk]) == "bc"


def test_all_that_is_asked_of_a_set_is_asked_of_one_row(cast: Cast) -> None:
    both = make.customer(cast.corp, cast.owner, name="a")
    FollowRelation.objects.filter(customer=both).update(state="展会")
    make.relation(both, cast.colleague, state="门店")
    make.customer(cast.corp, cast.colleague, name="b")
    make.customer(cast.corp, name="c")
    mine = {"field": "employee", "op": "is", "value": cast.owner.pk}
    shop = {"field": "state", "op": "is", "value": "门店"}
    assert found(cast, {"some": "relation", "where": {"all": [mine, shop]}}) == []
    assert found(cast, {"all": [{"some": "relation", "where": mine}, {"some": "relation", "where": shop}]}) == ["a"]
    assert found(cast, {"some": "relation", "where": {"not": mine}}) == ["a", "b"]
    assert found(cast, {"not": {"some": "relation", "where": mine}}) == ["b", "c"]


def test_how_many_rows_there_are(cast: Cast) -> None:
    for number, name in enumerate("abcd"):
        customer = make.customer(cast.corp, name=name)
        for colleague in [cast.owner, cast.colleague, cast.manager][:number]:
            make.relation(customer, colleague)
    for op, value, names in [
        ("atLeast", 1, "bcd"),
        ("atLeast", 2, "cd"),
        ("atMost", 0, "a"),
        ("atMost", 2, "abc"),
        ("exactly", 0, "a"),
        ("exactly", 1, "b"),
        ("exactly", 3, "d"),
    ]:
        assert "".join(found(cast, {"some": "relation", "count": {"op": op, "value": value}})) == names, (op, value)


def test_a_channel_is_what_the_company_calls_a_state_or_a_way(cast: Cast) -> None:
    fair = make.channel(cast.corp, "fair1", "fair2", add_ways=[3])
    for name, (state, way) in {"a": ("fair1", 1), "b": ("FAIR1", 3), "c": ("", 3), "d": ("", None)}.items():
        make.relation(make.customer(cast.corp, name=name), cast.owner, state=state, add_way=way)
    by = {"field": "channel", "op": "any", "value": [fair.pk]}
    # A state that nobody has named is not the way's: it stands for itself.
    assert found(cast, {"some": "relation", "where": by}) == ["a", "c"]
    assert found(cast, {"some": "relation", "where": {"field": "channel", "op": "none", "value": [fair.pk]}}) == [
        "b",
        "d",
    ]


def test_why_a_tag_is_there(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    gone = make.tag(tag.group, deleted_at=now())
    for name, source in {"a": "rule", "b": "operator"}.items():
        make.tagged(make.customer(cast.corp, name=name), tag)
        CustomerTag.objects.filter(customer__name=name).update(source=source, create_time=scene.AT)
    CustomerTag.objects.create(corp=cast.corp, customer=make.customer(cast.corp, name="c"), tag=gone, source="rule")
    by_rule = {"field": "source", "op": "is", "value": "rule"}
    assert found(cast, {"some": "tag", "where": by_rule}) == ["a"]
    which = {"field": "tag", "op": "any", "value": [tag.pk]}
    today = {"field": "createTime", "op": "within", "value": {"days": 1}}
    assert found(cast, {"some": "tag", "where": {"all": [which, today, {"not": by_rule}]}}) == ["b"]
    assert found(cast, {"not": {"some": "tag"}}) == ["c"]


def test_the_tables_name_everything_once_and_every_field_can_be_asked() -> None:
    assert not set(FIELDS) & set(SETS)
    for fields in (FIELDS, *(rows.fields for rows in SETS.values())):
        for key, field in fields.items():
            assert field.key == key
            assert bool(field.column) is (field.link is None), key
            assert bool(field.choices) is (field.kind.key == "choice"), key
            assert bool(field.of) is (field.kind.key in {"reference", "membership"}), key
            assert str(field.label), key
