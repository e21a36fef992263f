"""What this process holds of the companies' bitmaps. That it is the present state costs one small statement to know."""

from django.conf import settings

from core.sql import one
from segments.bitmaps import holding
from segments.bitmaps.atoms import FORM
from segments.bitmaps.holding import Held
from segments.models import BitmapIndex

_STANDS = "SELECT generation, number, watermark FROM bitmap_index WHERE corp_id = {}"
_held: dict[int, Held] = {}


def current(corp_id: int, zone: str) -> Held | None:
    """The company's bitmaps as they are now; None where there are none that answer for days of this zone.

    Raises:
        Gone: they were written anew just now.
    """
    stands = one(_STANDS, corp_id)
    if not (stands and stands[0]):
        return None
    held = _held.get(corp_id)
    if held is None or held.stands != tuple(stands):
        held = _caught_up(corp_id, held)
    return held if held and held.zone == zone else None


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
