"""What of the contact ways WeCom has to be told: which codes to look at."""

from collections.abc import Iterable

from corps.actors import Actor
from customers.models import ContactWay
from messaging import commands
from messaging.commands import Wanted
from tags.writeback import is_written_back

KIND = "contact_way"


def lane(way_id: int) -> str:
    """Of one code one thing is told after the other. It is the command's key too."""
    return f"{KIND}:{way_id}"


def want(ways: Iterable[ContactWay], *, by: Actor, source: str) -> None:
    """Want these codes of one company brought into step there, in the transaction of their change."""
    each = list(ways)
    if each and is_written_back(each[0].corp_id, source):
        wanted = [Wanted(KIND, lane(way.pk), lane(way.pk), {"contactWayId": way.pk}) for way in each]
        commands.want(corp_id=each[0].corp_id, wanted=wanted, source=source, actor=by.label)
