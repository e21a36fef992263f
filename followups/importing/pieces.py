"""One piece of an import: some lines checked, or some brought in, with how far it has come. Within a transaction."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from core.locks import find_locked
from corps.actors import Actor
from followups.choices import ImportState, LineState
from followups.importing import checking, jobs, storing
from followups.importing.checking import Judged
from followups.importing.reading import Line
from followups.models import FollowUpImport, FollowUpImportLine


def check(import_id: int, lines: Sequence[Line]) -> bool:
    """Keep what these lines of the file would be, but for those that are there already. Returns whether it goes on."""
    job = find_locked(FollowUpImport, id=import_id)
    if job.state != ImportState.CHECKING:
        return False
    judged = _judged(job, lines)
    keys = [one.row.import_key for one in judged if one.row]
    before = FollowUpImportLine.objects.filter(job=job, key__in=keys).values_list("key", flat=True)
    kept = [_line(job, one) for one in checking.once(judged, set(before)) if one.row or one.fault]
    FollowUpImportLine.objects.bulk_create(kept)
    count = Counter(line.state for line in kept)
    job.good, job.bad = job.good + count[LineState.GOOD], job.bad + count[LineState.BAD]
    job.known, job.seen = job.known + len(lines) - len(kept), job.seen + len(lines)
    job.after = lines[-1].number if lines else job.after
    job.save(update_fields=["good", "bad", "known", "seen", "after"])
    return True


def checked(import_id: int) -> None:
    """All of the file has been looked at: a person decides, where there is something to decide."""
    job = find_locked(FollowUpImport, id=import_id)
    if job.state != ImportState.CHECKING:
        return
    if job.good:
        FollowUpImport.objects.filter(pk=job.pk).update(state=ImportState.CHECKED)
    else:
        jobs.end(job, ImportState.DONE)


def write(import_id: int) -> bool:
    """Make the next lines follow-ups, each looked at once more: hours may lie between. Returns whether it goes on."""
    job = find_locked(FollowUpImport, id=import_id)
    if job.state != ImportState.WRITING:
        return False
    good = FollowUpImportLine.objects.filter(job=job, state=LineState.GOOD).order_by("number")
    kept = {line.number: line for line in good[: checking.CHUNK]}
    if not kept:
        jobs.end(job, ImportState.DONE)
        return False
    judged = _judged(job, [Line(line.number, line.cells) for line in kept.values()])
    rows = [one.row for one in judged if one.row]
    storing.store(job.corp_id, rows, _who(job))
    wrong = [_faulty(kept[one.line.number], one) for one in judged if one.fault]
    FollowUpImportLine.objects.bulk_update(wrong, ["state", "column", "code"])
    FollowUpImportLine.objects.filter(job=job, number__in=list(kept), state=LineState.GOOD).delete()
    job.created, job.bad = job.created + len(rows), job.bad + len(wrong)
    job.known += len(kept) - len(rows) - len(wrong)
    job.save(update_fields=["created", "bad", "known"])
    return True


def failed(import_id: int, code: str) -> bool:
    """The file can't be read to its end. Returns True: it is over."""
    job = find_locked(FollowUpImport, id=import_id)
    if job.state == ImportState.CHECKING:
        jobs.end(job, ImportState.FAILED, code)
    return True


def _judged(job: FollowUpImport, lines: Sequence[Line]) -> list[Judged]:
    return checking.judge(lines, corp_id=job.corp_id, zone=job.corp.zone, actor=job.actor) if lines else []


def _line(job: FollowUpImport, one: Judged) -> FollowUpImportLine:
    about: dict[str, Any] = {"corp_id": job.corp_id, "job": job, "number": one.line.number, "cells": one.line.cells}
    if one.row:
        customer, key = one.row.customer_id, str(one.row.import_key)
        return FollowUpImportLine(**about, state=LineState.GOOD, customer_id=customer, key=key)
    return _faulty(FollowUpImportLine(**about), one)


def _faulty(line: FollowUpImportLine, one: Judged) -> FollowUpImportLine:
    assert one.fault
    line.state, line.column, line.code = LineState.BAD, one.fault.column, one.fault.code
    return line


def _who(job: FollowUpImport) -> Actor:
    """Whoever sent the file: what comes of it is theirs."""
    kind, _colon, number = job.actor.partition(":")
    return Actor(kind=kind, id=int(number or 0), corp_id=job.corp_id)
