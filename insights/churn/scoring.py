"""Score the living relations: every night all of a company's, page by page, and at once those of who has just left."""

from collections.abc import Collection, Iterable

from django.db import connection

from core.retry import atomic_retry
from core.time import now
from core.transactions import atomic
from corps.models import Corp
from insights.churn import facts, model
from insights.churn.levels import Thresholds
from insights.models import ChurnScore

BATCH = 500
# Of one task, which rings for the next.
BATCHES = 10
_SCORED = ["score", "level", "reasons", "as_of"]


@atomic
def score_customers(*, corp_id: int, customer_ids: Collection[int]) -> int:
    """Bring the scores of these customers' relations into step with the record; those of ended relations go.

    A repeat within the day writes the same rows again. Returns: how many relations live.
    """
    moment, limits = now(), Thresholds.of(corp_id)
    day = moment.astimezone(Corp.objects.get(pk=corp_id).zone).date()
    found = facts.of_customers(corp_id, customer_ids, moment, tags=True)
    rows = []
    for (customer, employee), known in sorted(found.items()):
        verdict = model.judge(known)
        row = ChurnScore(corp_id=corp_id, customer_id=customer, employee_id=employee, score=verdict.score, as_of=day)
        row.level = limits.level(verdict.score)
        row.reasons = [[reason.code, reason.number, reason.points] for reason in verdict.reasons]
        rows.append(row)
    _forget(corp_id, customer_ids, found)
    _store(rows)
    return len(rows)


def score_some(*, corp_id: int, after: int = 0) -> int | None:
    """Score the relations of the next customers behind this id.

    Returns: behind which id to go on; None when all have had a turn, or the company is no longer active.
    """
    if not Corp.objects.filter(pk=corp_id, active=True).exists():
        return None
    for _n in range(BATCHES):
        ids = facts.page(corp_id, after=after, size=BATCH)
        if not ids:
            return None
        atomic_retry(score_customers)(corp_id=corp_id, customer_ids=ids)
        after = ids[-1]
    return after


def _forget(corp_id: int, customer_ids: Collection[int], living: Collection[facts.Pair]) -> None:
    rows = ChurnScore.objects.of_corp(corp_id).filter(customer_id__in=customer_ids)
    known = rows.values_list("pk", "customer_id", "employee_id")
    ended = [pk for pk, customer, employee in known if (customer, employee) not in living]
    if ended:
        ChurnScore.objects.filter(pk__in=ended).delete()


def _store(rows: Iterable[ChurnScore]) -> None:
    # MySQL finds the key by itself and refuses to be told.
    keys = None if connection.vendor == "mysql" else ["customer", "employee"]
    ChurnScore.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, update_fields=_SCORED, unique_fields=keys
    )
