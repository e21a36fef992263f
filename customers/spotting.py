"""Lists that a keyword of one or two characters asks for alone: found, put in order and counted by the grams' table.

The customers' rows are read for the page only. A common keyword's count was half of its list, because it looked at each
customer for whether they are alive.
"""

from corps.querysets import sees_whole_corp
from customers import composed, search
from customers.matching import Matching
from customers.ordering import SORTS
from customers.selection import Wanted

_TAIL = " FROM customer_gram WHERE corp_id = %s AND gram = %s AND alive = 1"


def matching(wanted: Wanted) -> Matching:
    """``composed.matching``, or what it comes to by the grams alone."""
    alone = wanted.filters.keys() == {"keyword"} and len(SORTS[wanted.sort]) == 1
    if alone and sees_whole_corp(wanted.actor) and not _guarded(wanted):
        grams, exact = search.keys_of(wanted.filters["keyword"])
        if exact and grams:
            return Matching.filled(_TAIL, [wanted.actor.corp_id, *grams], by="customer_gram.customer_id")
    return composed.matching(wanted)


def _guarded(wanted: Wanted) -> bool:
    return search.guards(search.normalise(wanted.filters["keyword"]), wanted.actor)
