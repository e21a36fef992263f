"""By which channel a stay began, as a condition on its rows: the same as customers/channels counts by."""

from django.db.models import Q, QuerySet

from customers.channels.figures import NONE, UNKNOWN
from customers.models import ChannelKey, RelationEpisode


def came_by(rows: QuerySet[RelationEpisode], corp_id: int, channel: int) -> QuerySet[RelationEpisode]:
    """Those of a channel, of the states that have none, or of neither."""
    keys = ChannelKey.objects.of_corp(corp_id)
    if channel in (NONE, UNKNOWN):
        known, ways = _keys(keys)
        # A state comes before a way: who has one isn't asked for the other.
        strange = ~Q(state="") & ~Q(state__in=known)
        return rows.filter(strange if channel == UNKNOWN else Q(state="") & (Q(add_way=None) | ~Q(add_way__in=ways)))
    states, ways = _keys(keys.filter(channel=channel))
    return rows.filter(Q(state__in=states) | Q(state="", add_way__in=ways))


def _keys(keys: QuerySet[ChannelKey]) -> tuple[list[str], list[int]]:
    found = list(keys.values_list("state", "add_way"))
    return [state for state, _way in found if state is not None], [way for _state, way in found if way is not None]
