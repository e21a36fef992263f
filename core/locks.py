"""Row locks that know they are held."""

from typing import Any, TypeVar

from django.db import models, transaction

from core import rows

M = TypeVar("M", bound=models.Model)


def mark_locked(row: M) -> M:
    """Note on the instance that the transaction now open holds its row lock."""
    row._locked_by = _transaction_of(row)  # type: ignore[attr-defined]
    return row


def lock(row: M) -> M:
    """Lock the row for this transaction and return it as it is now, read after the lock was had.

    A door that has already locked the row (``LockingQuerySet.locked``) pays no second statement: the instance
    remembers the transaction that locked it.

    Raises:
        TransactionManagementError: no transaction is open.
        DoesNotExist: the row is gone.
    """
    if getattr(row, "_locked_by", None) is _transaction_of(row):
        return row
    return find_locked(type(row), **{row._meta.pk.attname: row.pk})  # type: ignore[union-attr]


def find_locked(model: type[M], **where: Any) -> M:
    """The row with these column values, found, locked and read in one plain statement (``rows.locked``).

    Raises: as ``lock``.
    """
    _open_transaction()
    return mark_locked(rows.locked(model, **where))


def _transaction_of(row: models.Model) -> Any:
    return _open_transaction(row._state.db)


def _open_transaction(using: str | None = None) -> Any:
    connection = transaction.get_connection(using)
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("a row lock needs an open transaction")
    # Django gives each transaction a new list of hooks. The atomic block won't do: as a decorator it is one object for
    # every call, so a row that was locked in the call before would pass for locked in this one.
    return connection.run_on_commit


class LockingQuerySet(models.QuerySet[M]):
    """A queryset whose rows can be locked as they are looked up."""

    def locked(self, **lookup: Any) -> M:
        """One row of this queryset, found, locked and read in one statement. Raises DoesNotExist."""
        return mark_locked(self.select_for_update(of=()).get(**lookup))
