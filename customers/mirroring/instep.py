"""Pairs of which nothing has changed, neither there nor here: known without comparing anything.

A relation keeps a digest of what WeCom said of it when all of that was last taken over, and its customer the version up
to which that holds. Every change of a customer, its relations or tags raises the version. So the same digest and the
same version mean the same pair (docs/decisions/0026-in-step.md).
"""

from collections.abc import Mapping

from django.db import connection

from core.sql import marks
from core.transactions import atomic
from corps.choices import EmployeeStatus
from customers.mirroring import loading, sightings
from customers.mirroring.rows import Case

# One relation in so many is compared all the same, so that nothing which has slipped past the rules stays for ever.
# They are taken in blocks: a page then has many of them, or none.
TURNS, BLOCK = 30, 512

# External userid and userid.
Key = tuple[str, str]
_CUSTOMERS = "SELECT id, external_userid, version, mirror_version, fetch_seq FROM customer WHERE id IN ({}) ORDER BY id"
# LEFT: else MySQL begins with the employees, and looks through all that is theirs.
_PAIRS = """
SELECT r.id, r.customer_id, e.userid, e.status, r.digest
FROM follow_relation r LEFT JOIN employee e ON e.id = r.employee_id
WHERE r.customer_id IN ({}) AND r.digest IS NOT NULL AND r.fetch_seq <= %s
"""


@atomic
def sight(*, corp_id: int, told: Mapping[Key, int | None], ticket: int, run_id: int, turn: int) -> set[Key]:
    """Find the pairs that are as they were, and note that this reading has seen them.

    The customers are locked, in the order of their ids, and stay so for what is applied of the others.

    Args:
        told: of each pair the digest of what is said of it.
        run_id: the full sync that reads.
        turn: which of the ``TURNS`` parts is to be compared in full this time.

    Returns:
        The pairs with which nothing has to be done. Everything that is said of the others has to be applied.
    """
    found = _in_step(corp_id, told, ticket)
    same = {key: ident for key, ident in found.items() if ident // BLOCK % TURNS != turn % TURNS}
    if same:
        sightings.note(corp_id=corp_id, run_id=run_id, ticket=ticket, relations=same.values())
    return set(same)


def keep(case: Case, before: int, person_changed: bool) -> None:
    """Say up to which version the digests hold, once the customer's version is what it will be.

    Args:
        before: the customer's version when it was loaded.
        person_changed: whether the person's own side changed; then what was said with other pairs is another thing.
    """
    row = case.row
    held = case.new or row.mirror_version == before
    if not (held and not person_changed):
        if not case.fresh:
            return
        for employee_id, pair in case.pairs.items():
            if pair.digest is not None and employee_id not in case.fresh:
                pair.digest = None
                case.redigested.append(pair)
    case.caught_up, row.mirror_version = row.mirror_version != row.version, row.version


def _in_step(corp_id: int, told: Mapping[Key, int | None], ticket: int) -> dict[Key, int]:
    ids = loading.ids(corp_id, {external_userid for external_userid, _userid in told})
    if not ids:
        return {}
    locking = " FOR UPDATE" if connection.features.has_select_for_update else ""
    rows = loading.rows(_CUSTOMERS.format(marks(len(ids))) + locking, ids)
    names = {ident: name for ident, name, version, mirrored, seq in rows if version == mirrored and seq <= ticket}
    if not names:
        return {}
    late = {ident for _ticket, relations in sightings.later(corp_id, ticket) for ident in relations}
    pairs = loading.rows(_PAIRS.format(marks(len(names))), [*names, ticket])
    return {
        (names[customer], userid): ident
        for ident, customer, userid, status, known in pairs
        # Leavers' pairs are marked one by one (wecom/sync/leavers.py).
        if told.get((names[customer], userid)) == known and ident not in late and status != EmployeeStatus.LEFT
    }
