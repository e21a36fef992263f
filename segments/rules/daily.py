"""The daily rules: each company's at the hour of its day that the rule names, one run a day."""

import datetime as dt

from core.time import now
from corps.models import Corp
from segments.models import RuleRun
from segments.rules import books, jobs
from segments.rules.books import Armed


def begin_due(moment: dt.datetime | None = None) -> list[int]:
    """Begin today's run of each rule whose hour has come; whoever comes second finds it begun.

    Returns: the runs that were begun.
    """
    at, begun = moment or now(), []
    for corp in Corp.objects.filter(active=True, rulebook__isnull=False):
        book, local = books.of(corp.pk), at.astimezone(corp.zone)
        for armed in book.daily if book else ():
            if local.hour >= armed.trigger["hour"] and (run := _begin(corp, armed, local.date())):
                begun.append(run)
    return begun


def _begin(corp: Corp, armed: Armed, day: dt.date) -> int | None:
    key = {"rule_version_id": armed.version_id, "kind": RuleRun.Kind.DAILY, "bucket": day.isoformat()}
    if RuleRun.objects.filter(**key).exists():
        return None
    total, until = jobs.extent(corp.pk)
    run = RuleRun(corp=corp, rule_id=armed.rule_id, total=total, until=until, **key)
    RuleRun.objects.bulk_create([run], ignore_conflicts=True)
    return RuleRun.objects.values_list("pk", flat=True).get(**key)
