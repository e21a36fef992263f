"""The events of customers: their names, and what each tells (tests/contracts holds the schemas)."""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from core.time import to_wire
from corps.actors import Actor
from customers.choices import RelationStatus
from customers.models import Assignment, Customer, CustomerMerge, StageChange, TransferItem
from messaging import outbox

CREATED = "customer.created"
UPDATED = "customer.updated"
DELETED = "customer.deleted"
TAG_ADDED = "customer.tag.added"
TAG_REMOVED = "customer.tag.removed"
FOLLOWED = "customer.followed"
UNFOLLOWED = "customer.unfollowed"
RELATION_UPDATED = "customer.relation.updated"
TRANSFER_REQUESTED = "customer.transfer.requested"
TRANSFER_DONE = "customer.transfer.done"
TRANSFER_FAILED = "customer.transfer.failed"
COLLABORATOR_ADDED = "customer.collaborator.added"
COLLABORATOR_REMOVED = "customer.collaborator.removed"
ASSIGNED = "customer.assigned"
BLACKLISTED = "customer.blacklisted"
BLACKLIST_LIFTED = "customer.blacklist.lifted"
STAGE_CHANGED = "customer.stage.changed"
MERGED = "customer.merged"
UNMERGED = "customer.unmerged"
UNMASKED = "customer.unmasked"
ERASED = "customer.erased"

# How events name an ending.
ENDED_BY = {
    RelationStatus.ENDED_BY_EMPLOYEE: "employee",
    RelationStatus.ENDED_BY_CUSTOMER: "customer",
    RelationStatus.ENDED_BY_TRANSFER: "transfer",
}


def created(customers: Sequence[Customer], *, by: Actor, source: str) -> None:
    told = [(CREATED, c, _core(c) | {"status": c.status, "channel": c.channel}) for c in customers]
    outbox.record_many(told, source=source, actor=by.label)


def updated(customer: Customer, *, changed: Collection[str], by: Actor, source: str) -> None:
    """``changed`` holds wire names. Values are not in the event: readers that need one fetch it."""
    data = _core(customer) | {"changed": sorted(changed), "status": customer.status}
    outbox.record(UPDATED, subject=customer, data=data, source=source, actor=by.label)


def deleted(customer: Customer, *, by: Actor, source: str) -> None:
    outbox.record(DELETED, subject=customer, data=_core(customer), source=source, actor=by.label)


def tagged(customer: Customer, *, tag_ids: list[int], follower_id: int | None, by: Actor, source: str) -> None:
    _tags(TAG_ADDED, customer, tag_ids, follower_id, by, source)


def all_tagged(told: Iterable[tuple[Customer, list[int], int | None]], *, by: Actor, source: str) -> None:
    """``tagged`` of several: (customer, tag ids, follower id) each."""
    rows = [(TAG_ADDED, row, tag_data(row, tag_ids=tags, follower_id=whose)) for row, tags, whose in told]
    outbox.record_many(rows, source=source, actor=by.label)


def untagged(customer: Customer, *, tag_ids: list[int], follower_id: int | None, by: Actor, source: str) -> None:
    _tags(TAG_REMOVED, customer, tag_ids, follower_id, by, source)


def transfer_failed(customer: Customer, *, taker_id: int | None, reason: str, by: Actor, source: str) -> None:
    """Of a transfer that nobody here began. ``taker_id``: who would have taken over; None for one who isn't known."""
    data = {"customerId": customer.pk, "takerId": taker_id, "reason": reason}
    unknown = {"handoverId": None, "transferId": None, "itemId": None, "errorCode": None}
    outbox.record(TRANSFER_FAILED, subject=customer, data=data | unknown, source=source, actor=by.label)


def transfers(told: Iterable[tuple[str, Customer, TransferItem]], *, by: Actor, source: str) -> None:
    """How attempts stand: (name, customer, attempt) each, the customers' versions already raised."""
    rows = [(name, customer, _transfer(name, item)) for name, customer, item in told]
    outbox.record_many(rows, source=source, actor=by.label)


def _transfer(name: str, item: TransferItem) -> dict[str, Any]:
    data = {
        "customerId": item.customer_id,
        "transferId": item.job_id,
        "itemId": item.pk,
        "handoverId": item.handover_id,
        "takerId": item.taker_id,
    }
    if name == TRANSFER_FAILED:
        return data | {"reason": item.reason, "errorCode": item.error_code}
    return data | {"takeoverTime": to_wire(item.takeover_time)}


