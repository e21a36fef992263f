"""What people are told of a file: which columns it has, what may stand there, and what is wrong with a line."""

import ast
import inspect
from typing import Any

import pytest
from django.utils import translation

from core.errors import RuleViolation
from customers.models import Customer
from followups.choices import FollowUpKind, FollowUpOutcome, ImportState
from followups.console import import_sheet
from followups.importing import checking, faults, jobs, reading, sheets, sweeping, workbooks, working
from followups.models import FollowUpImport, FollowUpImportLine
from tests import make
from tests.conftest import Cast

LANGUAGES = ["zh-hans", "en"]


def raised(*modules: Any, by: str, place: int) -> set[str]:
    """The constants that stand at this place of the calls of a function."""
    calls = [node for module in modules for node in ast.walk(ast.parse(inspect.getsource(module)))]
    found = [call for call in calls if isinstance(call, ast.Call) and getattr(call.func, "id", "") == by]
    values = [call.args[place] for call in found]
    return {str(value.value) for value in values if isinstance(value, ast.Constant)}


def test_every_code_that_a_line_can_have_has_a_sentence_and_every_column_a_name() -> None:
    assert raised(checking, by="Fault", place=1) <= set(faults.SENTENCES)
    assert raised(checking, by="Fault", place=0) <= set(faults.COLUMNS)
    assert set(faults.COLUMNS) == set(sheets.CELLS)


def test_every_code_that_a_file_can_fail_with_has_a_sentence() -> None:
    codes = raised(reading, workbooks, by="refused", place=1) | raised(working, by="_failed", place=1)
    assert {"file_too_big", "file_unreadable", "columns_missing", "file_lost"} == codes
    assert codes | raised(jobs, by="refused", place=1) - {"file_empty"} <= set(faults.SENTENCES)
    assert raised(sweeping, by="_give_up", place=2) <= set(faults.SENTENCES)


@pytest.mark.parametrize("code", faults.SENTENCES)
def test_each_of_them_is_said_in_both_languages(code: str) -> None:
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = faults.sentence(code)
    assert said["zh-hans"] != said["en"]
    assert "%" not in said["zh-hans"] + said["en"]


def test_what_is_not_known_says_itself() -> None:
    assert (faults.sentence("new_code"), faults.column("newColumn")) == ("new_code", "newColumn")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "kinds"), [("kind", FollowUpKind), ("outcome", FollowUpOutcome)])
def test_every_choice_that_the_help_names_is_understood(language: str, name: str, kinds: Any) -> None:
    with translation.override(language):
        told = {heading: text for heading, _needed, text in sheets.help_of()}[faults.column(name)]
        labels = [str(kind.label) for kind in kinds if kind.value]
    assert all(label in told for label in labels)
    # Whichever language the page of whoever brings them in has.
    with translation.override("en"):
        assert [checking._choice(kinds, label, name) for label in labels] == [
            kind.value for kind in kinds if kind.value
        ]


def test_the_help_names_the_columns_of_the_template_in_their_order_and_which_are_needed() -> None:
    told = sheets.help_of()
    (heading,) = sheets.template()
    assert [name for name, _needed, _text in told] == heading
    needed = [cell for cell, (_name, must, _text) in zip(sheets.CELLS.values(), told, strict=True) if must]
    assert tuple(needed) == reading._NEEDED
    for name, must, _text in told:
        rest = [one for one in heading if one != name]
        if must:
            with pytest.raises(RuleViolation):
                reading.places_of(rest)
        else:
            assert reading.places_of(rest)


@pytest.mark.parametrize(
    ("state", "at", "word"),
    [
        ("checking", 1, "正在检查"),
        ("checked", 2, "尚未导入"),
        ("writing", 2, "正在导入"),
        ("done", 4, "导入已完成"),
        ("stopped", 4, "导入已停止"),
        ("failed", 4, "拆分"),
    ],
)
def test_the_sheet_says_where_it_stands(cast: Cast, state: str, at: int, word: str) -> None:
    customer = make.customer(cast.corp, cast.owner)
    job = make.follow_up_import(customer, state=state, good=2, code="file_too_big" if state == "failed" else "")
    told = import_sheet.of(job, lambda *parts: "/".join(map(str, parts)))
    assert word in told["state"]
    assert [when for _name, when in told["steps"]].count("done") == at
    assert bool(told["start"]) == (state == "checked")
    assert (told["percent"] is not None) == (state == "writing")


def test_every_state_has_its_words(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    for state in ImportState:
        job = make.follow_up_import(customer, state=state, good=1, code="file_lost")
        assert import_sheet._told(job)


@pytest.mark.parametrize(
    ("state", "facts", "percent"),
    [
        ("checking", {"seen": 50, "total": 200}, 25),
        # What a file says of its length may be less than there is.
        ("checking", {"seen": 300, "total": 200}, 99),
        ("checking", {"seen": 300, "total": 0}, None),
        ("writing", {"good": 4}, 75),
        ("done", {"good": 4}, None),
    ],
)
def test_how_far_it_is_is_a_share_of_what_there_is(
    cast: Cast, state: str, facts: dict[str, int], percent: int | None
) -> None:
    customer: Customer = make.customer(cast.corp, cast.owner)
    job = make.follow_up_import(customer, state=state, **facts)
    FollowUpImportLine.objects.create(corp=cast.corp, job=job, number=9, state="good", key="k")
    assert import_sheet._percent(FollowUpImport.objects.get(pk=job.pk)) == percent


def test_a_week_later_only_the_number_of_faults_is_left(cast: Cast) -> None:
    job = make.follow_up_import(make.customer(cast.corp, cast.owner))
    job.lines.all().delete()
    told = import_sheet.of(job, lambda *parts: "/".join(map(str, parts)))
    assert (told["faults"], told["download"]) == ([], "")
    assert [one["number"] for one in told["figures"] if one["warn"]] == [1]
