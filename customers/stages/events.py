"""The events of the stages themselves (tests/contracts holds the schemas)."""

from collections.abc import Collection
from typing import Any

from corps.actors import Actor
from customers.models import Stage
from messaging import outbox

STAGE_CREATED = "stage.created"
STAGE_UPDATED = "stage.updated"
STAGE_DELETED = "stage.deleted"


def tell(name: str, stage: Stage, *, by: Actor, source: str, changed: Collection[str] | None = None) -> None:
    """``changed``: the wire names of what differs."""
    data: dict[str, Any] = {"stageId": stage.pk} | ({} if changed is None else {"changed": sorted(changed)})
    outbox.record(name, subject=stage, data=data, source=source, actor=by.label)
