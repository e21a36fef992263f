"""The lists that a customer is on. A segment that has a condition is never asked so: its condition stands in its place
(``segments/conditions/naming_segments.py``)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q

from segments.fields.field import Asking, Link
from segments.models import SegmentStay


def _on_any(_asking: Asking, ids: tuple[int, ...]) -> Q:
    return Q(pk__in=SegmentStay.objects.filter(segment_id__in=ids).lasting().values("customer_id"))


def _held(
    _asking: Asking, keys: Collection[tuple[Any, ...]], asked: Collection[int]
) -> Mapping[tuple[Any, ...], frozenset[int]]:
    rows = SegmentStay.objects.filter(segment_id__in=asked, customer_id__in=[key[0] for key in keys]).lasting()
    held: dict[tuple[Any, ...], frozenset[int]] = defaultdict(frozenset)
    for customer, segment in rows.values_list("customer_id", "segment_id"):
        held[customer,] |= {segment}
    return held


LISTS = Link(("pk",), _on_any, _held)
