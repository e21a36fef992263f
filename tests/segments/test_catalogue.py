"""Segments are made, changed, copied, frozen and deleted by rules that refuse what can't be asked."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from core.errors import RuleViolation
from customers import lifecycle
from messaging.models import OutboxEvent
from segments import catalogue
from segments.catalogue import checking, listing
from segments.members import clearing
from segments.models import Segment, SegmentRun, SegmentStanding, SegmentStay
from tests import make
from tests.conftest import Cast
from tests.segments.crowd import (
    BY,
    asking,
    ids,
    last_run,
    listed,
    members,
    move,
    of_city,
    people,
    run_all,
    segment,
    standing,
    told,
)


def everything() -> list[Any]:
    """What a refusal must leave as it was."""
    rows = [
        list(model.objects.order_by("pk").values()) for model in (Segment, SegmentStanding, SegmentRun, SegmentStay)
    ]
    return [rows, OutboxEvent.objects.count()]


def refused(code: str, act: Callable[[], object], *, field: str = "") -> RuleViolation:
    before = everything()
    with pytest.raises(RuleViolation) as refusal:
        act()
    assert refusal.value.code == code
    assert not field or field in [error.field for error in refusal.value.errors]
    assert everything() == before
    return refusal.value


def test_a_segment_is_made_told_of_and_put_down_to_be_counted(cast: Cast, recorded: Any) -> None:
    given = {"name": " 北京  客户 ", "condition": of_city("北京"), "description": "d", "announces": True}
    row = catalogue.create_segment(corp_id=cast.corp.pk, **given, **BY)
    row.refresh_from_db()
    assert (row.name, row.kind, row.condition, row.uses) == ("北京 客户", "dynamic", of_city("北京"), [])
    assert (row.description, row.announces, row.actor, row.version) == ("d", True, "system", 1)
    assert recorded() == [("segment.created", row.pk, {"segmentId": row.pk, "kind": "dynamic"})]
    assert (last_run(row).reason, last_run(row).state, standing(row).run) == ("created", "queued", 0)


def test_a_change_is_told_by_name_and_a_repeat_changes_nothing(cast: Cast, recorded: Any) -> None:
    row = segment(cast.corp)
    changed = catalogue.update_segment(segment=row, name="新名", announces=True, if_version=1, **BY)
    assert (changed.version, changed.name, changed.announces) == (2, "新名", True)
    assert recorded()[-1] == (
        "segment.updated",
        row.pk,
        {"segmentId": row.pk, "kind": "dynamic", "changed": ["announces", "name"]},
    )
    before = everything()
    catalogue.update_segment(segment=row, name="新名", announces=True, condition=row.condition, **BY)
    assert everything() == before
    refused("version_passed", lambda: catalogue.update_segment(segment=row, name="x", if_version=1, **BY))


def test_another_condition_has_the_segment_and_those_that_name_it_asked_anew(cast: Cast) -> None:
    row, apart = segment(cast.corp), segment(cast.corp)
    user, far = segment(cast.corp), segment(cast.corp)
    Segment.objects.filter(pk=user.pk).update(uses=[row.pk])
    Segment.objects.filter(pk=far.pk).update(uses=[user.pk])
    catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    assert {one.pk: last_run(one).reason for one in (row, user, far, apart)} == {
        row.pk: "changed",
        user.pk: "event",
        far.pk: "event",
        apart.pk: "created",
    }
    assert standing(row).stale_since and standing(far).stale_since and not standing(apart).stale_since


def test_what_cant_be_a_segment_is_refused(cast: Cast) -> None:
    taken = segment(cast.corp, name="老客")
    fresh: dict[str, Any] = {"corp_id": cast.corp.pk, "name": "N", "condition": of_city("北京"), **BY}
    cases: list[tuple[str, dict[str, Any]]] = [
        ("segment_exists", {"name": "老客"}),
        ("name_invalid", {"name": "  "}),
        ("name_invalid", {"name": "x" * 51}),
        ("description_invalid", {"description": "x" * 201}),
        ("condition_invalid", {"condition": asking("shoeSize", "is", 1)}),
        ("condition_invalid", {"condition": None}),
    ]
    for code, fields in cases:
        refused(code, partial(catalogue.create_segment, **fresh | fields))
    for code, fields in cases[1:]:
        refused(code, partial(catalogue.update_segment, segment=Segment.objects.get(pk=taken.pk), **fields, **BY))
    assert catalogue.create_segment(**fresh | {"corp_id": cast.other_corp.pk, "name": "老客"}).name == "老客"


def test_there_is_a_bound_on_their_number(cast: Cast, monkeypatch: Any) -> None:
    segment(cast.corp)
    monkeypatch.setattr(checking, "MOST", 1)
    refused("too_many_segments", lambda: segment(cast.corp, counted=False))
    refused("too_many_segments", lambda: listed(cast.corp, []))


def test_a_circle_of_segments_is_refused(cast: Cast, monkeypatch: Any) -> None:
    first, second, third = (segment(cast.corp) for _n in range(3))
    Segment.objects.filter(pk=first.pk).update(uses=[second.pk])
    Segment.objects.filter(pk=second.pk).update(uses=[third.pk])
    names: dict[str, list[int]] = {}
    monkeypatch.setattr("segments.refreshing.questions.used_by", lambda condition: names["uses"])
    for used in ([first.pk], [third.pk], [second.pk]):
        names["uses"] = used
        error = refused(
            "condition_invalid", lambda: catalogue.update_segment(segment=third, condition=of_city("上海"), **BY)
        )
        assert [each.code for each in error.errors] == ["segment_cycle"]
    names["uses"] = [third.pk]
    fourth = segment(cast.corp, counted=False)
    assert fourth.uses == [third.pk]
    names["uses"] = [10**6]
    error = refused("condition_invalid", lambda: segment(cast.corp, counted=False))
    assert [each.code for each in error.errors] == ["segment_unknown"]


def test_a_segment_that_others_name_is_not_deleted(cast: Cast) -> None:
    row, user = segment(cast.corp), segment(cast.corp, name="谁用")
    Segment.objects.filter(pk=user.pk).update(uses=[row.pk])
    error = refused("segment_in_use", lambda: catalogue.delete_segment(segment=row, **BY))
    assert "谁用" in str(error.message)
    catalogue.delete_segment(segment=user, **BY)
    catalogue.delete_segment(segment=row, **BY)
    assert not Segment.objects.live().exists()


def test_a_deleted_segment_is_told_of_and_cleared_away_in_batches(cast: Cast, recorded: Any, monkeypatch: Any) -> None:
    people(cast.corp, *["北京"] * 5)
    row = segment(cast.corp, name="老客")
    open_run = catalogue.update_segment(segment=row, condition=of_city("上海"), **BY)
    catalogue.delete_segment(segment=open_run, **BY)
    assert recorded()[-1] == ("segment.deleted", row.pk, {"segmentId": row.pk, "kind": "dynamic"})
    assert last_run(row).state == "cancelled"
    refused("segment_deleted", lambda: catalogue.delete_segment(segment=row, **BY))
    refused("segment_deleted", lambda: catalogue.update_segment(segment=row, name="x", **BY))
    monkeypatch.setattr(clearing, "BATCH", 2)
    batches = 0
    while clearing.clear_some():
        batches += 1
    assert batches == 2
    assert not SegmentStay.objects.exists() and not SegmentStanding.objects.exists()
    assert segment(cast.corp, name="老客").pk != row.pk


def test_a_list_holds_whom_it_was_made_of(cast: Cast, recorded: Any) -> None:
    first, second, gone = people(cast.corp, "北京", "上海", "广州")
    lifecycle.delete(customer=gone, **BY)
    row = listed(cast.corp, [first, second, gone], announces=True)
    assert (row.kind, row.condition, members(row), standing(row).size) == ("static", None, ids(first, second), 2)
    assert told(row) == [("entered", sorted(ids(first, second)), "listed")]
    stay = SegmentStay.objects.get(customer=first)
    assert (stay.entered_by, stay.entered_event) == ("listed", "system")
    catalogue.add_members(segment=row, customer_ids=[first.pk], **BY)
    moves = catalogue.remove_members(segment=row, customer_ids=[second.pk, second.pk, gone.pk], **BY)
    assert (moves.left, members(row), standing(row).size) == ([second.pk], ids(first), 1)
    assert told(row)[-1] == ("left", [second.pk], "unlisted")
    catalogue.remove_members(segment=row, customer_ids=[second.pk], **BY)
    assert len(told(row)) == 2
    assert catalogue.add_members(segment=row, customer_ids=[second.pk], **BY).entered == [second.pk]
    assert SegmentStay.objects.filter(customer=second).count() == 2


def test_what_a_list_doesnt_take_is_refused(cast: Cast, monkeypatch: Any) -> None:
    mine, foreign = make.customer(cast.corp), make.customer(cast.other_corp)
    row, dynamic = listed(cast.corp, [mine]), segment(cast.corp)
    add = catalogue.add_members
    refused("customer_unknown", lambda: add(segment=row, customer_ids=[foreign.pk], **BY), field="customerIds")
    refused("segment_dynamic", lambda: add(segment=dynamic, customer_ids=[mine.pk], **BY))
    refused("segment_dynamic", lambda: catalogue.remove_members(segment=dynamic, customer_ids=[mine.pk], **BY))
    refused("segment_static", lambda: catalogue.update_segment(segment=row, condition=of_city("北京"), **BY))
    refused("customer_unknown", lambda: listed(cast.corp, [foreign]))
    monkeypatch.setattr(listing, "MOST", 1)
    refused("too_many_customers", lambda: add(segment=row, customer_ids=[1, 2], **BY), field="customerIds")


def test_a_list_of_those_who_are_in_a_segment_now_stays_what_it_was(cast: Cast) -> None:
    first, second = people(cast.corp, "北京", "北京")
    row = segment(cast.corp, description="d")
    frozen = catalogue.freeze_segment(segment=row, name="冻结", **BY)
    refused("segment_filling", lambda: catalogue.add_members(segment=frozen, customer_ids=[first.pk], **BY))
    assert members(frozen) == set()
    run_all()
    move(first, "上海")
    catalogue.delete_segment(segment=row, **BY)
    assert (frozen.kind, frozen.description, members(frozen)) == ("static", "d", ids(first, second))
    assert (standing(frozen).size, last_run(frozen).reason) == (2, "created")


def test_a_copy_asks_the_same_or_lists_the_same(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row = segment(cast.corp, announces=True, description="d")
    copied = catalogue.copy_segment(segment=row, name="副本", **BY)
    run_all()
    assert (copied.condition, copied.announces, copied.description) == (row.condition, True, "d")
    assert members(copied) == ids(one)
    again = catalogue.copy_segment(segment=listed(cast.corp, [one]), name="名单副本", **BY)
    run_all()
    assert (again.kind, members(again)) == ("static", ids(one))
    refused("segment_exists", lambda: catalogue.copy_segment(segment=row, name="副本", **BY))
