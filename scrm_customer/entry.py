"""Who is let into the console: with the second factor where one is required, and not after a long absence."""

import time
from typing import Any, cast
from urllib.parse import quote

import django_otp
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from corps.models import User

_SEEN = "seen"


def user_of(request: HttpRequest) -> User:
    """The user of a page that nobody sees without one."""
    return cast(User, request.user)


def is_verified(request: HttpRequest) -> bool:
    """Whether the second factor was shown, or none is asked for."""
    return not settings.OTP_REQUIRED or request.user.is_verified()  # type: ignore[union-attr]


def is_fresh(request: HttpRequest) -> bool:
    """Whether the session was used lately. The time is written once a minute, not with each request."""
    now = int(time.time())
    seen = request.session.get(_SEEN, now)
    if now - seen > settings.SESSION_IDLE_AGE:
        return False
    if _SEEN not in request.session or now - seen > 60:
        request.session[_SEEN] = now
    return True


def let_in(request: HttpRequest, device: Any) -> None:
    """The device was shown: from here on the session counts as verified."""
    request.session.cycle_key()
    django_otp.login(request, device)


def next_address(request: HttpRequest, *, quoted: bool = False) -> str:
    """Where the user wanted to go: ``next`` if it is on this site, else the first page."""
    wanted = request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    target = wanted if safe else reverse("admin:index")
    return quote(target) if quoted else target
