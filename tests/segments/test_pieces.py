"""The small pieces: who names whom, what an event may alter, what a preview refuses, what a stay's cause is called."""

from typing import Any

import pytest
from django.conf import settings
from django.utils import translation
from django.utils.module_loading import import_string

from core.errors import RuleViolation
from segments import narrowing, previewing
from segments.choices import CAUSES, OPEN_RUNS, Reason, RunState
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Named, Not, Some
from segments.models import Segment, SegmentPending, SegmentRun, SegmentSize, SegmentTouch
from segments.refreshing import concerning, hearing, questions
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import asking, ids, last_run, listed, of_city, people, segment, standing


def naming(*used: int) -> Named:
    asked = Asked("segments", "any", used)
    return Named(asked, asked)


@pytest.mark.parametrize(
    ("root", "used"),
    [
        (None, []),
        (Asked("city", "is", "北京"), []),
        (naming(3), [3]),
        (naming(5, 3), [3, 5]),
        (Not(All((naming(3), AnyOf((naming(4), naming(3)))))), [3, 4]),
        (Some("tag", Asked("tag", "any", (9,))), []),
        (All((Asked("tags", "any", (7,)), Not(naming(8)))), [8]),
    ],
)
def test_the_segments_that_a_condition_names_are_found_at_any_depth(root: Any, used: list[int]) -> None:
    assert questions.used_by(Condition(1, root)) == used


def test_who_names_a_segment_is_found_through_others(cast: Cast) -> None:
    base, middle, top, apart = (segment(cast.corp, counted=False) for _n in range(4))
    Segment.objects.filter(pk=middle.pk).update(uses=[base.pk])
    Segment.objects.filter(pk=top.pk).update(uses=[middle.pk, 10**6])

    def found(*rows: Segment) -> set[int]:
        return {row.pk for row in hearing.with_dependants(list(rows))}

    assert found() == set()
    assert found(base) == {base.pk, middle.pk, top.pk}
    assert found(middle) == {middle.pk, top.pk}
    assert found(apart, top) == {apart.pk, top.pk}
    Segment.objects.filter(pk=base.pk).update(uses=[top.pk])
    assert found(base) == {base.pk, middle.pk, top.pk}, "a circle that the record can't hold ends all the same"


def test_to_renew_nothing_is_to_do_nothing(cast: Cast) -> None:
    assert hearing.renew([]) is False
    assert hearing.renew([listed(cast.corp, [])]) is False
    assert not SegmentRun.objects.exists()
    row = segment(cast.corp)
    assert hearing.renew([row]) is True
    assert (last_run(row).reason, standing(row).stale_since is not None) == ("event", True)


def test_only_lists_that_are_named_have_others_asked(cast: Cast) -> None:
    plain, (one,) = listed(cast.corp, []), people(cast.corp, "北京")
    hearing.note_for_dependants(plain, [one.pk], cause="listed")
    assert not SegmentPending.objects.exists()
    user = segment(cast.corp)
    Segment.objects.filter(pk=user.pk).update(uses=[plain.pk])
    hearing.note_for_dependants(plain, [one.pk], cause="listed")
    note = SegmentPending.objects.get()
    assert (note.customer_id, note.cause, note.event_id) == (one.pk, "listed", f"segment:{plain.pk}")


def test_each_kind_of_event_alters_what_is_asked_of_it(cast: Cast) -> None:
    tag, stage = make.tag(make.group(cast.corp)), make.stage(cast.corp)
    asked = {
        "tags": segment(cast.corp, asking("tags", "any", [tag.pk]), counted=False),
        "groups": segment(cast.corp, asking("tagGroups", "any", [tag.group_id]), counted=False),
        "department": segment(cast.corp, asking("departments", "any", [cast.department.pk]), counted=False),
        "stage": segment(cast.corp, asking("stage", "is", stage.pk), counted=False),
        "city": segment(cast.corp, counted=False),
    }
    concerned = {
        "tag.merged": {"tags", "groups"},
        "tag_group.deleted": {"groups"},
        "employee.updated": {"department"},
        "department.deleted": {"department"},
        "stage.deleted": {"stage"},
        "channel.updated": set(),
        "group.dismissed": set(),
        "weather.changed": set(),
    }
    for event, names in concerned.items():
        rows = concerning.segments(corp_id=cast.corp.pk, event=event)
        assert {row.pk for row in rows} == {asked[name].pk for name in names}, event


