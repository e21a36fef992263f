"""A page of what WeCom says of customers and of who follows them, applied in one transaction."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from core.failpoints import failpoint
from core.transactions import atomic
from corps.actors import Actor
from corps.mirroring import ensure_employees
from corps.tally import Tally
from customers.choices import RelationStatus
from customers.facts import FollowFacts, PersonFacts
from customers.mirroring import labels, loading, pairs, persons, settling
from customers.mirroring.rows import Case, CustomerRow, PairRow, Reading, Said
from customers.privacy import tombstones


@atomic
def apply_page(
    *,
    corp_id: int,
    people: Sequence[PersonFacts],
    follows: Sequence[FollowFacts],
    ticket: int,
    by: Actor,
    source: str,
    whole: Collection[str] = (),
    run_id: int | None = None,
    hints: Mapping[str, int] = MappingProxyType({}),
) -> Tally:
    """Store up to some hundred customers and pairs as they were read under ``ticket``, in one transaction.

    What a row was read under later stays as it is. The same page under the same ticket may be applied again. Nobody is
    stored whom nobody follows.

    Args:
        whole: external userids for which ``follows`` names every follower: their other living relations that WeCom
            has shown before are over, ended by the employee.
        run_id: the full sync that reads; each pair is marked as seen by it.
        hints: external userid → the receipt of the callback that led here, for the history of values.

    Returns:
        Pairs by what became of them (a customer whose own facts changed counts as one changed more), and
        ``unknown_tags``: WeCom's ids that the catalogue lacks. Read the catalogue, then apply the page again.
    """
    reading = Reading(corp_id, ticket, by.label, source, run_id, hints)
    said = _by_customer(people, follows, whole)
    # Somebody else may insert one of the new customers meanwhile; then that one is not new any more.
    while said:
        said = _apply(reading, said)
    failpoint("mirror.page_applied")
    return reading.tally


def _by_customer(
    people: Sequence[PersonFacts], follows: Sequence[FollowFacts], whole: Collection[str]
) -> dict[str, Said]:
    said: dict[str, Said] = {}
    for person in people:
        said.setdefault(person.external_userid, Said()).person = person
    for follow in follows:
        said.setdefault(follow.external_userid, Said()).follows[follow.userid] = follow
    for external_userid in whole:
        said.setdefault(external_userid, Said()).whole = True
    return said


def _apply(reading: Reading, said: dict[str, Said]) -> dict[str, Said]:
    """Apply what is said of these customers. Returns what is left, of those that somebody else has just inserted."""
    found = loading.cases(reading.corp_id, said, reading.ticket)
    # Whoever is erased while this waits for their row has another name when it is there.
    cases = {name: case for name, case in found.items() if name in said}
    unknown = {name for name in said.keys() - cases.keys() if said[name].follows}
    erased = tombstones.among(reading.corp_id, unknown)
    for external_userid in unknown - erased.keys():
        cases[external_userid] = Case(CustomerRow(0, external_userid, fetch_seq=0))
    _compare(reading, cases, said)
    left = settling.settle(reading, list(cases.values()))
    return {case.row.external_userid: said[case.row.external_userid] for case in left}


def _compare(reading: Reading, cases: dict[str, Case], said: dict[str, Said]) -> None:
    known = [case.row.id for case in cases.values() if not case.new]
    (held, unmade), unsent = loading.held_tags(known), loading.Unsent(reading.corp_id, known)
    catalogue = _catalogue(reading, said, held)
    employees = _employees(reading.corp_id, cases, said)
    for external_userid, case in cases.items():
        told = said[external_userid]
        persons.compare(case, told.person, reading.ticket)
        case.skipped |= {employee_id for employee_id in case.pairs if (case.row.id, employee_id) in unmade}
        for userid, facts in told.follows.items():
            _meet(reading, case, employees[userid], facts, held, catalogue, unsent)
        if told.whole:
            _end_the_others(reading, case, {employees[userid] for userid in told.follows})


def _employees(corp_id: int, cases: dict[str, Case], said: dict[str, Said]) -> dict[str, int]:
    """userid → id; those of known pairs came with the pairs."""
    known = {pair.userid: employee for case in cases.values() for employee, pair in case.pairs.items()}
    missing = {userid for told in said.values() for userid in told.follows} - known.keys()
    return known | ensure_employees(corp_id=corp_id, userids=missing) if missing else known


def _catalogue(reading: Reading, said: dict[str, Said], held: loading.Held) -> labels.Catalogue:
    """The tags that the page names; those that nobody here knows go into the tally."""
    here: labels.Catalogue = {
        wecom_id: (tag, kind) for tags in held.values() for wecom_id, (_row, tag, kind) in tags.items()
    }
    named = {wecom_id for told in said.values() for facts in told.follows.values() for wecom_id in facts.tags}
    here |= loading.catalogue(reading.corp_id, named - here.keys())
    reading.tally.unknown_tags |= named - here.keys()
    return here


def _meet(
    reading: Reading,
    case: Case,
    employee_id: int,
    facts: FollowFacts,
    held: loading.Held,
    catalogue: labels.Catalogue,
    unsent: loading.Unsent,
) -> None:
    pair = case.pairs.get(employee_id)
    # Who was not there when everybody was named, later than this, is not there now.
    if (pair.fetch_seq if pair else case.row.whole_seq) > reading.ticket:
        case.outcomes.append("refused")
        return
    if pair is None:
        pair, changed, outcome = pairs.begin(case, employee_id, facts), True, "new"
    else:
        changed, outcome = pairs.meet(case, pair, facts, unsent), "changed"
    retagged = labels.compare(case, pair, facts, held, catalogue, unsent)
    if changed:
        pair.fetch_seq, pair.seen_run = reading.ticket, reading.run_id or pair.seen_run
    (case.stored if changed else case.same).append(pair)
    case.outcomes.append(outcome if changed or retagged else "same")
    if _remember(case, pair, facts, changed or retagged) and not changed:
        pair.fetch_seq, pair.seen_run = reading.ticket, reading.run_id or pair.seen_run
        case.redigested.append(pair)


def _remember(case: Case, pair: PairRow, facts: FollowFacts, changed: bool) -> bool:
    """Keep the digest of what was said, if all of it is so here now; else the next reading is compared in full.
    Returns whether the digest is another one."""
    before = after = pair.digest
    if facts.digest is not None and case.shown and pair.employee_id not in case.skipped:
        after = facts.digest
        case.fresh.add(pair.employee_id)
    elif changed or facts.digest is not None:
        after = None
    pair.digest = after
    return before != after


def _end_the_others(reading: Reading, case: Case, shown: set[int]) -> None:
    if case.row.whole_seq > reading.ticket:
        return
    case.whole, case.row.whole_seq = True, reading.ticket
    for employee_id, pair in case.pairs.items():
        # What WeCom has never shown it can't have ended, and whom it wouldn't show it hasn't left out.
        seen = 0 < pair.fetch_seq <= reading.ticket
        if employee_id not in shown and pair.living and pair.shown and seen:
            how = RelationStatus.ENDED_BY_EMPLOYEE
            pairs.finish(case, pair, how=int(how), at=reading.moment, noticed=True)
            pair.fetch_seq, pair.digest = reading.ticket, None
            case.stored.append(pair)
            case.outcomes.append("ended")
