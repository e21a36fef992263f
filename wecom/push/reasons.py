"""Why a command waits or was given up, in words for an operator. WeCom's codes have theirs in client/codes.py."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from messaging.models import Command
from wecom.client.codes import advice_on
from wecom.client.errors import NotConnected

NOT_CONNECTED = "not_connected"
TAG_ON_ITS_WAY = "tag_on_its_way"
TAG_NOT_THERE = "tag_not_there"
WORKER_LOST = "worker_lost"
FAULT = "fault"
BY_HAND = "by_hand"

_WORDS: dict[str, Any] = {
    NOT_CONNECTED: NotConnected.advice,
    TAG_ON_ITS_WAY: _("The tag is not in WeCom yet. This follows once it is."),
    TAG_NOT_THERE: _("The tag could not be made in WeCom. See the tag's own command; send this again afterwards."),
    WORKER_LOST: _("The process that sent this ended again and again. Look at the server's log, then send it again."),
    BY_HAND: _("Somebody ended this by hand. What WeCom says holds from the next reading on."),
    FAULT: _("This service made a mistake. Report it with the time; then send it again."),
}


def sentence(command: Command) -> Any:
    """What is to be done about a command, translated; empty where nothing has gone wrong."""
    if command.error_code is not None:
        return advice_on(command.error_code)
    return _WORDS.get(command.last_error.partition(" ")[0], "")