def test_a_preview_is_refused_what_would_make_a_segment_ask_itself(cast: Cast, monkeypatch: Any) -> None:
    row, other = segment(cast.corp), segment(cast.corp)
    Segment.objects.filter(pk=other.pk).update(uses=[row.pk])
    monkeypatch.setattr("segments.refreshing.questions.used_by", lambda condition: [other.pk])
    given: dict[str, Any] = {"document": of_city("北京"), "corp": cast.corp, "actor": make.service(cast.corp)}
    assert previewing.preview(**given).count == 0
    with pytest.raises(RuleViolation) as refusal:
        previewing.preview(**given, segment=row)
    assert refusal.value.errors[0].code == "segment_cycle"


def test_a_preview_stores_nothing(cast: Cast) -> None:
    people(cast.corp, "北京")
    before = [Segment.objects.count(), SegmentRun.objects.count(), SegmentSize.objects.count()]
    found = previewing.preview(document=of_city("北京"), corp=cast.corp, actor=make.service(cast.corp))
    assert (found.count, len(found.sample)) == (1, 1)
    assert [Segment.objects.count(), SegmentRun.objects.count(), SegmentSize.objects.count()] == before


def test_every_cause_has_its_words_in_both_languages() -> None:
    for language in ("en", "zh-hans"):
        with translation.override(language):
            words = {cause: str(word) for cause, word in CAUSES.items()}
        assert set(words) == {*Reason.values, "listed", "unlisted"}
        assert all(words.values()) and len(set(words.values())) == len(words)


def test_the_setting_names_a_function_that_is_there() -> None:
    assert import_string(settings.CUSTOMER_FILTERS["segmentId"]) is narrowing.in_segment


def test_open_runs_are_those_that_are_not_over() -> None:
    over = {RunState.DONE, RunState.FAILED, RunState.CANCELLED}
    assert set(OPEN_RUNS) | over == set(RunState) and not set(OPEN_RUNS) & over


def test_rows_are_called_by_something(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row = segment(cast.corp, name="老客")
    SegmentTouch.objects.create(corp=cast.corp, segment_id=row.pk, customer_id=one.pk)
    SegmentPending.objects.create(corp=cast.corp, customer_id=one.pk, cause="customer.updated")
    names = [str(row), str(last_run(row)), str(standing(row)), str(row.stays.get()), str(row.sizes.get())]
    names += [str(SegmentTouch.objects.get()), str(SegmentPending.objects.get())]
    assert names[0] == "老客" and all(names)
    assert SegmentRun(total=0).percent == 0
    assert SegmentRun(total=3, done=1).percent == 33
    assert ids(one) == {one.pk}


def test_a_condition_of_every_form_is_stored_as_it_was_sent(cast: Cast) -> None:
    """What is stored is what a reader of the API gets back and may send again."""
    tag = make.tag(make.group(cast.corp))
    forms: list[Any] = [
        None,
        {"all": [{"field": "city", "op": "in", "value": ["北京"]}, {"field": "mobile", "op": "unset"}]},
        {"any": [{"field": "gender", "op": "is", "value": 1}, {"not": {"field": "gender", "op": "is", "value": 2}}]},
        {"some": "tag", "where": {"field": "tag", "op": "any", "value": [tag.pk]}},
        {"some": "relation", "count": {"op": "atLeast", "value": 2}},
        {"field": "addTime", "op": "within", "value": {"days": 90}},
        {"field": "tags", "op": "none", "value": [tag.pk]},
    ]
    for where in forms:
        document = {"version": 1, "where": where}
        row = segment(cast.corp, document, counted=False)
        row.refresh_from_db()
        assert row.condition == document
        found = questions.condition_of(row)
        assert (found.corp_id, found.root is None) == (cast.corp.pk, where is None)
        assert questions.used_by(found) == []
