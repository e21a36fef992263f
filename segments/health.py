"""What the health page and the metrics say of the bitmaps: whether they answer, and how far behind they are."""

from typing import Any

from prometheus_client.core import GaugeMetricFamily

from core import health
from segments.bitmaps.atoms import FORM
from segments.models import BitmapIndex

_MEANING = {
    "bitmaps_serving": "Companies whose segments are answered by bitmaps.",
    "bitmaps_missing": "Companies whose bitmaps are not built, of another release, or were found wrong.",
    "bitmaps_wrong": "Customers that the last checks found otherwise in the bitmaps than in the record.",
    "bitmaps_bytes": "Size of all bitmaps that answer.",
}


def parts() -> dict[str, dict[str, Any]]:
    """The part ``bitmaps``; none before the first company has any. Without them segments are slower, never wrong."""
    found = figures()
    if not found["bitmaps_serving"] + found["bitmaps_missing"]:
        return {}
    return {
        "bitmaps": {
            "status": health.DEGRADED if found["bitmaps_missing"] else health.OK,
            "serving": found["bitmaps_serving"],
            "missing": found["bitmaps_missing"],
            "wrong": found["bitmaps_wrong"],
            "bytes": found["bitmaps_bytes"],
        }
    }


def gauges() -> list[GaugeMetricFamily]:
    """The same for Prometheus."""
    return [GaugeMetricFamily(f"scrm_{name}", _MEANING[name], value=value) for name, value in figures().items()]


def figures() -> dict[str, int]:
    """Of the one row that each company has."""
    rows = BitmapIndex.objects.filter(corp__active=True).values_list("generation", "form", "wrong", "size")
    serving = [size for generation, form, _wrong, size in rows if generation and form == FORM]
    return {
        "bitmaps_serving": len(serving),
        "bitmaps_missing": len(rows) - len(serving),
        "bitmaps_wrong": sum(row[2] for row in rows),
        "bitmaps_bytes": sum(serving),
    }
