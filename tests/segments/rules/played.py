"""Rules in tests: one that is in force at once, and events as the inbox hands them to handlers."""

import itertools
from typing import Any

from corps.actors import SYSTEM
from corps.models import Corp
from customers.models import Customer, CustomerTag, StageChange
from followups.models import FollowUp
from messaging import causes
from messaging.inbox import Incoming
from messaging.models import OutboxEvent
from segments.handlers import set_off_rules
from segments.models import RuleEffect, RuleOutcome, RuleRun, RuleVersion, TagRule
from segments.rules import books, changing
from tags.models import Tag

AS: Any = {"by": SYSTEM, "source": "operator"}
_serial = itertools.count(1)
FOLLOWED = {"kind": "followed"}


def asks(field: str, op: str, value: Any = None) -> dict[str, Any]:
    """A condition of one question."""
    return {"version": 1, "where": {"field": field, "op": op} | ({} if value is None else {"value": value})}


def adds(*tags: Tag, **fields: Any) -> dict[str, Any]:
    return {"do": "addTags", "tagIds": [tag.pk for tag in tags]} | fields


def draft(corp: Corp, *actions: dict[str, Any], **fields: Any) -> TagRule:
    given = {"name": f"规则{next(_serial)}", "trigger": FOLLOWED, "actions": list(actions)}
    return changing.create_rule(corp_id=corp.pk, **AS, **given | fields)


def rule(corp: Corp, *actions: dict[str, Any], **fields: Any) -> TagRule:
    """A rule in force, as if it had been tried."""
    row = draft(corp, *actions, **fields)
    TagRule.objects.filter(pk=row.pk).update(state="active", live_number=row.number)
    books.outdate(corp.pk)
    row.refresh_from_db()
    return row


def happen(corp: Corp, name: str, hops: int = 0, event_id: str = "", **data: Any) -> str:
    """The event comes to the handler, as the inbox would have it."""
    event_id = event_id or f"event-{next(_serial)}"
    with causes.caused_by(event_id=event_id, hops=hops):
        set_off_rules(Incoming(event_id=event_id, name=name, corp_id=corp.pk, data=data, hops=hops))
    return event_id


def followed(customer: Customer, **fields: Any) -> str:
    return happen(
        customer.corp, "customer.followed", customerId=customer.pk, employeeId=customer.follow_user_id, **fields
    )


def tags_of(customer: Customer) -> set[tuple[int, int | None]]:
    """(tag, follower) of all its tags."""
    return set(CustomerTag.objects.filter(customer=customer).values_list("tag_id", "follower_id"))


def outcome(rule: TagRule, customer: Customer) -> str | None:
    return RuleOutcome.objects.filter(rule=rule, customer=customer).values_list("code", flat=True).first()


def everything() -> list[Any]:
    """All that a rule could have changed."""
    models = (TagRule, RuleVersion, RuleRun, RuleEffect, RuleOutcome, CustomerTag, StageChange, FollowUp)
    return [list(model._default_manager.order_by("pk").values()) for model in (*models, Customer, OutboxEvent)]
