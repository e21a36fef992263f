"""Keep a company's bitmaps: built where none serve, in step with what changes, written anew in time."""

import datetime as dt

from corps.hours import at_hour
from corps.models import Corp
from segments.bitmaps import building, compacting, folding, generations
from segments.models import BitmapIndex

# Of one task; the timetable comes again.
FOLDS = 50
# The hour of the company's day at which some are compared with the record.
HOUR = 4


def keep(corp: Corp) -> None:
    """One round of it. May be run at any time, by several at once, and killed."""
    index = BitmapIndex.objects.filter(corp=corp).first()
    if index is None or not generations.serves(index, corp):
        building.build(corp)
    _fold_all(corp)
    if compacting.due(corp):
        compacting.compact(corp)


def rebuild(corp: Corp) -> bool:
    """Everything anew from the record; False while somebody else does it."""
    done = building.build(corp)
    _fold_all(corp)
    return done


def due(moment: dt.datetime | None = None) -> list[int]:
    """The companies in whose zone it is the hour of the check."""
    return at_hour(HOUR, moment)


def _fold_all(corp: Corp) -> int:
    """Fold until nothing is left, or enough is done for once. Returns how many customers."""
    total = 0
    for _n in range(FOLDS):
        total += (folded := folding.fold(corp))
        if folded < folding.BATCH:
            break
    return total
