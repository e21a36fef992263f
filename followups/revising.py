"""Change or delete a follow-up; how it read before is kept."""

from collections.abc import Callable, Collection
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.locks import lock
from core.time import now
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from customers.choices import CustomerStatus
from customers.models import Customer
from customers.privacy import wording
from followups import mentioning, planning, told
from followups.choices import Revision
from followups.models import FollowUp, FollowUpVersion
from followups.texts import ahead, content_of, past
from followups.whose import check_revisable

# Column → its name on the wire.
WIRE = {"content": "content", "kind": "kind", "outcome": "outcome", "happened_at": "happenedAt", "next_at": "nextAt"}
_CHECKS: dict[str, Callable[[Any], Any]] = {"content": content_of, "happened_at": past, "next_at": ahead}


@atomic
def edit(
    *,
    follow_up: FollowUp,
    by: Actor,
    source: str,
    mention_ids: Collection[int] = (),
    if_version: int | None = None,
    **fields: Any,
) -> FollowUp:
    """Change what differs, keep how it read, and record ``customer.followup.updated``; a repeat does nothing. Another
    next time is another reminder.

    Args:
        mention_ids: colleagues to be told; who was named before is not told again.
        fields: any of ``WIRE``.

    Raises:
        Forbidden: ``not_your_record``, ``edit_time_over``.
        PreconditionFailed: ``version_passed``.
        Conflict: ``customer_deleted``.
        RuleViolation: as ``writing.write``; ``number_masked``.
    """
    row = _ready(follow_up, by, if_version)
    if "content" in fields:
        about: dict[str, Any] = {"stored": row.content, "customer_id": row.customer_id, "field": "content"}
        fields["content"] = wording.meant(fields["content"], by=by, **about)
    given = {column: value for column, value in fields.items() if value != getattr(row, column)}
    asked = {column: _CHECKS[column](value) if column in _CHECKS else value for column, value in given.items()}
    changed = [column for column in WIRE if column in asked and asked[column] != getattr(row, column)]
    named = mentioning.mention(row, mention_ids, by=by)
    if not changed and not named:
        return row
    if changed:
        _keep(row, Revision.EDITED, by)
    for column in changed:
        setattr(row, column, asked[column])
    touch(row, *changed)
    told.updated(row, changed=[WIRE[column] for column in changed], mentioned=named, by=by, source=source)
    if "next_at" in changed:
        planning.replan(row, by=by, source=source)
    return row


@atomic
def delete(*, follow_up: FollowUp, by: Actor, source: str, if_version: int | None = None) -> None:
    """Take a follow-up away with its comments and files, call its plan off, and record ``customer.followup.deleted``.
    How it read is kept.

    Raises:
        Forbidden: ``not_your_record``, ``edit_time_over``.
        PreconditionFailed: ``version_passed``.
        Conflict: ``customer_deleted``.
    """
    row = _ready(follow_up, by, if_version)
    _keep(row, Revision.DELETED, by)
    planning.drop(row, by=by, source=source)
    row.version += 1
    told.deleted(row, by=by, source=source)
    # Its attachments are left without a follow-up, and swept with their files (attaching.py).
    row.delete()


def touch(row: FollowUp, *columns: str) -> None:
    """Store these columns of a locked row under a new version."""
    row.version += 1
    row.save(update_fields=[*columns, "version", "update_time"])


def _ready(follow_up: FollowUp, by: Actor, if_version: int | None) -> FollowUp:
    # The customer before the follow-up, as in writing.
    customer = lock(Customer(pk=follow_up.customer_id))
    row = lock(follow_up)
    check_version(row, if_version)
    check_revisable(row, by)
    if customer.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    return row


def _keep(row: FollowUp, revision: Revision, by: Actor) -> None:
    same = ("corp_id", "customer_id", "employee_id", "actor", *WIRE)
    facts = {column: getattr(row, column) for column in same}
    done: dict[str, Any] = {"revision": revision, "revised_by": by.label, "revised_at": now()}
    FollowUpVersion.objects.create(follow_up_id=row.pk, number=row.version, **facts, **done)
