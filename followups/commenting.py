"""What colleagues say to a follow-up."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from followups import mentioning, told
from followups.models import FollowUp, FollowUpComment
from followups.texts import COMMENT_LENGTH, content_of, refused
from followups.whose import check_revisable

MOST = 200


@atomic
def comment(
    *, follow_up: FollowUp, content: str, by: Actor, source: str, mention_ids: Collection[int] = ()
) -> FollowUpComment:
    """Add a comment and record ``customer.followup.commented``. Whoever may read the follow-up may say something to it.

    Raises:
        RuleViolation: ``content_invalid``, ``too_many_comments``, ``mention_unknown``, ``too_many_mentions``.
    """
    text = content_of(content, most=COMMENT_LENGTH)
    row = lock(follow_up)
    if FollowUpComment.objects.filter(follow_up=row).count() >= MOST:
        raise refused("content", "too_many_comments", _("A follow-up has at most %(n)d comments.") % {"n": MOST})
    about = {"corp_id": row.corp_id, "customer_id": row.customer_id, "follow_up": row}
    made = FollowUpComment.objects.create(**about, employee_id=by.employee_id, actor=by.label, content=text)
    named = mentioning.mention(row, mention_ids, by=by, comment=made)
    told.commented(made, mentioned=named, by=by, source=source)
    return made


@atomic
def delete_comment(*, comment: FollowUpComment, by: Actor, source: str) -> None:
    """Take a comment away and record ``customer.followup.comment.deleted``.

    Raises:
        Forbidden: ``not_your_record``, ``edit_time_over``.
    """
    row = lock(comment)
    check_revisable(row, by)
    row.version += 1
    told.comment_deleted(row, by=by, source=source)
    row.delete()
