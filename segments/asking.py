"""Who answers to a condition, asked the best way: of the bitmaps where they stand, else of the record. Always the same.

Customer ids fit 32 bits here: MySQL's counter gets to the end of them after four thousand million customers.
"""

from collections.abc import Collection

from pyroaring import BitMap

from core.time import now
from corps.actors import Actor
from corps.models import Corp
from customers.models import Customer
from segments.bitmaps import changes, evaluating, memory
from segments.bitmaps.holding import Gone
from segments.bitmaps.memory import Present
from segments.conditions import compiled
from segments.conditions.nodes import Condition, Moment

# So many changes that no bitmap knows yet are asked of the record one by one; with more all of the question is.
CHANGED = 5_000
# Customers named in one statement.
_NAMED = 1_000
_TRIES = 3


def ids(condition: Condition, *, moment: Moment | None = None, actor: Actor | None = None) -> BitMap:
    """Who answers to the condition.

    Args:
        moment: for questions about times; now by default.
        actor: only those that they may see.
    """
    at = moment or moment_of(condition.corp_id)
    found = _by_bitmaps(condition, at)
    if found is None:
        found = BitMap(compiled.rows(condition, at).order_by().values_list("pk", flat=True))
    return found if actor is None else found & _visible(condition.corp_id, actor)


def count(condition: Condition, *, moment: Moment | None = None, actor: Actor | None = None) -> int:
    """How many ``ids`` are."""
    return len(ids(condition, moment=moment, actor=actor))


def sample(
    condition: Condition, most: int = 20, *, moment: Moment | None = None, actor: Actor | None = None
) -> list[int]:
    """The newest of ``ids``, newest first."""
    return newest(ids(condition, moment=moment, actor=actor), most)


def newest(found: BitMap, most: int) -> list[int]:
    return list(found[-most:])[::-1] if most else []


def within(condition: Condition, customer_ids: Collection[int], *, moment: Moment | None = None) -> BitMap:
    """Those of the given customers who answer to the condition."""
    at, given = moment or moment_of(condition.corp_id), sorted(set(customer_ids))
    if len(given) > CHANGED:
        return ids(condition, moment=at) & BitMap(given)
    return _of_record(condition, at, given)


def moment_of(corp_id: int) -> Moment:
    """Now, as the company has it."""
    return Moment(now(), Corp.objects.only("time_zone").get(pk=corp_id).zone)


def _by_bitmaps(condition: Condition, moment: Moment) -> BitMap | None:
    """None where they can't answer: there are none, or too much has changed since."""
    for _n in range(_TRIES):
        try:
            present = memory.present(condition.corp_id, moment.zone.key)
            return None if present is None else _exactly(present, condition, moment)
        except Gone:
            continue
    return None


def _exactly(present: Present, condition: Condition, moment: Moment) -> BitMap | None:
    found, held = evaluating.evaluate(present, condition, moment), present.held
    # Asked last: whatever changed while the bitmaps were read is among them.
    changed = sorted(ident for ident, _at in changes.since(held.corp_id, held.watermark, held.known, CHANGED + 1))
    if len(changed) > CHANGED:
        return None
    return (found - BitMap(changed)) | _of_record(condition, moment, changed) if changed else found


def _of_record(condition: Condition, moment: Moment, given: list[int]) -> BitMap:
    rows, found = compiled.rows(condition, moment).order_by(), BitMap()
    for at in range(0, len(given), _NAMED):
        found.update(rows.filter(pk__in=given[at : at + _NAMED]).values_list("pk", flat=True))
    return found


def _visible(corp_id: int, actor: Actor) -> BitMap:
    rows = Customer.objects.of_corp(corp_id).visible_to(actor).order_by()
    return BitMap(rows.values_list("pk", flat=True))
