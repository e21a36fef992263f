"""Put what was counted in the place of what stood there: written is only what differs."""

from collections.abc import Collection, Mapping
from typing import Any

from core.sql import incoming, insert_many, on_conflict
from core.time import now
from core.transactions import atomic
from insights.models import DailyStat, StatWindow
from insights.stats.counting import Key, Numbers
from insights.stats.windows import Window

_KEYS = ("corp_id", "span", "day", "dim", "metric", "ident", "detail")
_NUMBERS = ("relations", "people")


@atomic
def store(*, corp_id: int, window: Window, metrics: Collection[int], found: Mapping[Key, Numbers]) -> int:
    """Make the rows of these metrics those that were found; another run that finds the same writes nothing.

    Returns: how many rows were written or are gone.
    """
    owner = {"corp_id": corp_id, "span": window.span, "day": window.first}
    stood: dict[Key, tuple[int, ...]] = {}
    rows = DailyStat.objects.filter(metric__in=sorted(metrics), **owner)
    for pk, dim, metric, ident, detail, *numbers in rows.values_list("pk", *_KEYS[3:], *_NUMBERS):
        stood[Key(dim, metric, ident, detail)] = (pk, *numbers)
    # In the order of the key, so that two who count the same wait for each other and don't deadlock.
    changed = [(key, pair) for key, pair in sorted(found.items()) if stood.get(key, ())[1:] != pair]
    values = [(corp_id, int(window.span), window.first, *key, *pair) for key, pair in changed]
    if values:
        tail = on_conflict(_KEYS, {name: incoming(name) for name in _NUMBERS})
        insert_many("daily_stat", [*_KEYS, *_NUMBERS], values, tail)
    gone = [stood[key][0] for key in stood.keys() - found.keys()]
    DailyStat.objects.filter(pk__in=gone).delete()
    return len(changed) + len(gone)


@atomic
def mark(*, corp_id: int, window: Window, final: bool) -> None:
    """Note that a window has been counted."""
    which: dict[str, Any] = {"corp_id": corp_id, "span": window.span, "day": window.first}
    StatWindow.objects.update_or_create(**which, defaults={"final": final, "computed_at": now()})
