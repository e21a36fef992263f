"""Tells a database that is away or overloaded, which passes, from a statement that is wrong, which does not."""

from django.db import InterfaceError, OperationalError

from core.retry import lost_a_lock

# MySQL and MariaDB: can't connect, gone, lost; too many connections; shutting down; read-only; killed; out of time.
_AWAY = {
    2002,
    2003,
    2005,
    2006,
    2012,
    2013,
    2026,
    2055,
    4031,
    1040,
    1053,
    1079,
    1290,
    1317,
    1836,
    1927,
    1969,
    3024,
    3168,
}
# The server is there and won't have us: still nothing that the caller did.
_REFUSED = {1044, 1045, 1049, 1129, 1130, 1203, 1226}
_SQLITE_AWAY = ("database is locked", "unable to open database file", "disk I/O error", "database or disk is full")


def database_away(error: BaseException) -> bool:
    """Whether the same request may succeed once the database is back or less busy."""
    if isinstance(error, InterfaceError):
        return True
    if not isinstance(error, OperationalError):
        return False
    number = error.args[0] if error.args else None
    return number in _AWAY or number in _REFUSED or lost_a_lock(error) or str(number).startswith(_SQLITE_AWAY)
