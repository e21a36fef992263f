"""The operation service as these tests hear it: what it tells is kept, and goes to the reader in any order."""

import itertools
from typing import Any

from followups import handlers
from followups.models import Reminder, SopEnrolment, TimelineEntry
from messaging.inbox import Incoming

_serial = itertools.count(1)


def event(name: str, corp_id: int, /, *, hops: int = 0, event_id: str = "", **data: Any) -> Incoming:
    """An event of that service; ``data`` by the names on the wire."""
    ident = event_id or f"op-{next(_serial)}"
    return Incoming(ident, name, corp_id, data, hops, timestamp="2026-11-01T08:00:00Z")


def hear(*events: Incoming) -> None:
    for one in events:
        handlers.sop_told(one)


def story(corp_id: int, customer_id: int, **more: Any) -> list[Incoming]:
    """An SOP of two steps, of which one is done, and its end."""
    core = {"enrolmentId": "en-1", "customerId": customer_id, "sopId": "welcome"}
    step = {"content": "发产品手册", "dueAt": "2026-11-02T10:00:00+08:00"}
    return [
        event("sop.enrolled", corp_id, at="2026-11-01T01:00:00Z", name="新客户欢迎", steps=2, **core, **more),
        event("sop.step.due", corp_id, at="2026-11-01T02:00:00Z", step=1, **step, **core),
        event("sop.step.done", corp_id, at="2026-11-01T03:00:00Z", step=1, **core),
        event("sop.step.due", corp_id, at="2026-11-02T02:00:00Z", step=2, **step, **core),
        event("sop.ended", corp_id, at="2026-11-03T02:00:00Z", reason="opted_out", **core),
    ]


def stood() -> list[list[dict[str, Any]]]:
    """All that stands of timelines, SOPs and reminders, but for what says only how it came there."""
    return [
        list(SopEnrolment.objects.order_by("enrolment_id").values(*_names(SopEnrolment, "tag_steps"))),
        list(Reminder.objects.order_by("step").values("enrolment__enrolment_id", *_names(Reminder, "enrolment"))),
        sorted(TimelineEntry.objects.values(*_names(TimelineEntry, "facts")), key=lambda row: row["event_id"]),
    ]


def _names(model: Any, *also: str) -> list[str]:
    left_out = {"id", "create_time", "update_time", "version", *also}
    return [field.name for field in model._meta.concrete_fields if field.name not in left_out]
