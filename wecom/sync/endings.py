"""Who is no longer shown: asked for once more, one by one, before anything ends.

A listing that is short, or empty, so ends nobody. It runs after every listing of the run has succeeded, and only for
employees whose own did.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet

from core.time import now
from corps.actors import SYSTEM
from corps.models import Employee
from corps.tally import Tally
from customers import mirroring
from customers.choices import RelationStatus
from customers.facts import Ending
from customers.models import FollowRelation
from wecom import mapping
from wecom.client import customers, house
from wecom.client.errors import Gone, NoRelation, OutOfRange, WecomError
from wecom.models import SyncRun
from wecom.refreshing import NO_RELATION
from wecom.sync import dry_endings, leases, missing, safety
from wecom.sync.lanes import Lanes
from wecom.sync.steps import Failure, Sitting, Step

_OF_ONE = (NoRelation, Gone, OutOfRange)
# Customers asked for in one page, and employees looked at by one statement.
CUSTOMERS, EMPLOYEES = 20, 500


def check(sitting: Sitting) -> Step:
    """Count who is missing, and stop for a person where that is too many."""
    run = sitting.run
    if run.dry_run:
        return dry_endings.relations(sitting)
    # A runner that was overtaken marks nothing.
    leases.write(run)
    listed = [ident for some in _listed(run) for ident in some]
    going = missing.mark(run, listed)
    if not going:
        return Step(cursor=None)
    of = sum(_living(run.corp_id).filter(employee_id__in=some).count() for some in _listed(run))
    cursor = run.cursor | {"stage": "end", "after": [0, 0]}
    return Step(cursor=cursor, hold=safety.hold(run, "relations", going, of, sample(run)))


def end(sitting: Sitting) -> Step:
    """Ask for some customers again; end their missing pairs that WeCom confirms."""
    run = sitting.run
    chunk, after = run.cursor["after"]
    listed = list(_listed(run))
    if chunk >= len(listed):
        return Step(cursor=None)
    rows = unseen(run, listed[chunk]).filter(customer_id__gt=after).order_by("customer_id")
    ids = list(dict.fromkeys(rows.values_list("customer_id", flat=True)[:CUSTOMERS]))
    if not ids:
        return Step(cursor=run.cursor | {"after": [chunk + 1, 0]})
    pairs = _by_customer(rows.filter(customer_id__in=ids))
    ticket, failures = sitting.ticket(), []
    answers = dict(zip(pairs, sitting.ask_all([_call(external) for external in pairs]), strict=True))
    for external, answer in answers.items():
        if isinstance(answer, WecomError) and not isinstance(answer, _OF_ONE):
            raise answer
        if _proves_nothing(answer):
            failures.append(Failure(external, answer.code if isinstance(answer, WecomError) else 0))
    apply = partial(_apply, sitting, _still_working(sitting, pairs), answers, ticket)
    return Step(cursor=run.cursor | {"after": [chunk, ids[-1]]}, apply=apply, failures=failures)


def unseen(run: SyncRun, employee_ids: Sequence[int]) -> QuerySet[FollowRelation]:
    """Living relations of these employees that this run's listings have not shown, though WeCom once did, and that
    nobody has read since it began."""
    return missing.older(run, employee_ids).filter(missed_run=run.pk)


def sample(run: SyncRun, most: int = safety.SAMPLE) -> list[str]:
    """Some of the missing pairs, as ``userid external_userid``: who would end."""
    found: list[str] = []
    for some in _listed(run):
        rows = unseen(run, some).values_list("employee__userid", "customer__external_userid")
        found += [" ".join(row) for row in rows[: most - len(found)]]
        if len(found) >= most:
            break
    return found


def _living(corp_id: int) -> QuerySet[FollowRelation]:
    return FollowRelation.objects.of_corp(corp_id).filter(status=RelationStatus.ACTIVE)


def _listed(run: SyncRun) -> Iterator[list[int]]:
    """Ids of the employees whose listing succeeded, in pieces."""
    failed = set(Lanes.of(run.cursor).failed)
    names = [userid for userid in run.plan if userid not in failed]
    for start in range(0, len(names), EMPLOYEES):
        rows = Employee.objects.of_corp(run.corp_id).filter(userid__in=names[start : start + EMPLOYEES])
        yield list(rows.order_by("pk").values_list("pk", flat=True))


def _by_customer(rows: QuerySet[FollowRelation]) -> dict[str, list[str]]:
    pairs: dict[str, list[str]] = {}
    for external, userid in rows.values_list("customer__external_userid", "employee__userid"):
        pairs.setdefault(external, []).append(userid)
    return pairs


def _still_working(sitting: Sitting, pairs: dict[str, list[str]]) -> dict[str, list[str]]:
    """The pairs of those whom WeCom still shows. Whoever has left since the plan was made is shown by no listing."""
    asked = sorted({userid for userids in pairs.values() for userid in userids})
    answers = sitting.ask_all([partial(house.user, userid=userid) for userid in asked])
    if unclear := [a for a in answers if isinstance(a, WecomError) and not isinstance(a, (Gone, OutOfRange))]:
        raise unclear[0]
    working = {userid for userid, answer in zip(asked, answers, strict=True) if not isinstance(answer, WecomError)}
    return {external: [u for u in userids if u in working] for external, userids in pairs.items()}


def _proves_nothing(answer: Any) -> bool:
    """Whether the answer leaves open who follows. Only one code says that nobody does; the others, and an answer
    without a follower, may come of what the app is not allowed to see."""
    if isinstance(answer, WecomError):
        return answer.code != NO_RELATION
    return not answer["follow_user"]


def _call(external_userid: str) -> Any:
    return lambda client: customers.customer(client, external_userid)


def _apply(sitting: Sitting, pairs: dict[str, list[str]], answers: dict[str, Any], ticket: int) -> Tally:
    """Store what the customers' own readings show, and end what they don't."""
    common = {"corp_id": sitting.corp_id, "ticket": ticket, "by": SYSTEM, "source": "sync"}
    people, follows, over = [], [], []
    for external, answer in answers.items():
        if _proves_nothing(answer):
            continue
        shown = set()
        if not isinstance(answer, WecomError):
            person, theirs = mapping.customer(answer)
            people.append(person)
            follows += theirs
            shown = {follow.userid for follow in theirs}
        over += [(external, userid) for userid in pairs[external] if userid not in shown]
    tally = mirroring.apply_page(people=people, follows=follows, run_id=sitting.run.pk, **common)  # type: ignore[arg-type]
    moment = now()
    endings = [Ending(external, userid, RelationStatus.ENDED_BY_EMPLOYEE, moment) for external, userid in over]
    return tally.add(mirroring.end_pairs(endings=endings, **common))  # type: ignore[arg-type]
