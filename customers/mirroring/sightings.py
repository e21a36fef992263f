"""Who was sighted when: packed, a row for each page of a full sync.

A sighting is worth what ``fetch_seq`` in the row would be. Whoever applies an answer therefore looks, under the
customers' locks, whether a pair was sighted later than that answer was asked for (docs/decisions/0026-in-step.md).
"""

import datetime as dt
from array import array
from collections.abc import Iterable, Iterator

from core.time import now
from customers.mirroring.rows import Case
from customers.models import MirrorSighting

# An answer that is older than this is not applied any more by anybody.
KEPT = dt.timedelta(hours=1)
# Rows of a run that are read at once.
_ROWS = 200


def note(*, corp_id: int, run_id: int, ticket: int, relations: Iterable[int]) -> None:
    packed = array("Q", relations).tobytes()
    MirrorSighting.objects.create(corp_id=corp_id, run_id=run_id, ticket=ticket, relations=packed)


def later(corp_id: int, ticket: int) -> Iterator[tuple[int, array]]:
    """(ticket, relations) of what was sighted later than that, the earliest first. Almost always nothing."""
    rows = MirrorSighting.objects.filter(corp_id=corp_id, ticket__gt=ticket).order_by("ticket")
    for number, packed in rows.values_list("ticket", "relations"):
        yield number, _unpacked(packed)


def catch_up(corp_id: int, ticket: int, cases: Iterable[Case]) -> None:
    """Have the (locked) rows say under which ticket they were read last, where that is later than this one."""
    by_id = {pair.id: (case, pair) for case in cases for pair in case.pairs.values()}
    for number, relations in later(corp_id, ticket):
        for ident in by_id.keys() & set(relations):
            case, pair = by_id[ident]
            pair.fetch_seq = max(pair.fetch_seq, number)
            # The person's side is a part of what was seen.
            case.row.fetch_seq = max(case.row.fetch_seq, number)


class Seen:
    """The relations that a run has sighted: a bit each, between the lowest and the highest id."""

    def __init__(self, corp_id: int, run_id: int, first_ticket: int) -> None:
        self._base, self._bits = 0, bytearray()
        after = first_ticket - 1
        rows = MirrorSighting.objects.filter(corp_id=corp_id, run_id=run_id).order_by("ticket")
        while some := list(rows.filter(ticket__gt=after).values_list("ticket", "relations")[:_ROWS]):
            for _ticket, packed in some:
                self._add(_unpacked(packed))
            after = some[-1][0]

    def __contains__(self, relation: int) -> bool:
        at = relation - self._base
        return 0 <= at < len(self._bits) * 8 and bool(self._bits[at >> 3] & 1 << (at & 7))

    def _add(self, relations: array) -> None:
        self._reach(min(relations), max(relations))
        for relation in relations:
            at = relation - self._base
            self._bits[at >> 3] |= 1 << (at & 7)

    def _reach(self, low: int, high: int) -> None:
        low -= low % 8
        if not self._bits:
            self._base = low
        if low < self._base:
            self._bits[:0] = bytes((self._base - low) // 8)
            self._base = low
        if (missing := (high - self._base) // 8 + 1 - len(self._bits)) > 0:
            self._bits += bytes(missing)


def forget(*, corp_id: int, but_of: int) -> None:
    """Delete what nobody can ask for any more: of runs that are over, and older than any answer on its way.

    Args:
        but_of: the run that is under way.
    """
    rows = MirrorSighting.objects.filter(corp_id=corp_id, noted_at__lt=now() - KEPT)
    rows.exclude(run_id=but_of).delete()


def _unpacked(packed: bytes | memoryview) -> array:
    return array("Q", bytes(packed))
