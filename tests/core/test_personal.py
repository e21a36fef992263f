"""Every column says what it holds of people, and the page that lists them is the one in the docs."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command

from core import personal
from core.personal import Mark, Table
from core.personal_page import page
from corps.models import Employee, User
from customers.models import Customer, CustomerGram, FollowRelation
from messaging.models import OutboxEvent
from tests.personal_columns import EXPECTED, FOUND_BY, NAMED_IN, SECRETS

# These are of the company and its catalogue, of nobody outside it.
LOOKED_AT = {
    "corps.ApiAccount.name",
    "corps.Corp.name",
    "corps.Department.name",
    "customers.AccessRecord.address",
    "customers.Assignment.rule_name",
    "customers.AssignmentRule.name",
    "customers.Channel.name",
    "customers.ContactWay.name",
    "customers.ContactWay.remark_template",
    "customers.ContactWay.welcome_text",
    "customers.CustomField.name",
    "customers.CustomerView.name",
    "customers.Stage.name",
    "customers.CustomFile.content_type",
    "followups.FollowUpAttachment.content_type",
    "followups.FollowUpImport.name",
    "followups.FollowUpTemplate.content",
    "followups.FollowUpTemplate.name",
    "followups.SopEnrolment.name",
    "groups.GroupChat.name",
    "groups.GroupTag.name",
    "groups.GroupTagSet.name",
    "messaging.InboxEvent.name",
    "messaging.OutboxEvent.name",
    "segments.RuleEffect.event_name",
    "segments.RuleOutcome.event_name",
    "segments.Segment.name",
    "segments.TagRule.name",
    "tags.Tag.name",
    "tags.TagGroup.name",
    "wecom.WecomApp.name",
    "wecom.WecomApp.welcome_text",
}


def test_every_column_of_ours_is_marked_once() -> None:
    assert list(personal.faults()) == []


def test_every_model_has_a_table_of_marks() -> None:
    assert set(personal.tables()) == set(personal.our_models())


def _instead(monkeypatch: pytest.MonkeyPatch, model: Any, table: Table) -> list[str]:
    changed = {**personal.tables(), model: table}
    monkeypatch.setattr(personal, "tables", lambda: changed)
    return list(personal.faults())


def _marks(model: Any, **other: Any) -> Table:
    table = personal.tables()[model]
    kept = {name: getattr(table, name) for name in ("personal", "secrets", "none", "by", "within", "staff", "drop")}
    return Table(**kept | other)


def test_a_column_without_a_mark_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    table = _marks(FollowRelation)
    short = _marks(FollowRelation, personal=table.personal.replace("remark_mobiles", ""))
    assert _instead(monkeypatch, FollowRelation, short) == ["customers.FollowRelation.remark_mobiles is not marked"]


def test_a_mark_of_no_column_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    more = _marks(FollowRelation, none=f"{_marks(FollowRelation).none} nickname")
    found = _instead(monkeypatch, FollowRelation, more)
    assert found == ["customers.FollowRelation.nickname is marked and does not exist"]


def test_a_column_marked_both_ways_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    both = _marks(FollowRelation, none=f"{_marks(FollowRelation).none} remark")
    assert _instead(monkeypatch, FollowRelation, both) == ["customers.FollowRelation.remark is marked twice"]


def test_personal_columns_in_which_nobody_can_be_found_are_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _instead(monkeypatch, FollowRelation, _marks(FollowRelation, by={}))
    assert found == ["customers.FollowRelation doesn't say how a person is found in it"]


def test_a_model_that_nobody_marked_is_found_column_by_column(monkeypatch: pytest.MonkeyPatch) -> None:
    found = _instead(monkeypatch, CustomerGram, Table())
    assert {"customers.CustomerGram.gram is not marked", "customers.CustomerGram.alive is not marked"} <= set(found)


def test_what_is_known_to_be_personal_is_marked_so() -> None:
    marks = {(model, column): mark for model, table in personal.tables().items() for column, mark in table.marks()}
    for column in ("external_userid", "name", "unionid", "mobile", "search_text"):
        assert marks[Customer, column] is Mark.PERSONAL
    assert marks[OutboxEvent, "payload"] is Mark.PERSONAL
    assert marks[User, "password"] is Mark.SECRET
    assert marks[Customer, "version"] is Mark.NONE


def test_the_tables_of_customers_are_those_that_can_be_searched_for_one() -> None:
    found = {model for model, _table in personal.of_customers()}
    assert {Customer, FollowRelation, OutboxEvent} <= found
    assert not {Employee, User} & found


def test_each_table_names_columns_that_can_be_asked_for() -> None:
    for model, table in personal.tables().items():
        columns = {column.name for column in model._meta.concrete_fields}
        assert set(table.by) | set(table.within.split()) <= columns, model
        assert set(table.within.split()) <= set(table.personal.split()), model
        assert set(table.by.values()) <= {"id", "external_userid", "unionid", "lane"}, model


def test_the_page_in_the_docs_is_what_the_marks_say() -> None:
    assert (settings.BASE_DIR / "docs" / "personal-data.md").read_text(encoding="utf-8") == page()


def _after(table: Table, column: str) -> str:
    if table.staff:
        return "kept: a colleague's"
    if table.drop:
        return "deleted"
    if column == table.alias:
        return "renamed"
    return "emptied" if table.by else "cleared"


def test_the_personal_columns_are_those_that_somebody_wrote_down_beside_the_code() -> None:
    marked: dict[str, dict[str, str]] = {}
    for model, table in personal.tables().items():
        for column, mark in table.marks():
            if mark is Mark.PERSONAL:
                marked.setdefault(model._meta.label, {})[column] = _after(table, column)
    assert marked == EXPECTED


def test_so_are_the_secrets() -> None:
    marked = {m._meta.label: set(t.secrets.split()) for m, t in personal.tables().items() if t.secrets}
    assert marked == SECRETS


def test_so_is_how_a_customer_is_found() -> None:
    assert {m._meta.label: dict(t.by) for m, t in personal.tables().items() if t.by} == FOUND_BY
    assert {m._meta.label: set(t.within.split()) for m, t in personal.tables().items() if t.within} == NAMED_IN


@pytest.mark.parametrize(
    "name", ["mobile", "unionid", "remark", "name", "email", "address", "phone", "content", "text"]
)
def test_a_column_that_is_called_so_is_looked_at_by_somebody(name: str) -> None:
    unmarked = {
        f"{model._meta.label}.{column}"
        for model, table in personal.tables().items()
        for column, mark in table.marks()
        if mark is Mark.NONE and name in column.split("_")
    }
    assert unmarked <= LOOKED_AT


def test_a_table_that_is_cut_by_age_has_an_index_for_it() -> None:
    aged = {model: table for model, table in personal.tables().items() if table.aged}
    assert aged
    for model, table in aged.items():
        starts = [tuple(field.lstrip("-") for field in index.fields[:2]) for index in model._meta.indexes]
        assert ("corp", table.aged) in starts, model


def test_the_page_says_what_becomes_of_each_table() -> None:
    lines = {line.split("|")[1].strip(): line for line in page().splitlines() if line.startswith("| `")}
    assert "| rows deleted |" in lines["`customers.customer_gram`"]
    assert "| columns emptied |" in lines["`followups.follow_up`"]
    assert "| cleared of the person |" in lines["`messaging.outbox_event`"]
    assert "| colleagues | stays |" in lines["`corps.employee`"]
    assert "`password`" in lines["`corps.console_user`"]
    assert "`tags.tag`" not in lines


def test_the_command_writes_the_page(tmp_path: Path, settings: Any) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    personal.tables.cache_clear()
    try:
        call_command("personal_data")
    finally:
        personal.tables.cache_clear()
    assert (tmp_path / "docs" / "personal-data.md").read_text(encoding="utf-8").startswith("# What is held of people")
