"""What a customer's page shows of them at once, and what decides about its form: all by one statement."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from core.console_scope import actor_of, visible
from core.gathering import gathered
from corps.actors import Actor
from corps.choices import Sight
from corps.querysets import owns_narrowly
from customers import finding
from customers.choices import RelationStatus
from customers.console.inlines import STATUS_COLOURS
from customers.models import Customer, CustomerTag, FollowRelation
from customers.privacy import masking
from customers.privacy.stars import in_words

MOST_TAGS, MOST_RELATIONS = 30, 6
_RELATION = ("employee_id", "employee__name", "remark", "status", "add_time")


@dataclass(frozen=True, slots=True)
class Following:
    """Somebody who follows the customer, or did."""

    employee_id: int
    name: str
    remark: str
    status: str
    colour: str
    since: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Essentials:
    tags: list[str]
    relations: list[Following]
    # Whether there are others, which the tabs have.
    more_tags: bool
    more_relations: bool
    changeable: bool
    starred: bool


def of(request: HttpRequest, customer: Customer) -> Essentials:
    """Those of a customer whom the user may see, read once a request."""
    kept: dict[int, Essentials] = request.__dict__.setdefault("essentials", {})
    if customer.pk not in kept:
        kept[customer.pk] = _read(customer.pk, actor_of(request))
    return kept[customer.pk]


def _read(pk: int, actor: Actor) -> Essentials:
    found = gathered(_shown(pk, actor) | _deciding(pk, actor))
    tags, relations = found["tags"], found["relations"]
    starred = masking.hides(pk, actor, own=bool(found.get("own")))
    return Essentials(
        [name for _id, name in tags[:MOST_TAGS]],
        [_following(*row, starred=starred) for row in relations[:MOST_RELATIONS]],
        len(tags) > MOST_TAGS,
        len(relations) > MOST_RELATIONS,
        not owns_narrowly(actor) or bool(found["way0"] or found["way1"]),
        starred,
    )


def _shown(pk: int, actor: Actor) -> dict[str, Any]:
    tags = visible(CustomerTag.objects.filter(customer_id=pk, tag__deleted_at=None), actor)
    relations = visible(FollowRelation.objects.filter(customer_id=pk), actor).order_by("status", "-add_time", "id")
    return {
        # A tag that is there for two followers is shown once.
        "tags": tags.order_by("tag_id").values_list("tag_id", "tag__name").distinct()[: MOST_TAGS + 1],
        "relations": relations.values_list(*_RELATION)[: MOST_RELATIONS + 1],
    }


def _deciding(pk: int, actor: Actor) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    if owns_narrowly(actor):
        rows = {f"way{n}": ways for n, ways in enumerate(finding.ways_to_change(pk, actor))}
    if actor.sight is Sight.OWN:
        rows["own"] = masking.following(pk, actor)
    return {name: found.order_by("pk").values_list("pk")[:1] for name, found in rows.items()}


def _following(
    employee: int, name: str, remark: str, status: int, since: dt.datetime | None, *, starred: bool
) -> Following:
    how = RelationStatus(status)
    return Following(
        employee, name, in_words(remark) if starred else remark, str(how.label), STATUS_COLOURS[how], since
    )
