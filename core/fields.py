"""Column types that mean the same on MySQL, MariaDB and SQLite."""

from typing import Any

from django.db import models


class ExactCharField(models.CharField):
    """A CharField compared byte by byte on every database.

    WeCom ids are case-sensitive, and the default collations of MySQL hold ``wmA`` for ``wma`` and one emoji for
    another: a unique key on such a column would merge two real customers. ``db_collation`` on the field would name a
    collation SQLite doesn't know, so the collation is added for MySQL alone and one migration serves both.
    """

    def db_parameters(self, connection: Any) -> dict[str, Any]:
        params = super().db_parameters(connection)
        if connection.vendor == "mysql":
            params["collation"] = "utf8mb4_bin"
        return params
