"""Spans of time, half open, the later end None for one that lasts."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import pairwise

Moment = dt.datetime
Span = tuple[Moment, Moment | None]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The times covered by at least one of these, in order; what touches is one."""
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda span: span[0]):
        if found and (found[-1][1] is None or start <= found[-1][1]):
            last = found[-1][1]
            found[-1] = (found[-1][0], None if last is None or end is None else max(last, end))
        else:
            found.append((start, end))
    return found


def within(moment: Moment, span: Span) -> bool:
    """Whether it lies after the beginning of the span and before its end."""
    return span[0] < moment and (span[1] is None or moment < span[1])


def gaps(spans: Iterable[Span]) -> Iterator[Span]:
    """The times after each (merged) span: until the next one, or open."""
    ordered = merged(spans)
    for (_start, end), following in zip(ordered, [*ordered[1:], None], strict=False):
        if end is not None:
            yield end, following[0] if following else None


def quiet(living: Iterable[Span], contacts: Iterable[Moment]) -> Iterator[Span]:
    """The times, while a relation lived, from each contact to the next one, or to the end of the last relation.

    A relation's beginning is a contact.
    """
    heard = sorted(contacts)
    for start, end in merged(living):
        anchors = [start, *(at for at in heard if within(at, (start, end)))]
        for last, following in pairwise([*anchors, end]):
            if last is not None:
                yield last, following


def earlier(one: Moment | None, other: Moment | None) -> Moment | None:
    """The one that comes first; None comes never."""
    return min((moment for moment in (one, other) if moment), default=None)
