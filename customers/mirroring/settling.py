"""From what has changed in the customers of a page to rows, episodes, grams and events."""

from collections.abc import Sequence

from corps.tally import SAMPLE
from customers import history, search
from customers.choices import CustomerStatus
from customers.history import Change
from customers.merging.wording import learn
from customers.mirroring import instep, loading, mainstay, stays, storing, telling
from customers.mirroring.rows import Case, Reading, StayRow
from customers.models import Customer


def settle(reading: Reading, cases: Sequence[Case]) -> list[Case]:
    """Store the cases. Returns those whose customer somebody else has inserted meanwhile: nothing of them is stored."""
    before = {case.row.external_userid: (case.row.search_text, case.row.status) for case in cases}
    for case in cases:
        _conclude(reading, case)
    fresh = [case for case in cases if case.new]
    left = storing.insert_customers(reading, fresh)
    overtaken = {case.row.external_userid for case in left}
    kept = [case for case in cases if case.row.external_userid not in overtaken]
    told = [case for case in kept if case.told]
    begun = {case.row.external_userid for case in fresh}
    storing.update_customers(
        reading.corp_id, [case for case in told if case.row.external_userid not in begun], reading.moment
    )
    storing.store_pairs(reading, kept)
    storing.store_digests(reading.corp_id, kept, reading.moment)
    storing.store_stays(reading.corp_id, *_stays(kept, begun))
    storing.store_tags(reading.corp_id, kept, reading.moment, actor=reading.actor, source=reading.source)
    _reindex(reading.corp_id, kept, before)
    _teach(kept)
    _remember(reading, [case for case in kept if case.row.external_userid not in begun])
    storing.mark_read(kept, reading.ticket, reading.run_id)
    telling.record(told, corp_id=reading.corp_id, actor=reading.actor, source=reading.source)
    _count(reading, kept)
    return left


def _conclude(reading: Reading, case: Case) -> None:
    row, before, person_changed = case.row, case.row.version, bool(case.changed)
    if case.turned:
        mainstay.settle(case)
    if case.renamed:
        remarks = search.remarks_of(case.pairs.values())
        row.search_text = search.text_of(name=row.name, mobile=row.mobile, remarks=remarks, others=row.merged_text)
    telling.number(case)
    instep.keep(case, before, person_changed)
    if case.told and case.shown:
        row.fetch_seq = reading.ticket


def _reindex(corp_id: int, cases: Sequence[Case], before: dict[str, tuple[str, int]]) -> None:
    deleted = {c.row.id for c in cases if before[c.row.external_userid][1] == CustomerStatus.DELETED}
    turned = {c.row.id for c in cases if c.row.id in deleted and c.row.status != CustomerStatus.DELETED}
    texts = {
        c.row.id: (before[c.row.external_userid][0], c.row.search_text, c.row.status)
        for c in cases
        if c.renamed or c.row.id in turned
    }
    search.reindex_many(corp_id, texts, turned)


def _stays(cases: Sequence[Case], begun: set[str]) -> tuple[list[StayRow], list[int]]:
    """The episodes to store and to delete. Those of customers just inserted are all new, and not looked for."""
    turned = [case for case in cases if case.turns]
    known = loading.stays([case.row.id for case in turned if case.row.external_userid not in begun])
    changed: list[StayRow] = []
    gone: list[int] = []
    for case in turned:
        for turn in case.turns:
            some, dropped = stays.settle(turn, known.get((case.row.id, turn.pair.employee_id), []))
            changed += some
            gone += dropped
    return changed, gone


def _teach(cases: Sequence[Case]) -> None:
    """What a record is called now its person is found by, under the record that stands for it."""
    persons = {case.row.merged_into_id for case in cases if case.renamed and case.row.merged_into_id}
    for customer_id in sorted(persons):
        learn(Customer.objects.locked(id=customer_id))


def _remember(reading: Reading, cases: Sequence[Case]) -> None:
    """Keep what was there before. Of customers who have just begun nothing was."""
    changes = [
        Change(case.row.id, employee, field, before, after, reading.run_of(case.row.external_userid))
        for case in cases
        for employee, field, before, after in case.past
    ]
    history.keep(reading.corp_id, changes, actor=reading.actor, source=reading.source, at=reading.moment)


def _count(reading: Reading, cases: Sequence[Case]) -> None:
    tally = reading.tally
    for case in cases:
        for outcome in case.outcomes:
            setattr(tally, outcome, getattr(tally, outcome) + 1)
        tally.changed += bool(case.changed and not any(o in ("new", "changed", "ended") for o in case.outcomes))
        if case.told and len(tally.sample) < SAMPLE:
            names = sorted({name.removeprefix("customer.") for name, _facts in case.told})
            tally.sample.append(f"{case.row.external_userid}: {', '.join(names)}")
