"""Take messages of the archive: what lies behind the place that was reached, and the place, in one transaction."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from core.errors import Conflict
from core.failpoints import failpoint
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.models import Employee
from customers.models import Customer
from followups import communications
from followups.communications.recording import MOST
from wecom.archive import pairing
from wecom.archive.messages import Message
from wecom.models import MessageArchive

# Of one batch: as many as the SDK gives at once.
LIMIT = 1_000


@atomic
def take(
    *, corp_id: int, messages: Sequence[Message], latest: int | None = None, by: Actor, source: str
) -> MessageArchive:
    """Keep which employees and customers wrote to each other, and how far the archive has been read.

    Messages at or before the place that was reached are passed over, so a batch may come twice, and one that broke off
    comes again whole. Whom the mirror doesn't know yet is passed over for good.

    Args:
        messages: at most ``LIMIT``, in any order.
        latest: the newest place that the source knows of.

    Raises:
        Conflict: ``archive_off``: the company has none, or it rests.
    """
    row = MessageArchive.objects.of_corp(corp_id).select_for_update().filter(active=True).first()
    if row is None:
        raise Conflict("archive_off", _("The message archive of this company is switched off here."))
    fresh = [message for message in messages if message.seq > row.seq]
    found = _words(corp_id, fresh)
    told = pairing.hours(found)
    for start in range(0, len(told), MOST):
        communications.record(corp_id=corp_id, talks=told[start : start + MOST], by=by, source=source)
    failpoint("archive.recorded")
    _reach(row, fresh, latest, counted=len({word.message.seq for word in found}))
    return row


def _words(corp_id: int, messages: Sequence[Message]) -> list[pairing.Word]:
    people = {who for message in messages for who in (message.sender, *message.receivers)}
    employees = Employee.objects.of_corp(corp_id).filter(userid__in=people)
    customers = Customer.objects.of_corp(corp_id).filter(external_userid__in=people)
    known = dict(employees.values_list("userid", "pk")), dict(customers.values_list("external_userid", "pk"))
    # Clocks differ, and what is ahead of ours would be refused.
    moment = now()
    return [word for word in pairing.words(messages, *known) if word.message.at <= moment]


def _reach(row: MessageArchive, fresh: Sequence[Message], latest: int | None, *, counted: int) -> None:
    row.read_at, row.last_error = now(), ""
    row.seq = max([row.seq, *(message.seq for message in fresh)])
    times = [at for at in (row.message_at, *(message.at for message in fresh)) if at]
    row.message_at = max(times, default=None)
    row.latest_seq = row.latest_seq if latest is None else latest
    row.messages, row.counted = row.messages + len(fresh), row.counted + counted
    row.save()
