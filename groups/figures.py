"""WeCom's own figures of the groups, kept by owner and day; analysis/owners.py adds them up.

Figures are derived and no change of a group, so storing them records no event.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass

from core.time import now
from core.transactions import atomic
from groups.models import FiguresDay, OwnerFigures

# Two days later what is read is taken for the last word.
SETTLED = dt.timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one owner and one day; the names are those of the columns."""

    new_chats: int = 0
    chats: int = 0
    active_chats: int = 0
    new_members: int = 0
    members: int = 0
    active_members: int = 0
    messages: int = 0


NAMES = tuple(Figures.__dataclass_fields__)


@atomic
def store_day(
    *,
    corp_id: int,
    day: dt.date,
    asked: Collection[int],
    found: Mapping[int, Figures],
    final: bool,
    error_code: int | None = None,
) -> None:
    """Replace what is known of these owners' day; the same again leaves the same rows.

    Args:
        asked: ids of the owners that the answer is about; one without figures has none.
        found: owner id → figures.
        error_code: why some owners could not be asked for; what is known of them stays.
    """
    OwnerFigures.objects.filter(corp_id=corp_id, day=day, owner_id__in=list(asked)).delete()
    rows = [OwnerFigures(corp_id=corp_id, day=day, owner_id=owner, **asdict(row)) for owner, row in found.items()]
    OwnerFigures.objects.bulk_create(rows, batch_size=500)
    _note(corp_id, day, final=final, error_code=error_code)


@atomic
def note_failure(*, corp_id: int, day: dt.date, error_code: int) -> None:
    """Keep why a day could not be read; its figures stay as they were, and it is asked for again."""
    _note(corp_id, day, final=False, error_code=error_code)


def _note(corp_id: int, day: dt.date, *, final: bool, error_code: int | None) -> None:
    row, _made = FiguresDay.objects.select_for_update().get_or_create(
        corp_id=corp_id, day=day, defaults={"pulled_at": now()}
    )
    row.final, row.error_code, row.pulls, row.pulled_at = final, error_code, row.pulls + 1, now()
    row.save()
