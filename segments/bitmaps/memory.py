"""What this process holds of the companies' bitmaps. That it is the present state costs one small statement to know."""

from typing import NamedTuple

from django.conf import settings

from core.sql import one
from segments.bitmaps import holding
from segments.bitmaps.atoms import FORM
from segments.bitmaps.holding import Held
from segments.models import BitmapIndex

_STANDS = """
SELECT i.generation, i.number, i.watermark, c.tags_version FROM bitmap_index i JOIN corp c ON c.id = i.corp_id
WHERE i.corp_id = {}"""
_held: dict[int, Held] = {}


class Present(NamedTuple):
    """The bitmaps, and the version that the tag catalogue had just before."""

    held: Held
    catalogue: int


def current(corp_id: int, zone: str) -> Held | None:
    """The company's bitmaps as they are now; None where there are none that answer for days of this zone.

    Raises:
        Gone: they were written anew just now.
    """
    found = present(corp_id, zone)
    return found and found.held


def present(corp_id: int, zone: str) -> Present | None:
    """``current``, with what a question about tags wants to know besides, by one statement. Raises Gone."""
    row = one(_STANDS, corp_id)
    if not (row and row[0]):
        return None
    *stands, catalogue = row
    held = _held.get(corp_id)
    if held is None or held.stands != tuple(stands):
        held = _caught_up(corp_id, held)
    return Present(held, catalogue) if held and held.zone == zone else None


def forget() -> None:
    """Read everything anew."""
    _held.clear()


def _caught_up(corp_id: int, held: Held | None) -> Held | None:
    index = BitmapIndex.objects.filter(corp=corp_id, form=FORM).exclude(generation=0).first()
    if index is None:
        return None
    fresh = held.at(index) if held else holding.first(index)
    # Full, it forgets everything, the others' too: the next questions read again what they need.
    if sum(other.size for other in _held.values()) > settings.BITMAP_MEMORY:
        _held.clear()
        fresh = holding.first(index)
    _held[corp_id] = fresh
    return fresh
