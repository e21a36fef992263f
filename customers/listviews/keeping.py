"""Views with a name: their beginning, changes and end."""

from typing import Any

from core.transactions import atomic
from corps.actors import Actor
from customers.listviews import checking
from customers.models import CustomerView

WRITABLE = ("name", "query", "condition", "columns", "sort", "shared", "pinned")


@atomic
def save_view(*, corp_id: int, name: str, by: Actor, **fields: Any) -> CustomerView:
    """Keep a way to look at the list, as the actor's own.

    Args:
        by: a person.
        fields: any other of ``WRITABLE``. Whether ``condition`` can be asked is said when the list is shown: what it
            names may go later.

    Raises:
        Forbidden: ``shared`` without the right to.
        RuleViolation: ``name_invalid``, ``column_unknown``, ``sort_unknown``, ``view_too_large``.
        Conflict: ``view_exists``, ``too_many_views``.
    """
    checking.hold(corp_id)
    view = CustomerView(corp_id=corp_id, owner_id=by.id)
    tidy = checking.check({"name": name, **fields}, view, by)
    checking.check_number(view, shared=tidy.get("shared", False))
    for column, value in tidy.items():
        setattr(view, column, value)
    view.save()
    return view


@atomic
def change_view(*, view: CustomerView, by: Actor, if_version: int | None = None, **fields: Any) -> CustomerView:
    """Change what differs; a repeat does nothing. One that is shared no more is nobody's default but its owner's.

    Args:
        fields: any of ``WRITABLE``.

    Raises:
        PreconditionFailed: ``version_passed``.
        Forbidden, RuleViolation, Conflict: as ``save_view``.
    """
    row = checking.ready(view, by, if_version)
    tidy = checking.check(fields, row, by)
    changed = [column for column in WRITABLE if column in tidy and getattr(row, column) != tidy[column]]
    if not changed:
        return row
    if "shared" in changed:
        checking.check_number(row, shared=tidy["shared"])
    for column in changed:
        setattr(row, column, tidy[column])
    row.default_for = row.default_for if row.shared else None
    row.version += 1
    row.save(update_fields=[*changed, "default_for", "version", "update_time"])
    return row


@atomic
def delete_view(*, view: CustomerView, by: Actor, if_version: int | None = None) -> None:
    """Take a view away; whoever began with it begins with the whole list.

    Raises:
        PreconditionFailed: ``version_passed``.
        Forbidden: it is not the actor's to delete.
    """
    checking.ready(view, by, if_version).delete()
