"""What a run has to write: who enters and who leaves, in batches."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from segments.members import staging
from segments.models import SegmentRun
from segments.refreshing import questions


class Batch(NamedTuple):
    """Some who enter and some who leave; and how many will be written with them, of all."""

    entering: Sequence[int] = ()
    leaving: Sequence[int] = ()
    done: int = 0


NOBODY = Batch()


def differences(run: SegmentRun) -> list[Batch]:
    """Between who is to be in the segment at the run's moment and who would be as it is written: at least one batch.
    How many they are is put down on the run, and stored with the first of them."""
    wanted, have = questions.everybody(run, run.as_of), staging.staged_ids(run.segment_id)  # type: ignore[arg-type]
    entering, leaving = list(wanted - have), list(have - wanted)
    run.total = len(entering) + len(leaving)
    if run.total <= staging.BATCH:
        return [Batch(entering, leaving, run.total)]
    batches = [Batch(entering=some, done=done) for some, done in _parts(entering)]
    return batches + [Batch(leaving=some, done=len(entering) + done) for some, done in _parts(leaving)]


def _parts(ids: Sequence[int]) -> Iterator[tuple[Sequence[int], int]]:
    for start in range(0, len(ids), staging.BATCH):
        some = ids[start : start + staging.BATCH]
        yield some, start + len(some)
