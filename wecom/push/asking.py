"""What a person can have done about a command that waits or was given up."""

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict
from core.time import now
from corps.actors import Actor
from messaging import commands
from messaging.commands import Wanted
from messaging.models import Command
from wecom.push import reasons
from wecom.push.lanes import lock_lane


@transaction.atomic
def send_again(*, command: Command, by: Actor) -> None:
    """Want what the command is about once more, due at once; one that was given up makes room for a new one.

    Raises:
        Conflict: ``command_done``; ``command_settled``: somebody was faster, and it has made room already.
    """
    lock_lane(command.corp_id, command.lane)
    row = Command.objects.select_for_update().filter(pk=command.pk).first()
    if row is None:
        raise Conflict("command_settled", _("This doesn't wait any more."))
    if row.state == Command.State.DONE:
        raise Conflict("command_done", _("This has reached WeCom already."))
    again = Wanted(row.kind, row.lane, row.key, row.subject)
    commands.want(corp_id=row.corp_id, wanted=[again], source="operator", actor=by.label)
    if row.state == Command.State.DEAD:
        row.delete()


def give_up(*, command: Command, by: Actor) -> None:
    """End a command that waits: the mirror takes WeCom's word for what it is about from the next reading on.

    Raises:
        Conflict: ``command_settled``: it has reached WeCom, or was given up.
    """
    waiting = Command.objects.filter(pk=command.pk, settled_at=None)
    reason = f"{reasons.BY_HAND} {by.label}"
    if not waiting.update(state=Command.State.DEAD, settled_at=now(), error_code=None, last_error=reason):
        raise Conflict("command_settled", _("This doesn't wait any more."))
