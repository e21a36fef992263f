"""What actions have to know of customers, read for many at once: their tags and why, who follows, what is noted."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from customers.choices import CustomSubject, RelationStatus
from customers.custom import values
from customers.custom.finding import fields_of
from customers.models import Customer, CustomerTag, CustomField, CustomValue, FollowRelation
from segments.models import RuleEffect, RuleRun
from tags.heirs import heirs
from tags.models import Tag


@dataclass(slots=True)
class Held:
    """A tag that a customer has, and why. ``rank``: order and id of the rule that put it; None where it was no rule."""

    group_id: int
    source: str
    actor: str
    run_id: int | None
    at: dt.datetime
    rank: tuple[int, int] | None = None


@dataclass(slots=True)
class Person:
    """One customer as actions see them; what a rule has done is noted here, so that the next one sees it.

    Attributes:
        tags: (tag, follower) → why.
        remarks: who follows them → what they call them.
        been: rules that have done something to them before → the events of it.
        fields: of the custom fields that actions name: field → the row that holds something.
    """

    row: Customer
    tags: dict[tuple[int, int | None], Held] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    been: dict[int, set[str]] = field(default_factory=dict)
    fields: dict[int, CustomValue] = field(default_factory=dict)

    def whose(self, wanted: str, concerned: int | None) -> list[int | None]:
        """For whom an action is, the main follower where whom it concerns doesn't follow any more."""
        if wanted == "all" and self.remarks:
            return list(self.remarks)
        if wanted == "concerned" and concerned in self.remarks:
            return [concerned]
        return [self.row.follow_user_id]


@dataclass(slots=True)
class Scene:
    """Customers, and the tags and custom fields that actions name.

    Attributes:
        heirs: tag → the living one that it is now; of a deleted one there is none.
        groups: living tag → its group.
        fields: id → a custom field of customers, with its options.
    """

    people: dict[int, Person]
    heirs: dict[int, int] = field(default_factory=dict)
    groups: dict[int, int] = field(default_factory=dict)
    fields: dict[int, CustomField] = field(default_factory=dict)

    def living(self, tag_ids: Iterable[int]) -> list[int]:
        """These tags as they are now called for, each once."""
        return list(dict.fromkeys(self.heirs[tag] for tag in tag_ids if tag in self.heirs))


def of(
    rows: Sequence[Customer], *, tag_ids: Collection[int], field_ids: Collection[int] = (), once: Collection[int] = ()
) -> Scene:
    """Read it all, by the same few statements for one customer and for a thousand.

    Args:
        once: the rules of which it matters whether they have been to a customer before.
    """
    scene = Scene({row.pk: Person(row) for row in rows})
    if not scene.people:
        return scene
    _read_tags(scene)
    _read_relations(scene)
    effects = RuleEffect.objects.filter(customer_id__in=scene.people, rule_id__in=once) if once else ()
    for effect in effects:
        scene.people[effect.customer_id].been.setdefault(effect.rule_id, set()).add(effect.event_id)
    if tag_ids:
        scene.heirs = heirs(rows[0].corp_id, tag_ids)
        scene.groups = dict(Tag.objects.filter(pk__in=scene.heirs.values()).values_list("pk", "group_id"))
    if field_ids:
        _read_fields(scene, rows[0].corp_id, field_ids)
    return scene


def _read_fields(scene: Scene, corp_id: int, ids: Collection[int]) -> None:
    rows = fields_of(corp_id, CustomSubject.CUSTOMER).filter(pk__in=ids).prefetch_related("options")
    scene.fields = {row.pk: row for row in rows}
    held = CustomValue.objects.filter(customer_id__in=scene.people, field_id__in=scene.fields, relation_key=0)
    for value in values.with_chosen(held):
        scene.people[value.customer_id].fields[value.field_id] = value


def _read_tags(scene: Scene) -> None:
    columns: Any = ("customer_id", "tag_id", "follower_id", "tag__group_id", "source", "actor", "run_id", "create_time")
    rows = CustomerTag.objects.filter(customer_id__in=scene.people, tag__deleted_at=None).values_list(*columns)
    found = list(rows)
    # Other sources count their runs in tables of their own.
    runs = {run for *_rest, source, _actor, run, _at in found if run and source == "rule"}
    ruled = RuleRun.objects.filter(pk__in=runs).values_list("pk", "rule__order", "rule_id") if runs else ()
    ranks = {run: (order, rule) for run, order, rule in ruled}
    for customer, tag, follower, group, source, actor, run, at in found:
        rank = ranks.get(run) if source == "rule" else None
        scene.people[customer].tags[tag, follower] = Held(group, source, actor, run, at, rank)


def _read_relations(scene: Scene) -> None:
    living = FollowRelation.objects.filter(customer_id__in=scene.people, status=RelationStatus.ACTIVE).order_by("pk")
    for customer, employee, remark in living.values_list("customer_id", "employee_id", "remark"):
        scene.people[customer].remarks[employee] = remark
