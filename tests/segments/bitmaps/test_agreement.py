"""Bitmaps and record answer alike: any condition, any changes in between, folded or not, with or without bitmaps."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from pyroaring import BitMap

from customers.stages import create_stage
from segments import asking
from segments.bitmaps import building, compacting, evaluating, generations, leaves, memory, viewing
from segments.bitmaps.folding import fold
from segments.conditions import compiled, parsing
from segments.conditions.nodes import Condition
from segments.fields import FIELDS
from segments.fields.field import Kind
from segments.models import Bitmap, BitmapIndex
from tests.segments import dice, scene
from tests.segments.bitmaps.world import BY, World, end_tag, held, recorded

pytestmark = pytest.mark.django_db
Step = Callable[[World], Any]


class Around(World):
    """The scene of the conditions, with the acts of the bitmaps' world."""

    def __init__(self, of: scene.Scene, seed: int) -> None:
        self.corp, self.dice = of.corp, scene.random.Random(seed)
        self.staff, self.tags, self.customers = of.employees, of.tags, of.customers
        self.stages = [create_stage(corp_id=of.corp.pk, name=name, **BY) for name in ("意向", "成交")]


def by_record(condition: Condition) -> BitMap:
    return BitMap(compiled.rows(condition, scene.MOMENT).values_list("pk", flat=True))


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BitMap | None]]:
    """What the bitmaps answered, None where the record had to."""
    answers: list[BitMap | None] = []
    asked = asking._by_bitmaps

    def noting(*args: Any) -> BitMap | None:
        answers.append(found := asked(*args))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(asking, "_by_bitmaps", noting)
        yield answers


# What may happen between two questions, often and rarely.
STEPS: list[Step] = [
    *[World.change] * 6,
    *[lambda world: fold(world.corp)] * 3,
    lambda world: fold(world.corp, batch=2),
    end_tag,
    lambda world: building.build(world.corp),
    lambda world: compacting.compact(world.corp),
    lambda world: generations.discard(world.corp.pk),
    lambda _world: memory.forget(),
]


