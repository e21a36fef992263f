"""What follow-ups may say, and of when."""

import datetime as dt

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from core.time import now

LENGTH, COMMENT_LENGTH = 5_000, 1_000
# Clocks differ a little: this far ahead of ours is still now.
_AHEAD = dt.timedelta(minutes=5)


def content_of(content: str, *, most: int = LENGTH) -> str:
    """The text without blanks around it. Raises RuleViolation: ``content_invalid``."""
    text = content.strip()
    if not 1 <= len(text) <= most:
        message = _("A follow-up has 1 to %(n)d characters.") % {"n": most}
        if most == COMMENT_LENGTH:
            message = _("A comment has 1 to %(n)d characters.") % {"n": most}
        raise refused("content", "content_invalid", message)
    return text


def past(happened_at: dt.datetime | None) -> dt.datetime:
    """When it happened, in UTC; by default now. Raises RuleViolation: ``happened_in_future``."""
    moment = (happened_at or now()).astimezone(dt.UTC)
    if moment > now() + _AHEAD:
        message = _("A follow-up can't have happened in the future.")
        raise refused("happenedAt", "happened_in_future", message)
    return moment


def ahead(next_at: dt.datetime | None) -> dt.datetime | None:
    """The next time, in UTC. Raises RuleViolation: ``next_in_past``."""
    if next_at is None:
        return None
    if next_at <= now():
        raise refused("nextAt", "next_in_past", _("The next time must lie ahead."))
    return next_at.astimezone(dt.UTC)


def refused(field: str, code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError(field, code, message)])
