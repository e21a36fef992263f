"""Undoing: for each thing a rule may do and a person may do after it, what is put back and what is left alone."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from core.time import now
from customers import lifecycle, remarks, stages, tagging
from customers.models import Customer, CustomerTag, FollowRelation, Stage
from segments.models import RuleEffect, RuleOutcome, RuleRun, TagRule
from segments.rules import jobs, working
from tags import catalog
from tags.models import Tag
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import AS, adds, followed, rule

THEIRS: Any = {"source": "operator"}


@dataclass
class Scene:
    """A customer as the rule met them, and those that have to do with it."""

    cast: Cast
    customer: Customer
    new: Tag
    old: Tag
    stage: Stage
    before: Stage

    @property
    def by(self) -> Any:
        return self.cast.actor("owner")

    def row(self) -> Customer:
        return Customer.objects.get(pk=self.customer.pk)

    def tags(self) -> dict[int, str]:
        """Tag → by which source it is there."""
        return dict(CustomerTag.objects.filter(customer=self.customer).values_list("tag_id", "source"))


@pytest.fixture
def scene(cast: Cast) -> Scene:
    group = make.group(cast.corp)
    new, old = make.tag(group), make.tag(group)
    before, stage = make.stage(cast.corp), make.stage(cast.corp)
    customer = make.customer(cast.corp, cast.owner, name="张三")
    tagging.add_tags(customer=customer, tag_ids=[old.pk], by=cast.actor("owner"), source="operator")
    stages.set_stage(customer=customer, stage=before, by=cast.actor("owner"), source="operator")
    return Scene(cast, Customer.objects.get(pk=customer.pk), new, old, stage, before)


def put(scene: Scene, *tags: Tag) -> None:
    tagging.add_tags(customer=scene.row(), tag_ids=[tag.pk for tag in tags], by=scene.by, **THEIRS)


def take(scene: Scene, *tags: Tag) -> None:
    tagging.remove_tags(customer=scene.row(), tag_ids=[tag.pk for tag in tags], by=scene.by, **THEIRS)


def move(scene: Scene, stage: Stage | None) -> None:
    stages.set_stage(customer=scene.row(), stage=stage, by=scene.by, **THEIRS)


def note(scene: Scene, remark: str) -> None:
    who = scene.cast.owner.pk
    remarks.change_remark(customer=scene.row(), employee_id=who, remark=remark, by=scene.by, **THEIRS)


def nothing(_scene: Scene) -> None:
    """Nobody did anything."""


@dataclass
class Case:
    """What the rule does, what somebody does then, and what the undo leaves.

    Attributes:
        tags: names of the tags that are there in the end → by which source.
        stage: the name of the stage in the end.
        kept: (what, why) of each part that was left alone.
    """

    actions: Callable[[Scene], list[dict[str, Any]]]
    then: Callable[[Scene], None] = nothing
    tags: dict[str, str] = field(default_factory=lambda: {"old": "operator"})
    stage: str = "before"
    remark: str = ""
    kept: list[tuple[str, str]] = field(default_factory=list)


def adding(scene: Scene) -> list[dict[str, Any]]:
    return [adds(scene.new)]


def removing(scene: Scene) -> list[dict[str, Any]]:
    return [{"do": "removeTags", "tagIds": [scene.old.pk]}]


def staging(scene: Scene) -> list[dict[str, Any]]:
    return [{"do": "setStage", "stageId": scene.stage.pk}]


def noting(_scene: Scene) -> list[dict[str, Any]]:
    return [{"do": "remark", "template": "{name}"}]


def all_of_it(scene: Scene) -> list[dict[str, Any]]:
    return [*adding(scene), *removing(scene), *staging(scene), *noting(scene)]


def told(_scene: Scene) -> list[dict[str, Any]]:
    return [{"do": "followUp", "content": "x"}, {"do": "warn", "level": 1}]


CASES: dict[str, Case] = {
    "a tag that was put is taken off": Case(
        actions=adding,
    ),
    "one that was taken off since is gone": Case(
        actions=adding,
        then=lambda scene: take(scene, scene.new),
        kept=[("tag", "changed_since")],
    ),
    "one that a person put again is theirs": Case(
        actions=adding,
        then=lambda scene: (take(scene, scene.new), put(scene, scene.new))[0],
        tags={"old": "operator", "new": "operator"},
        kept=[("tag", "changed_since")],
    ),
    "one that was deleted since is left alone": Case(
        actions=adding,
        then=lambda scene: catalog.delete_tag(tag=scene.new, **AS),
        # Its rows go a little later, and are not shown until then.
        tags={"old": "operator", "new": "rule"},
        kept=[],
    ),
    "a tag that was taken off comes back as it was": Case(
        actions=removing,
    ),
    "one that somebody put back is theirs": Case(
        actions=removing,
        then=lambda scene: put(scene, scene.old),
        kept=[("tag", "changed_since")],
    ),
    "one that has been deleted can't come back": Case(
        actions=removing,
        then=lambda scene: catalog.delete_tag(tag=scene.old, **AS),
        tags={},
        kept=[("tag", "gone")],
    ),
    "a stage goes back": Case(
        actions=staging,
    ),
    "a stage that somebody went on from stays": Case(
        actions=staging,
        then=lambda scene: move(scene, None),
        stage="",
        kept=[("stage", "changed_since")],
    ),
    "a stage that somebody set back is theirs": Case(
        actions=staging,
        then=lambda scene: move(scene, scene.before),
        kept=[("stage", "changed_since")],
    ),
    "a stage that is not in use any more is refused": Case(
        actions=staging,
        then=lambda scene: Stage.objects.filter(pk=scene.before.pk).update(active=False) and None,
        stage="stage",
        kept=[("stage", "stage_retired")],
    ),
    "a remark goes back": Case(
        actions=noting,
    ),
    "a remark that somebody wrote over stays": Case(
        actions=noting,
        then=lambda scene: note(scene, "我的"),
        remark="我的",
        kept=[("remark", "changed_since")],
    ),
    "all of it goes back": Case(
        actions=all_of_it,
    ),
    "what was changed stays and the rest goes back": Case(
        actions=all_of_it,
        then=lambda scene: note(scene, "我的"),
        remark="我的",
        kept=[("remark", "changed_since")],
    ),
    "other tags of people are nobody's business": Case(
        actions=adding,
        then=lambda scene: take(scene, scene.old),
        tags={},
    ),
    "what others have read stays": Case(
        actions=told,
        kept=[("followUp", "stays"), ("warning", "stays")],
    ),
    "of a customer who was deleted everything stays": Case(
        actions=adding,
        then=lambda scene: lifecycle.delete(customer=scene.row(), **AS) and None,
        tags={"old": "operator", "new": "rule"},
        kept=[("added", "customer_deleted")],
    ),
}


def undone(run: RuleRun) -> RuleRun:
    undo = jobs.begin_undo(run=run, **AS)
    while working.work(undo.pk):
        pass
    undo.refresh_from_db()
    return undo


@pytest.mark.parametrize("name", CASES)
def test_what_is_put_back_and_what_is_left_alone(scene: Scene, name: str) -> None:
    case = CASES[name]
    row = rule(scene.cast.corp, *case.actions(scene))
    followed(scene.customer)
    effect = RuleEffect.objects.get()
    case.then(scene)
    undo = undone(RuleRun.objects.get(rule=row, kind="live"))
    names = {scene.new.pk: "new", scene.old.pk: "old"}
    if name != "one that was deleted since is left alone":
        assert {names[tag]: source for tag, source in scene.tags().items()} == case.tags
        effect.refresh_from_db()
        assert [(one["what"], one["why"]) for one in effect.kept or []] == case.kept
    stage = {scene.before.pk: "before", scene.stage.pk: "stage", None: ""}[scene.row().stage_id]
    assert stage == case.stage
    assert FollowRelation.objects.get(customer=scene.customer).remark == case.remark
    effect.refresh_from_db()
    assert effect.undone_at is not None
    assert (undo.state, undo.seen) == ("done", 1)
    assert RuleOutcome.objects.get(rule=row).code == "undone"


def test_what_comes_back_has_its_old_reasons(scene: Scene) -> None:
    long_ago = now() - dt.timedelta(days=99)
    CustomerTag.objects.filter(tag=scene.old).update(create_time=long_ago, run_id=77, source="import", actor="api:3")
    before = CustomerTag.objects.values("tag_id", "follower_id", "source", "actor", "run_id", "create_time").get()
    row = rule(scene.cast.corp, *removing(scene))
    followed(scene.customer)
    assert not CustomerTag.objects.exists()
    undone(RuleRun.objects.get(rule=row))
    after = CustomerTag.objects.values("tag_id", "follower_id", "source", "actor", "run_id", "create_time").get()
    assert after == before


def test_each_undo_is_told_to_others_as_any_change_is(scene: Scene, recorded: Any) -> None:
    rule(scene.cast.corp, *all_of_it(scene))
    followed(scene.customer)
    seen = len(recorded())
    undone(RuleRun.objects.get())
    names = [name for name, *_rest in recorded()[seen:]]
    assert names == [
        "tag_rule.run.started",
        "customer.tag.removed",
        "customer.tag.added",
        "customer.stage.changed",
        "customer.relation.updated",
        "tag_rule.run.ended",
    ]


def test_a_later_run_is_not_touched_by_undoing_an_earlier_one(scene: Scene) -> None:
    first = rule(scene.cast.corp, adds(scene.new))
    followed(scene.customer)
    take(scene, scene.new)
    TagRule.objects.filter(pk=first.pk).update(state="paused")
    second = rule(scene.cast.corp, adds(scene.new))
    followed(scene.customer)
    undone(RuleRun.objects.get(rule=first))
    assert scene.tags() == {scene.old.pk: "operator", scene.new.pk: "rule"}
    undone(RuleRun.objects.get(rule=second))
    assert scene.tags() == {scene.old.pk: "operator"}


def test_what_was_taken_back_can_be_done_and_taken_back_again(scene: Scene) -> None:
    row = rule(scene.cast.corp, *all_of_it(scene))
    for time in range(1, 4):
        followed(scene.customer)
        assert scene.tags() == {scene.new.pk: "rule"}
        run = RuleRun.objects.get(rule=row, kind="live")
        undo = undone(run)
        assert (undo.seen, undo.held, scene.tags()) == (1, 0, {scene.old.pk: "operator"})
        assert run.effects.exclude(undone_at=None).count() == time
