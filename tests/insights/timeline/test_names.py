"""What ids in facts are called: a statement a table, of the company alone, and of groups what the reader may see."""

from typing import Any

import pytest

from customers.models import Customer
from followups.timeline import reading
from insights.timeline.names import LONGEST, TABLES, Names
from tests import make
from tests.conftest import Cast


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner)


def names(cast: Cast, customer: Customer, who: str = "admin", /, **facts: Any) -> Names:
    make.entry(customer, kind="tag_added", facts=facts)
    entries, _after = reading.page(customer.pk, reading.Wanted(), size=100)
    return Names(entries, actor=cast.actor(who), corp_id=cast.corp.pk)


def rows(cast: Cast, customer: Customer) -> dict[str, tuple[int, str]]:
    """For each fact that is an id: a row of its table, and what it is called."""
    tag, stage = make.tag(make.group(cast.corp), name="重点"), make.stage(cast.corp, name="意向")
    chat, segment = make.chat(cast.corp, cast.owner, name="客户群"), make.segment(cast.corp, name="分组")
    assignment = make.assignment(customer, cast.owner, rule_name="轮流")
    return {
        "takerId": (cast.colleague.pk, "李小红"),
        "handoverId": (cast.owner.pk, "王小明"),
        "employeeIds": (cast.manager.pk, "赵经理"),
        "tagIds": (tag.pk, "重点"),
        "fromStageId": (stage.pk, "意向"),
        "toStageId": (stage.pk, "意向"),
        "groupId": (chat.pk, "客户群"),
        "segmentId": (segment.pk, "分组"),
        "followUpId": (make.follow_up_row(customer, content="电话").pk, "电话"),
        "commentId": (make.comment(make.follow_up(customer), content="好的").pk, "好的"),
        "enrolmentId": (make.sop(customer, name="欢迎").pk, "欢迎"),
        "reminderId": (make.reminder(customer, content="回电").pk, "回电"),
        "assignmentId": (assignment.pk, "轮流"),
    }


@pytest.mark.parametrize("fact", TABLES)
def test_each_id_is_called_what_its_row_is(cast: Cast, customer: Customer, fact: str) -> None:
    pk, name = rows(cast, customer)[fact]
    told: Any = [pk] if fact.endswith("Ids") else pk
    assert names(cast, customer, **{fact: told}).of(fact, pk) == name


@pytest.mark.parametrize("fact", [fact for fact in TABLES if fact != "groupId"])
def test_nothing_of_another_company_is_called_anything(cast: Cast, customer: Customer, fact: str) -> None:
    foreign = make.customer(cast.other_corp, cast.stranger)
    theirs: dict[str, int] = {
        "tagIds": make.tag(make.group(cast.other_corp)).pk,
        "fromStageId": (stage := make.stage(cast.other_corp)).pk,
        "toStageId": stage.pk,
        "segmentId": make.segment(cast.other_corp).pk,
        "followUpId": make.follow_up_row(foreign).pk,
        "enrolmentId": make.sop(foreign).pk,
        "reminderId": make.reminder(foreign).pk,
        "assignmentId": make.assignment(foreign, cast.stranger).pk,
    }
    pk = theirs.get(fact, cast.stranger.pk)
    told: Any = [pk] if fact.endswith("Ids") else pk
    assert names(cast, customer, **{fact: told}).of(fact, pk) == ""


def test_groups_of_another_company_are_not_named_either(cast: Cast, customer: Customer) -> None:
    chat = make.chat(cast.other_corp, cast.stranger, name="外人群")
    assert names(cast, customer, groupId=chat.pk).of("groupId", chat.pk) == ""


@pytest.mark.parametrize(
    ("who", "name"), [("admin", "客户群"), ("manager", "客户群"), ("owner", ""), ("colleague", "客户群")]
)
def test_a_group_is_named_to_whoever_may_see_it(cast: Cast, customer: Customer, who: str, name: str) -> None:
    chat = make.chat(cast.corp, cast.colleague, customer, name="客户群")
    assert names(cast, customer, who, groupId=chat.pk).of("groupId", chat.pk) == name


def test_a_group_without_a_name_is_called_by_its_id(cast: Cast, customer: Customer) -> None:
    chat = make.chat(cast.corp, cast.owner, name="")
    assert names(cast, customer, groupId=chat.pk).of("groupId", chat.pk) == chat.chat_id


def test_an_sop_without_a_name_is_called_by_what_there_is(cast: Cast, customer: Customer) -> None:
    by_sop, by_itself = make.sop(customer, name="", sop_id="welcome"), make.sop(customer, name="", sop_id="")
    assert names(cast, customer, enrolmentId=by_sop.pk).of("enrolmentId", by_sop.pk) == "welcome"
    assert names(cast, customer, enrolmentId=by_itself.pk).of("enrolmentId", by_itself.pk) == by_itself.enrolment_id


def test_what_is_gone_is_called_nothing(cast: Cast, customer: Customer) -> None:
    known = names(cast, customer, tagIds=[10**9], groupId=10**9)
    assert known.of("tagIds", 10**9) == known.of("groupId", 10**9) == ""


def test_what_was_not_asked_for_is_called_nothing(cast: Cast, customer: Customer) -> None:
    tag = make.tag(make.group(cast.corp))
    assert names(cast, customer).of("tagIds", tag.pk) == ""


@pytest.mark.parametrize(("length", "shown"), [(LONGEST, LONGEST), (LONGEST + 1, LONGEST + 1), (500, LONGEST + 1)])
def test_a_long_text_ends_with_an_ellipsis(cast: Cast, customer: Customer, length: int, shown: int) -> None:
    row = make.follow_up_row(customer, content="很" * length)
    text = names(cast, customer, followUpId=row.pk).of("followUpId", row.pk)
    assert len(text) == shown
    assert text.endswith("…") == (length > LONGEST)


def test_lines_become_one(cast: Cast, customer: Customer) -> None:
    row = make.follow_up_row(customer, content="第一行\n\n  第二行\t完")
    assert names(cast, customer, followUpId=row.pk).of("followUpId", row.pk) == "第一行 第二行 完"


def test_the_same_table_is_asked_once_for_several_facts(
    cast: Cast, customer: Customer, django_assert_num_queries: Any
) -> None:
    about = {"handoverId": cast.owner.pk, "takerId": cast.colleague.pk, "employeeIds": [cast.manager.pk]}
    make.entry(customer, kind="transferred", facts=about)
    entries, _after = reading.page(customer.pk, reading.Wanted(), size=100)
    with django_assert_num_queries(1):
        known = Names(entries, actor=cast.actor("admin"), corp_id=cast.corp.pk)
        assert [known.of(fact, pk) for fact, pk in (("handoverId", cast.owner.pk), ("takerId", cast.colleague.pk))] == [
            "王小明",
            "李小红",
        ]
