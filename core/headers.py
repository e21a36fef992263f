"""Conditional requests: versions as entity tags."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import BadRequest


def if_match(request: Any) -> int | None:
    """The version that ``If-Match`` names; None without the header or for ``*``. Raises BadRequest otherwise."""
    raw = request.META.get("HTTP_IF_MATCH", "").strip()
    if raw in ("", "*"):
        return None
    number = raw.removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdecimal() and len(number) <= 19):
        raise BadRequest("invalid_if_match", _("If-Match takes the ETag of an earlier answer."))
    return int(number)


def not_modified(request: Any, etag: str) -> bool:
    """Whether the caller already has the version ``etag``."""
    raw = request.META.get("HTTP_IF_NONE_MATCH")
    if not raw:
        return False
    return raw.strip() == "*" or etag in {part.strip().removeprefix("W/") for part in raw.split(",")}
