"""What a part of the bench writes is taken back: it is one transaction, which never commits."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from segments.rules import books


@contextmanager
def undone() -> Iterator[None]:
    """Within this block the database is written, and afterwards is as it was."""
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        books.forget()


def forget_rings() -> None:
    """What would be rung for after the commit that never comes would only fill the memory that is measured."""
    connection.run_on_commit.clear()
