"""What the bench measures of rules and refreshes, and that the database is as it was before."""

import io
import json
import sys
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from bench import fill, rules, tree_forms, tree_questions, undone
from corps.models import Corp
from segments import asking
from segments.conditions import parsing
from segments.models import TagRule
from segments.rules import books

FAME = {"common": (0, 1, 2), "rare": (20, 30, 3)}


@pytest.fixture
def corp(db: None, monkeypatch: pytest.MonkeyPatch) -> Corp:
    for name, value in {"RULES": 6, "EVENTS": 2, "CALLS": 1, "FAME": FAME}.items():
        monkeypatch.setattr(rules, name, value)
    made = fill.fill(1_500, say=lambda _text: None)
    # SQLite knows no hints, and knows one of the indexes by another name of the clause. The bench has one company.
    hints = connection.vendor == "mysql"
    forms = {name: form for name, form in tree_forms.FORMS.items() if hints or "INDEX" not in form}
    ours = {name: form.replace("corp_id = 1 ", f"corp_id = {made.pk} ") for name, form in forms.items()}
    monkeypatch.setattr(tree_forms, "FORMS", ours)
    return made


def everything() -> dict[str, int]:
    """Of each table the rows, and of customers, which are changed, also how."""
    counts = {model._meta.label: model._default_manager.count() for model in apps.get_models()}
    rows = apps.get_model("customers.Customer").objects.values_list("pk", "version", "update_time")
    return counts | {"state": hash(tuple(rows.order_by("pk")))}


def printed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    rules.main(arguments)
    return json.loads(out.getvalue().splitlines()[-1])


def test_all_is_measured_and_nothing_stays(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()
    found = printed(monkeypatch)
    assert set(found) == {"event", "refresh"}
    assert all(found["event"][name] > 0 for name in ("one", "many", "first"))
    asked = tree_questions.members(tuple(tree_questions.tags_by_fame()[place] for place in FAME["common"]))  # type: ignore[arg-type]
    assert found["refresh"]["common"]["members"] == asking.count(parsing.parse(asked, corp=corp)) > 0
    assert all(one[key] > 0 for one in found["refresh"].values() for key in ("first", "again", "sql"))
    assert everything() == before
    assert books.of(corp.pk) is None


def test_a_backfill_comes_to_everybody_and_is_taken_back(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything()
    found = printed(monkeypatch, "backfill")["backfill"]
    assert found["seen"] == corp.customer_set.alive().count()
    assert 0 < found["changed"] < found["seen"]
    assert found["a_second"] > 0 and found["grown_mb"] >= 0
    assert everything() == before


def test_a_statement_that_finds_others_ends_the_run(corp: Corp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_forms, "FORMS", {"wrong": "SELECT COUNT(*) FROM customer c WHERE c.id < 3"})
    before = everything()
    with pytest.raises(SystemExit, match="other customers"):
        rules.refresh(corp)
    assert everything() == before


def test_each_form_of_the_count_has_one_that_tells_the_ids() -> None:
    forms = tree_forms.of_members((1, 2, 3))
    assert set(forms) == set(tree_forms.FORMS)
    assert not any("COUNT" in form for form in forms.values())


def test_what_was_written_is_undone_whatever_happens(corp: Corp) -> None:
    for error in (None, KeyError):
        try:
            with undone.undone():
                rules._rule(corp, 1, None, tree_questions.tags_by_fame()[0])
                assert TagRule.objects.count() == 1
                if error:
                    raise error
        except KeyError:
            pass
        assert TagRule.objects.count() == 0
