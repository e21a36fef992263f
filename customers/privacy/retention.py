"""How many days a company keeps what grows older: the tables' own numbers, and what the company chose instead."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from core.locks import lock
from core.pagination import bounded_count
from core.personal import tables
from core.time import now
from core.transactions import atomic
from corps.choices import Masking
from corps.models import Corp
from customers.history.forgetting import forget
from customers.models import ValueChange

BATCH, MOST_BATCHES = 1_000, 20
# Less is no record, and more is as good as for ever.
LEAST, MOST = 30, 3_650
_COUNTED = 100_000


def defaults() -> dict[str, int | None]:
    """Table → days by default, None for as long as there is a customer: every table that can be cut by age."""
    return {model._meta.db_table: table.days for model, table in tables().items() if table.aged}


def days_of(corp: Corp) -> dict[str, int | None]:
    """The same for this company."""
    known = defaults()
    return known | {table: days for table, days in corp.retention.items() if table in known}


def due(corp: Corp) -> dict[str, tuple[int, bool]]:
    """Table → how many rows are too old, counted up to a bound, and whether that is all of them."""
    return {rows.model._meta.db_table: bounded_count(rows, _COUNTED) for rows in _old(corp)}


def prune(*, corp: Corp) -> int:
    """Delete up to ``MOST_BATCHES`` batches of each table, the oldest first, each for itself so that nobody waits long.

    Returns: how many rows are gone; more may be left while there are any.
    """
    return sum(_delete(rows) for rows in _old(corp))


@atomic
def choose(*, corp: Corp, masking: str, retention: Mapping[str, int | None]) -> Corp:
    """Store what a company hides and how long it keeps things; a number that is the default is not stored.

    Raises:
        RuleViolation: ``masking_unknown``; ``days_out_of_bounds``: from ``LEAST`` to ``MOST``, or nothing.
    """
    if masking not in Masking.values:
        raise _wrong("masking", "masking_unknown", _("Numbers can't be hidden so."))
    known = defaults()
    for table, days in retention.items():
        if table not in known or not (days is None or LEAST <= days <= MOST):
            message = _("From %(least)d to %(most)d days, or empty.") % {"least": LEAST, "most": MOST}
            raise _wrong(table, "days_out_of_bounds", message)
    row = lock(corp)
    row.masking = masking
    row.retention = {table: days for table, days in retention.items() if days != known[table]}
    row.save(update_fields=["masking", "retention", "update_time"])
    return row


def _wrong(field: str, code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError(field, code, message)])


def _old(corp: Corp) -> Iterator[Any]:
    """The rows of each table that are too old, in the order of their index."""
    chosen = days_of(corp)
    for model, table in tables().items():
        days = chosen.get(model._meta.db_table)
        if table.aged and days is not None:
            before = {f"{table.aged}__lt": now() - dt.timedelta(days=days)}
            yield model._default_manager.filter(corp_id=corp.pk, **before).order_by(table.aged)


def _delete(rows: Any) -> int:
    deleted = 0
    for _batch in range(MOST_BATCHES):
        pks = list(rows.values_list("pk", flat=True)[:BATCH])
        if not pks:
            break
        if along := tables()[rows.model].along:
            name, column = along.split(".")
            beside: Any = apps.get_model(rows.model._meta.app_label, name)
            beside._default_manager.filter(**{f"{column}__in": pks}).delete()
        _drop(rows.model, pks)
        deleted += len(pks)
    return deleted


def _drop(model: Any, pks: list[int]) -> None:
    if model is ValueChange:
        forget(pks)
    else:
        model._default_manager.filter(pk__in=pks).delete()