@pytest.mark.parametrize("few", [0, evaluating.FEW])
def test_any_condition_is_answered_alike_whatever_changed_in_between(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    # With none that are few each question which no atom answers is asked of all, else of those who are left.
    for module in (evaluating, viewing):
        monkeypatch.setattr(module, "FEW", few)
    found = scene.build()
    world = Around(found, seed=few)
    building.build(found.corp)
    with counted(monkeypatch) as answers:
        for _round in range(45):
            for _step in range(world.dice.randint(0, 3)):
                world.dice.choice(STEPS)(world)
            for _n in range(4):
                document = dice.document(world.dice, found)
                condition = parsing.parse(document, corp=found.corp)
                assert asking.ids(condition, moment=scene.MOMENT) == by_record(condition), document
    used = sum(answer is not None for answer in answers)
    assert 0.3 * len(answers) < used < len(answers)
    building.build(found.corp)
    fold(found.corp)
    assert held(found.corp) == recorded(found.corp)


def test_every_question_about_an_atom_is_answered_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    found = scene.build()
    world = Around(found, seed=1)
    building.build(found.corp)
    fold(found.corp)
    for field, op in leaves.LEAVES:
        # A flag is asked in one way only.
        if field not in FIELDS or op not in FIELDS[field].kind.ops:
            continue
        fields = {field: replace(FIELDS[field], kind=only(FIELDS[field].kind, op))}
        for _n in range(6):
            where = dice.question(world.dice, found, fields)
            condition = parsing.parse({"version": 1, "where": where}, corp=found.corp)
            assert asking.ids(condition, moment=scene.MOMENT) == by_record(condition), where


def only(kind: Kind, op: str) -> Kind:
    return replace(kind, ops={op: kind.ops[op]})


class TestOneQuestion:
    """A condition that needs every kind of answer, in each state that bitmaps can be in."""

    @pytest.fixture
    def world(self) -> World:
        return Around(scene.build(), seed=3)

    @pytest.fixture
    def condition(self, world: World) -> Condition:
        where = {
            "all": [
                {"field": "tags", "op": "any", "value": [tag.pk for tag in world.tags]},
                {"not": {"field": "city", "op": "in", "value": ["北京"]}},
                {"field": "addTime", "op": "within", "value": {"days": 900}},
                {"field": "name", "op": "set"},
            ]
        }
        return parsing.parse({"version": 1, "where": where}, corp=world.corp)

    def answer(self, condition: Condition, monkeypatch: pytest.MonkeyPatch) -> bool:
        """Whether bitmaps answered. That the answer is right is taken for granted, loudly."""
        with counted(monkeypatch) as answers:
            assert asking.ids(condition, moment=scene.MOMENT) == by_record(condition) != BitMap()
        return answers[0] is not None

    def test_without_bitmaps_the_record_answers(self, condition: Condition, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not self.answer(condition, monkeypatch)

    def test_half_built_ones_answer_nothing(
        self, world: World, condition: Condition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        writer = generations.claim(world.corp)
        assert writer
        generations.store(writer, {"all": BitMap([1, 2])})
        assert not self.answer(condition, monkeypatch)

    def test_built_ones_answer_also_what_is_not_folded(
        self, world: World, condition: Condition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        building.build(world.corp)
        assert self.answer(condition, monkeypatch)
        for _n in range(10):
            world.change()
            assert self.answer(condition, monkeypatch)
        fold(world.corp)
        assert self.answer(condition, monkeypatch)

    def test_with_too_many_changes_the_record_answers_until_they_are_folded(
        self, world: World, condition: Condition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "CHANGED", 5)
        building.build(world.corp)
        assert not self.answer(condition, monkeypatch)
        fold(world.corp)
        assert self.answer(condition, monkeypatch)

    @pytest.mark.parametrize("stale", [{"form": 0}, {"zone": "UTC"}, {"generation": 0}])
    def test_stale_ones_answer_nothing(
        self, world: World, condition: Condition, monkeypatch: pytest.MonkeyPatch, stale: dict[str, Any]
    ) -> None:
        building.build(world.corp)
        BitmapIndex.objects.update(**stale)
        assert not self.answer(condition, monkeypatch)

    def test_a_process_whose_bitmaps_were_written_anew_meanwhile_reads_the_new_ones(
        self, world: World, condition: Condition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        building.build(world.corp)
        present = memory.present

        def late(*args: Any) -> Any:
            found = present(*args)
            monkeypatch.setattr(memory, "present", present)
            building.build(world.corp)
            return found

        monkeypatch.setattr(memory, "present", late)
        assert self.answer(condition, monkeypatch)

    def test_bitmaps_that_are_always_gone_leave_the_answer_to_the_record(
        self, world: World, condition: Condition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        building.build(world.corp)
        Bitmap.objects.filter(atom=generations.END).delete()
        assert not self.answer(condition, monkeypatch)

    def test_a_tag_that_ends_is_on_nobody_and_a_merged_one_is_the_other_before_anybody_is_swept(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        building.build(world.corp)
        fold(world.corp)
        for n, tag in enumerate(world.tags):
            where = {"field": "tags", "op": "any" if n % 2 else "none", "value": [tag.pk]}
            condition = parsing.parse({"version": 1, "where": where}, corp=world.corp)
            for _time in range(3):
                assert asking.ids(condition, moment=scene.MOMENT) == by_record(condition)
                end_tag(world)


def test_outside_transactions_a_tag_is_remembered_only_until_the_catalogue_changes(transactional_db: None) -> None:
    world = Around(scene.build(), seed=5)
    building.build(world.corp)
    where = {"field": "tags", "op": "any", "value": [tag.pk for tag in world.tags]}
    condition = parsing.parse({"version": 1, "where": where}, corp=world.corp)
    for _time in range(3):
        for _again in range(2):
            assert asking.ids(condition, moment=scene.MOMENT) == by_record(condition) != BitMap()
        end_tag(world)
