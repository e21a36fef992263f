"""Work on a lane that was taken: one call, and what comes of it."""

import datetime as dt
from collections.abc import Callable, Sequence

from messaging.models import Command
from wecom.client.errors import NoRelation
from wecom.client.transport import Client, client_for
from wecom.push import catalogue, contact_ways, marking, pairs, reactions, reasons, remarking, rereading, settling
from wecom.push.lanes import Hold

_PUSH: dict[str, Callable[[Hold, Sequence[Command], Client], None]] = {
    "customer.tag": marking.push,
    "customer.remark": remarking.push,
    "contact_way": contact_ways.push_way,
    "tag": catalogue.push_tag,
    "tag_group": catalogue.push_group,
    "tag.order": catalogue.push_order,
}


def work(hold: Hold) -> dt.datetime | None:
    """Bring what the hold's commands are about into step, settle them, and let the lane go.

    Returns: until when every call of this company would be refused, or None.
    """
    try:
        return _work(hold)
    finally:
        hold.release()


def _work(hold: Hold) -> dt.datetime | None:
    lost = [command for command in hold.commands if command.attempts > settling.MOST_TRIES]
    settling.given_up(lost, code=None, error=reasons.WORKER_LOST)
    commands = [command for command in hold.commands if command not in lost]
    if not commands:
        return None
    try:
        _PUSH[commands[0].kind](hold, commands, client_for(hold.corp_id))
    except NoRelation as error:
        settling.given_up(commands, code=error.code, error=str(error))
        if pair := pairs.of(commands[0]):
            rereading.pair(pair)
    # Whatever goes wrong with one call is that command's trouble, not this loop's.
    except Exception as error:
        return reactions.react(commands, error)
    return None
