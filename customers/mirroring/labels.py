"""What a reading says of the tags that one employee put on one customer."""

from customers import events
from customers.facts import FollowFacts
from customers.mirroring.loading import Held, Unsent
from customers.mirroring.rows import Case, PairRow
from customers.writeback import tag_key

# WeCom's id of a tag → (tag, kind); None: it has ended here.
Catalogue = dict[str, tuple[int, int] | None]


def compare(
    case: Case, pair: PairRow, facts: FollowFacts, held: Held, catalogue: Catalogue, unsent: Unsent | None
) -> bool:
    """Put and take off what differs, but for what is on its way to WeCom. Returns whether anything does.

    Tags that WeCom doesn't know (local ones, new ones not yet sent) are not among ``held``, so they stay.
    """
    here = held.get((pair.customer_id, pair.employee_id), {})
    told = set(facts.tags)
    if here.keys() == told:
        return False
    known = {wecom_id: catalogue.get(wecom_id) for wecom_id in told - here.keys()}
    put = [tag for tag in known.values() if tag and not _on_its_way(case, pair, tag[0], unsent)]
    off = [here[wecom_id] for wecom_id in here.keys() - told]
    off = [tag for tag in off if not _on_its_way(case, pair, tag[1], unsent)]
    if len(put) + len(off) < len(here.keys() ^ told):
        case.skipped.add(pair.employee_id)
    case.tags_put += [(pair.employee_id, tag, kind) for tag, kind in put]
    case.tags_off += [row for row, _tag, _kind in off]
    _tell(case, events.TAG_REMOVED, pair, [tag for _row, tag, _kind in off])
    _tell(case, events.TAG_ADDED, pair, [tag for tag, _kind in put])
    return bool(put or off)


def _on_its_way(case: Case, pair: PairRow, tag_id: int, unsent: Unsent | None) -> bool:
    return unsent is not None and not case.new and tag_key(pair.customer_id, pair.employee_id, tag_id) in unsent


def _tell(case: Case, name: str, pair: PairRow, tags: list[int]) -> None:
    if tags:
        case.told.append((name, {"tagIds": sorted(tags), "followUserId": pair.employee_id}))
