"""References of large tables, which the rules keep whole instead of the database."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from corps.models import Corp


def corp_of() -> Any:
    """The corp of a row of a large table: no foreign key in the database, whose check would take a shared lock on the
    corp's row in each insert, and no index of its own, since every index here starts with it."""
    return models.ForeignKey(
        Corp, on_delete=models.PROTECT, db_constraint=False, db_index=False, verbose_name=_("company")
    )


def far(to: Any, **options: Any) -> Any:
    """A reference whose integrity the rules keep, for the same reason."""
    return models.ForeignKey(to, db_constraint=False, db_index=False, **options)
