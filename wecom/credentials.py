"""What the values copied from WeCom's admin pages look like, so that a slip is found here and not by WeCom."""

import base64
import re
from typing import Any
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation

_CORPID = re.compile(r"w[wx][0-9a-zA-Z]{16}")
# Its form is nowhere documented; what was seen are 43 characters.
_SECRET = re.compile(r"[!-~]{16,128}")
_CALLBACK_TOKEN = re.compile(r"[0-9a-zA-Z]{1,32}")
_CALLBACK_KEY = re.compile(r"[0-9a-zA-Z]{43}")


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """The same values, blanks around them taken off, when each has the form that WeCom documents.

    Args:
        values: some of corpid, secret, callback_token, callback_key, api_base. Empty ones are left alone.

    Raises:
        RuleViolation: ``wecom_values``, with the fields at fault. No message repeats a value.
    """
    told = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    errors = [_error(name) for name, value in told.items() if value and name in _FORMS and not _FORMS[name](value)]
    if errors:
        raise RuleViolation("wecom_values", _("Some values are not as WeCom gives them."), errors)
    return told


def both_or_none(token: str, key: str) -> None:
    """Token and key of the callback come together. Raises RuleViolation ``callback_incomplete``."""
    if bool(token) != bool(key):
        message = _("The callback needs both its Token and its EncodingAESKey.")
        field = "callbackKey" if token else "callbackToken"
        raise RuleViolation("callback_incomplete", message, [FieldError(field, "callback_incomplete", message)])


def _is_callback_key(value: str) -> bool:
    # The last character may carry two spare bits, as WeCom's own sample does.
    return bool(_CALLBACK_KEY.fullmatch(value)) and len(base64.b64decode(value + "=")) == 32


def _is_address(value: str) -> bool:
    """Scheme and host alone: the rest of each address is the call's."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    plain = not (parts.path or parts.query or parts.fragment or parts.username)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and plain and port != 0


_FORMS = {
    "corpid": lambda value: bool(_CORPID.fullmatch(value)),
    "secret": lambda value: bool(_SECRET.fullmatch(value)),
    "callback_token": lambda value: bool(_CALLBACK_TOKEN.fullmatch(value)),
    "callback_key": _is_callback_key,
    "api_base": _is_address,
}


def _error(name: str) -> FieldError:
    messages = {
        "corpid": _("A corp id is ww or wx and 16 letters or digits: My company (我的企业), at the bottom."),
        "secret": _("This is no secret of an app: copy it from the app's page."),
        "callback_token": _("The Token is 1 to 32 letters or digits."),
        "callback_key": _("The EncodingAESKey is 43 letters or digits."),
        "api_base": _("Write http:// or https:// and a host, with nothing behind it."),
    }
    wire = re.sub(r"_(.)", lambda found: found[1].upper(), name)
    return FieldError(wire, f"{name}_malformed", messages[name])
