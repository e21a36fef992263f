"""The form field of a condition takes JSON as people write it; what stands beside it for the builder is data alone."""

import json
import re
from typing import Any

import pytest
from django import forms
from django.utils import translation

from segments.conditions import bounds
from segments.console import widgets, words
from segments.fields import FIELDS, SETS
from segments.fields.ops import NEGATIVE
from segments.rules import saying
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.segments.rules.played import adds, draft

CONDITION = {"version": 1, "where": {"all": [{"field": "city", "op": "in", "value": ["北京", "</script><b>"]}]}}


class Form(forms.Form):
    condition = widgets.ConditionField()


def told_on(page: str) -> Any:
    """What the page tells the builder."""
    found = re.search(r'<script id="id_condition-told" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    return json.loads(found[1])


def test_what_is_shown_can_be_posted_back_as_it_is() -> None:
    shown = Form(initial={"condition": CONDITION})["condition"]
    posted = Form({"condition": shown.field.prepare_value(CONDITION)}, initial={"condition": CONDITION})
    assert posted.is_valid()
    assert posted.cleaned_data == {"condition": CONDITION}
    assert not posted.has_changed()


def test_a_refused_form_shows_what_was_typed_as_it_was_typed() -> None:
    form = Form({"condition": '{"version": 1, "where'})
    assert not form.is_valid()
    assert "{&quot;version&quot;: 1, &quot;where" in str(form["condition"])


@pytest.mark.parametrize(
    "wrong",
    ["", "{", "[" * 60_000, '{"a":' * 20_000, '"' + "北" * bounds.BYTES + '"'],
    ids=["empty", "half", "a tower of lists", "a tower of objects", "too long"],
)
def test_what_is_no_json_is_refused_on_the_form(wrong: str) -> None:
    form = Form({"condition": wrong})
    assert not form.is_valid()
    assert list(form.errors) == ["condition"]


def test_values_that_look_like_markup_stay_values() -> None:
    page = str(Form(initial={"condition": CONDITION})["condition"])
    assert page.count("</script>") == 1
    assert "<b>" not in page
    assert 'data-condition="id_condition-told"' in page


@pytest.mark.django_db
def test_the_builder_is_told_what_can_be_asked_where_to_ask_and_whose_condition_it_is() -> None:
    field = Form().fields["condition"]
    field.widget.corp_id, field.widget.segment_id = 7, 9
    told = told_on(field.get_bound_field(Form(), "condition").as_widget(field.widget))
    assert [entry["key"] for entry in told["fields"]["fields"]] == list(FIELDS)
    assert [entry["key"] for entry in told["fields"]["sets"]] == list(SETS)
    assert told["urls"] == {"values": "/admin/conditions/values/", "preview": "/admin/conditions/preview/"}
    assert (told["corp"], told["segment"]) == (7, 9)


@pytest.mark.parametrize(("language", "name", "word"), [("zh-hans", "zh", "添加条件"), ("en", "en", "Add condition")])
def test_the_builder_speaks_the_language_of_the_page(language: str, name: str, word: str) -> None:
    with translation.override(language):
        told = told_on(str(Form()["condition"]))
    assert (told["language"], told["texts"]["add"]) == (name, word)


def test_every_question_has_a_name_in_the_builder() -> None:
    tables = [FIELDS, *(rows.fields for rows in SETS.values())]
    positive = {op for fields in tables for field in fields.values() for op in field.kind.ops}
    asked = positive | {negative for negative, op in NEGATIVE.items() if op in positive}
    assert asked == set(words.OPS)


def test_the_page_loads_scripts_and_styles_of_this_service_alone() -> None:
    media = str(Form().media)
    assert 'src="/static/console/conditions/builder.js"' in media
    assert 'type="module"' in media
    assert "//" not in media.replace("/static/", "")


@pytest.mark.django_db
def test_what_a_rule_found_wrong_is_told_at_the_field_with_its_place(cast: Cast, recorded: Any) -> None:
    row = draft(cast.corp, adds(make.tag(make.group(cast.corp))))
    client, address = entered(cast.users["admin"]), page(row, "change")
    before = (saying.newest(row).condition, recorded())
    parts = [{"field": "city", "op": "is", "value": "北京"}, {"field": "city", "op": "within", "value": 3}]
    posted = form_of(client.get(address), condition=json.dumps({"version": 1, "where": {"all": parts}}))
    answer = client.post(address, {name: value for name, value in posted.items() if value not in (None, "")})
    assert answer.status_code == 200
    errors = answer.context["adminform"].form.errors
    assert list(errors) == ["condition"]
    assert str(errors["condition"][0]).startswith("where.all[1].op: ")
    assert (saying.newest(row).condition, recorded()) == before
