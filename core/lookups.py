"""Comparisons that mean the same on MySQL, MariaDB and SQLite."""

from typing import Any

from django.db.models import CharField, TextField, Transform


@CharField.register_lookup
@TextField.register_lookup
class Bytes(Transform):
    """``city__bytes="abc"``: byte by byte, where the collations of MySQL find ``ABC``, ``abc `` and ``ábc`` too.

    No key serves it, so it is asked beside the plain comparison, which finds too many and may use one.
    """

    lookup_name = "bytes"
    template = "%(expressions)s"

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(%(expressions)s AS BINARY)", **context)
