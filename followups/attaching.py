"""The files of follow-ups (``core/kept_files.py``)."""

from django.core.files.base import File
from django.utils.translation import gettext as _

from core import kept_files
from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from followups import told
from followups.models import FollowUp, FollowUpAttachment
from followups.models.attachment import place_of
from followups.revising import touch
from followups.whose import check_revisable

MOST = 9


def attach(*, follow_up: FollowUp, file: File, by: Actor, source: str) -> FollowUpAttachment:
    """Keep a file with a follow-up and record ``customer.followup.updated``. Not within a transaction.

    Raises:
        Forbidden: ``not_your_record``, ``edit_time_over``.
        RuleViolation: ``file_too_big``, ``file_empty``, ``file_type_refused``, ``too_many_files``.
    """
    _check(follow_up, by)
    found = kept_files.checked(file)
    row = FollowUpAttachment(corp_id=follow_up.corp_id, actor=by.label, **found._asdict())
    row.save()
    kept_files.store(row, file, place_of)
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
    return kept_files.sweep(FollowUpAttachment.objects.filter(follow_up=None))


def _tell(home: FollowUp, by: Actor, source: str) -> None:
    touch(home)
    told.updated(home, changed=["attachments"], by=by, source=source)


def _check(home: FollowUp, by: Actor) -> None:
    check_revisable(home, by)
    if FollowUpAttachment.objects.filter(follow_up=home).count() >= MOST:
        raise kept_files.refused("too_many_files", _("A follow-up has at most %(n)d files.") % {"n": MOST})
