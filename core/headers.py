"""Conditional requests, versions as entity tags; and where a request came from."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.settings import api_settings

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


def address_of(meta: Mapping[str, Any]) -> str:
    """Where a request came from, as the throttles see it (``NUM_PROXIES``), from its WSGI environment alone."""
    remote, forwarded = meta.get("REMOTE_ADDR") or "", meta.get("HTTP_X_FORWARDED_FOR")
    proxies = api_settings.NUM_PROXIES
    if not forwarded or proxies == 0:
        return str(remote)[:45]
    if proxies is None:
        return "".join(forwarded.split())[:45]
    passed = forwarded.split(",")
    return str(passed[-min(proxies, len(passed))]).strip()[:45]
