"""Cursors that tell their reader nothing and die."""

import base64
import hashlib

from wecom.sandbox.call import Call
from wecom.sandbox.codes import Failure
from wecom.sandbox.company import Company


def seal(call: Call, *position: int) -> str:
    """A cursor for the place behind ``position``, good for this API only."""
    until = call.company.clock.now() + call.company.switches.cursor_seconds
    text = ",".join(map(str, [until, *position]))
    return base64.urlsafe_b64encode(f"{_check(call.company, call.api, text)}{text}".encode()).decode().rstrip("=")


def position(call: Call) -> list[int]:
    """Where the caller's cursor stands; nothing at the beginning.

    Raises:
        Failure: 40058, it is dead, of another API or made up.
    """
    cursor = call.text("cursor")
    if not cursor:
        return []
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        check, text = plain[:8], plain[8:]
        until, *numbers = map(int, text.split(","))
    except ValueError as error:
        raise Failure(40058, "invalid cursor") from error
    if check != _check(call.company, call.api, text) or until < call.company.clock.now():
        raise Failure(40058, "invalid cursor")
    return numbers


def _check(company: Company, api: str, text: str) -> str:
    return hashlib.blake2b(f"{company.seed}:{api}:{text}".encode(), digest_size=4).hexdigest()