def assigned(customer: Customer, *, assignment: Assignment, by: Actor, source: str) -> None:
    """That a rule has given the customer to an employee; ``assignment`` is stored."""
    data = {"customerId": customer.pk, "employeeId": assignment.employee_id}
    data |= {"ruleId": assignment.rule_id, "assignmentId": assignment.pk}
    outbox.record(ASSIGNED, subject=customer, data=data, source=source, actor=by.label)


def blacklisted(customer: Customer, *, until: dt.datetime | None, by: Actor, source: str) -> None:
    """The reason is for people, and stays here."""
    data = {"customerId": customer.pk, "until": to_wire(until)}
    outbox.record(BLACKLISTED, subject=customer, data=data, source=source, actor=by.label)


def blacklist_lifted(customer: Customer, *, expired: bool, by: Actor, source: str) -> None:
    """``expired``: nobody lifted it, its time was up."""
    data = {"customerId": customer.pk, "expired": expired}
    outbox.record(BLACKLIST_LIFTED, subject=customer, data=data, source=source, actor=by.label)


def stage_changed(customer: Customer, *, change: StageChange, by: Actor, source: str) -> None:
    """That the customer came into another stage, or into none; ``change`` is stored."""
    data = {"customerId": customer.pk, "fromStageId": change.from_stage_id, "toStageId": change.to_stage_id}
    outbox.record(STAGE_CHANGED, subject=customer, data=data, source=source, actor=by.label)


def merged(customers: Sequence[Customer], *, merge: CustomerMerge, by: Actor, source: str) -> None:
    """To each record what happened to all of them; their versions are raised already."""
    _merging(MERGED, customers, merge, by, source)


def unmerged(customers: Sequence[Customer], *, merge: CustomerMerge, by: Actor, source: str) -> None:
    _merging(UNMERGED, customers, merge, by, source)


def unmasked(customer: Customer, *, field: str, by: Actor, source: str) -> None:
    """Which field was shown. The reason is for people, and stays here; the number is nowhere."""
    data = {"customerId": customer.pk, "field": field}
    outbox.record(UNMASKED, subject=customer, data=data, source=source, actor=by.label)


def erased(customer: Customer, *, by: Actor, source: str) -> None:
    outbox.record(ERASED, subject=customer, data={"customerId": customer.pk}, source=source, actor=by.label)


def relation_updated(customer: Customer, *, employee_id: int, changed: Collection[str], by: Actor, source: str) -> None:
    """``changed`` holds wire names, without values."""
    data = {"customerId": customer.pk, "employeeId": employee_id, "changed": sorted(changed)}
    outbox.record(RELATION_UPDATED, subject=customer, data=data, source=source, actor=by.label)


def collaborators_added(customer: Customer, *, employee_ids: list[int], by: Actor, source: str) -> None:
    _collaborators(COLLABORATOR_ADDED, customer, employee_ids, by, source)


def collaborators_removed(customer: Customer, *, employee_ids: list[int], by: Actor, source: str) -> None:
    _collaborators(COLLABORATOR_REMOVED, customer, employee_ids, by, source)


def tag_data(customer: Customer, *, tag_ids: list[int], follower_id: int | None) -> dict[str, Any]:
    """What ``TAG_ADDED`` and ``TAG_REMOVED`` tell; without a follower, a removal was whoever's."""
    return {"customerId": customer.pk, "tagIds": tag_ids, "followUserId": follower_id}


def _tags(name: str, customer: Customer, tag_ids: list[int], follower_id: int | None, by: Actor, source: str) -> None:
    data = tag_data(customer, tag_ids=tag_ids, follower_id=follower_id)
    outbox.record(name, subject=customer, data=data, source=source, actor=by.label)


def _collaborators(name: str, customer: Customer, employee_ids: list[int], by: Actor, source: str) -> None:
    data = {"customerId": customer.pk, "employeeIds": employee_ids}
    outbox.record(name, subject=customer, data=data, source=source, actor=by.label)


def _merging(name: str, customers: Sequence[Customer], merge: CustomerMerge, by: Actor, source: str) -> None:
    data = {"mergeId": merge.pk, "keptId": merge.kept_id, "otherIds": merge.other_ids}
    told = [(name, customer, {"customerId": customer.pk} | data) for customer in customers]
    outbox.record_many(told, source=source, actor=by.label)


def _core(customer: Customer) -> dict[str, Any]:
    return {
        "customerId": customer.pk,
        "externalUserid": customer.external_userid,
        "followUserId": customer.follow_user_id,
    }
