"""A customer's beginning, changes and end."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from core import rows
from core.errors import Conflict, FieldError, PreconditionFailed, RuleViolation
from core.locks import lock, mark_locked
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers import events, history, relations, search
from customers.choices import CustomerStatus
from customers.history.fields import FACTS
from customers.models import Customer, FollowRelation

# Columns that a caller may write, and the names by which events tell of them.
WRITABLE = {
    column: FACTS[column]
    for column in (
        *("name", "avatar", "type", "gender", "unionid", "mobile", "province", "city"),
        *("follow_user_id", "add_time", "channel", "status"),
    )
}
_SEARCHED = {"name", "mobile"}


@atomic
def create(*, corp_id: int, external_userid: str, by: Actor, source: str, **fields: Any) -> Customer:
    """Add a customer, its main relation where a follower is named, and ``customer.created``.

    One who was deleted and comes again under the same id is revived with the new values.

    Args:
        fields: any of ``WRITABLE``; ``add_time`` is an aware datetime, ``follow_user_id`` an employee of the corp.

    Raises:
        Conflict: ``customer_exists``, another living customer of the corp has this external userid;
            ``customer_merged``, the one who has it was merged into another.
        RuleViolation: ``employee_unknown``, the follower is not an employee of this corp; ``external_userid_invalid``;
            ``status_deleted``, nobody begins deleted.
    """
    customer = new(corp_id, external_userid, fields, by, source)
    try:
        known = relations.insert_followed(customer)
    except IntegrityError:
        # Nothing was written: the databases undo the refused statement alone, and a savepoint would cost two more.
        transaction.set_rollback(False)
        return _revive(corp_id, external_userid, fields, by, source)
    mark_locked(customer)
    if known:
        relations.open_first([customer])
    elif customer.follow_user_id:
        relations.open_main(customer)
    search.index_new([customer])
    events.created([customer], by=by, source=source)
    return customer


@atomic
def update(*, customer: Customer, by: Actor, source: str, if_version: int | None = None, **fields: Any) -> Customer:
    """Change what differs, raise the version and record ``customer.updated``; nothing where nothing differs.

    Args:
        if_version: the version the caller has seen; another one now means somebody was faster.
        fields: any of ``WRITABLE``. Without its follower a customer has no main one; the relation goes on.

    Raises:
        PreconditionFailed: ``version_passed``.
        Conflict: ``customer_deleted``, unless ``status`` revives it; ``customer_merged``: only undoing the merge does.
        RuleViolation: ``employee_unknown``; ``status_deleted``: that is what ``delete`` is for.
    """
    row = _ready(customer, if_version)
    _check_own(row)
    if row.status == CustomerStatus.DELETED and fields.get("status", row.status) == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    _check_status(fields)
    return apply(row, fields, by=by, source=source)


@atomic
def delete(*, customer: Customer, by: Actor, source: str, if_version: int | None = None) -> Customer:
    """Hide a customer (status 0) and record ``customer.deleted``. Its relations, tags and history stay. Twice is once.

    Raises:
        PreconditionFailed: ``version_passed``.
    """
    row = _ready(customer, if_version)
    if row.status != CustomerStatus.DELETED:
        before = {"status": row.status}
        row.status, row.deleted_at = CustomerStatus.DELETED, now()
        search.turn(row)
        _bump(row, ["status", "deleted_at"])
        history.of_customers([(row, before)], by=by, source=source)
        events.deleted(row, by=by, source=source)
    return row


def new(corp_id: int, external_userid: str, fields: dict[str, Any], by: Actor, source: str) -> Customer:
    """The row of a customer to be made, not stored yet. Raises what ``create`` does without asking the database."""
    _check_id(external_userid)
    _check_status(fields)
    text = search.text_of(name=fields.get("name"), mobile=fields.get("mobile"))
    made = {"created_source": source, "created_by": by.label}
    return Customer(corp_id=corp_id, external_userid=external_userid, search_text=text, **made, **fields)


def apply(row: Customer, fields: dict[str, Any], *, by: Actor, source: str) -> Customer:
    """``update`` without its refusals, for rules that hold the lock and have asked what they ask."""
    changed = [f for f, value in fields.items() if getattr(row, f) != value]
    if not changed:
        return row
    text, deleted = row.search_text, row.status == CustomerStatus.DELETED
    before = {field: getattr(row, field) for field in changed}
    for field in changed:
        setattr(row, field, fields[field])
    if "status" in changed:
        row.deleted_at = None
        changed.append("deleted_at")
    if "follow_user_id" in changed and row.follow_user_id:
        relations.open_main(row)
    if _SEARCHED & set(changed):
        remarks = search.remarks_of(FollowRelation.objects.filter(customer=row).only("id", "remark", "remark_mobiles"))
        row.search_text = search.text_of(name=row.name, mobile=row.mobile, remarks=remarks, others=row.merged_text)
        search.reindex(row, before=text)
        changed.append("search_text")
    if deleted:
        search.turn(row)
    _bump(row, changed)
    history.of_customers([(row, before)], by=by, source=source)
    events.updated(row, changed=[WRITABLE[f] for f in changed if f in WRITABLE], by=by, source=source)
    return row


def bump(customer: Customer, *, by_versions: int = 1) -> None:
    """Raise the version of a locked customer, one step for each event about to be recorded."""
    customer.version += by_versions
    rows.update(customer, ["version", "update_time"])


def _check_id(external_userid: str) -> None:
    # The databases don't agree whether a blank at the end makes another id.
    if not external_userid or any(c.isspace() or not c.isprintable() for c in external_userid):
        message = _("An external userid is one word without white space.")
        raise RuleViolation(
            "external_userid_invalid", message, [FieldError("externalUserid", "external_userid_invalid", message)]
        )


def _check_own(row: Customer) -> None:
    if row.merged_into_id:
        message = _("This record has been merged into customer %(id)d.") % {"id": row.merged_into_id}
        raise Conflict("customer_merged", message)


def _check_status(fields: dict[str, Any]) -> None:
    # Deleting is a right of its own and an event of its own.
    if fields.get("status") == CustomerStatus.DELETED:
        message = _("A customer is deleted by deleting it, not by its status.")
        raise RuleViolation("status_deleted", message, [FieldError("status", "status_deleted", message)])


def _ready(customer: Customer, if_version: int | None) -> Customer:
    row = lock(customer)
    if if_version is not None and if_version != row.version:
        raise PreconditionFailed(
            "version_passed", _("The customer has changed since you read it. Read it again and repeat your change.")
        )
    return row


def _bump(row: Customer, changed: list[str]) -> None:
    row.version += 1
    rows.update(row, [*changed, "version", "update_time"])


def _revive(corp_id: int, external_userid: str, fields: dict[str, Any], by: Actor, source: str) -> Customer:
    row = Customer.objects.locked(corp_id=corp_id, external_userid=external_userid)
    if row.status != CustomerStatus.DELETED:
        error = FieldError("externalUserid", "customer_exists", _("A customer with this id exists already."))
        raise Conflict("customer_exists", error.message, [error])
    _check_own(row)
    return apply(row, {"status": CustomerStatus.NORMAL} | fields, by=by, source=source)
