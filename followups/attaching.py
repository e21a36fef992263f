"""The files of follow-ups.

A file's row is there before the file is, and belongs to no follow-up until the file is whole; so whatever dies on the
way leaves a row that the sweep finds. Storage is never waited for with a row locked.
"""

import datetime as dt

from django.core.files.base import File
from django.utils.translation import gettext as _

from core.errors import RuleViolation
from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from followups import stored, told
from followups.filetypes import HEAD, MOST_BYTES, TYPES, recognised
from followups.models import FollowUp, FollowUpAttachment
from followups.models.attachment import place_of
from followups.revising import touch
from followups.texts import refused
from followups.whose import check_revisable

MOST = 9
_NAME_LENGTH, _BATCH = 150, 100
# Longer than any upload takes.
_ON_ITS_WAY = dt.timedelta(hours=1)


def attach(*, follow_up: FollowUp, file: File, by: Actor, source: str) -> FollowUpAttachment:
    """Keep a file with a follow-up and record ``customer.followup.updated``. Not within a transaction.

    Raises:
        Forbidden: ``not_your_record``, ``edit_time_over``.
        RuleViolation: ``file_too_big``, ``file_empty``, ``file_type_refused``, ``too_many_files``.
    """
    _check(follow_up, by)
    row = _checked(follow_up, file, by)
    row.save()
    stored.keep(row, file, place_of(row))
    return _join(row=row, follow_up=follow_up, by=by, source=source)


@atomic
def _join(*, row: FollowUpAttachment, follow_up: FollowUp, by: Actor, source: str) -> FollowUpAttachment:
    home = lock(follow_up)
    _check(home, by)
    row.customer_id, row.follow_up = home.customer_id, home
    row.save(update_fields=["customer", "follow_up"])
    _tell(home, by, source)
    return row


@atomic
def detach(*, attachment: FollowUpAttachment, by: Actor, source: str) -> None:
    """Take a file off its follow-up and record ``customer.followup.updated``; the file itself is swept. A second time
    changes nothing.

    Raises:
        Forbidden: ``not_your_record``, ``edit_time_over``.
    """
    if attachment.follow_up is None:
        return
    home = lock(attachment.follow_up)
    check_revisable(home, by)
    if FollowUpAttachment.objects.filter(pk=attachment.pk, follow_up=home).update(follow_up=None):
        _tell(home, by, source)


def sweep() -> int:
    """Take away the files, and then the rows, of what belongs to no follow-up; a bounded number. Returns how many."""
    homeless = FollowUpAttachment.objects.filter(follow_up=None, create_time__lt=now() - _ON_ITS_WAY)
    gone = 0
    for row in homeless.order_by("id")[:_BATCH]:
        if stored.dropped(row):
            row.delete()
            gone += 1
    return gone


def _tell(home: FollowUp, by: Actor, source: str) -> None:
    touch(home)
    told.updated(home, changed=["attachments"], by=by, source=source)


def _check(home: FollowUp, by: Actor) -> None:
    check_revisable(home, by)
    if FollowUpAttachment.objects.filter(follow_up=home).count() >= MOST:
        raise _no("too_many_files", _("A follow-up has at most %(n)d files.") % {"n": MOST})


def _checked(follow_up: FollowUp, file: File, by: Actor) -> FollowUpAttachment:
    name = stored.name_of(file)
    if not file.size:
        raise _no("file_empty", _("The file is empty."))
    if file.size > MOST_BYTES:
        raise _no("file_too_big", _("A file has at most %(n)d MB.") % {"n": MOST_BYTES // 2**20})
    kind = recognised(name, file.read(HEAD))
    file.seek(0)
    if kind is None:
        raise _no(
            "file_type_refused", _("Such files are not taken, only these: %(types)s.") % {"types": ", ".join(TYPES)}
        )
    about = {"corp_id": follow_up.corp_id, "actor": by.label}
    # The end tells the type, so a long name loses its beginning.
    return FollowUpAttachment(**about, name=name[-_NAME_LENGTH:], content_type=kind, size=file.size)


def _no(code: str, message: str) -> RuleViolation:
    return refused("file", code, message)
