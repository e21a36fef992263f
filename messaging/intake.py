"""Take messages in: whatever is an event goes to the inbox, whatever can't be one to the dead letters."""

from collections.abc import Sequence

from django.db import InterfaceError, OperationalError, transaction

from core.failpoints import failpoint
from messaging import deadletters, inbox
from messaging.deadletters import Letter


def receive(letters: Sequence[Letter]) -> list[int]:
    """Store the letters; after this returns they may be acknowledged.

    Returns: the pks of events that wait for a handler.

    Raises:
        OperationalError, InterfaceError: the database is away; the letters are as good as before.
    """
    if not letters:
        return []
    try:
        with transaction.atomic():
            waiting = inbox.store([inbox.parse(letter.routing_key, letter.body) for letter in letters])
            failpoint("inbox.stored")
            return waiting
    except (OperationalError, InterfaceError):
        raise
    # One bad message must not hold up the others, whatever is wrong with it.
    except Exception as error:
        if len(letters) == 1:
            reason = str(error) if isinstance(error, inbox.Unreadable) else f"not_storable ({type(error).__name__})"
            deadletters.keep(letters[0], reason=reason)
            return []
    middle = len(letters) // 2
    return receive(letters[:middle]) + receive(letters[middle:])
