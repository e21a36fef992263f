"""Read the environment, and fail loudly with the name of what is wrong."""

import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


def text(name: str, default: str | None = None) -> str:
    """A variable, or the content of the file that ``NAME_FILE`` names (Docker and Kubernetes secrets).

    Raises:
        ImproperlyConfigured: neither is set and there is no default, both are set, or the file can't be read.
    """
    value, path = os.environ.get(name), os.environ.get(f"{name}_FILE")
    if value and path:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set: keep one.")
    if path:
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ImproperlyConfigured(f"{name}_FILE can't be read: {error.strerror} ({path}).") from error
    if value:
        return value
    if default is None:
        raise ImproperlyConfigured(f"Set {name} (or {name}_FILE): it has no safe default.")
    return default


def flag(name: str, default: bool) -> bool:
    """A yes or no. Raises ImproperlyConfigured for anything else."""
    raw = text(name, "1" if default else "0").strip().lower()
    if raw in _TRUE:
        return True
    if raw in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} is {raw!r}: write 1 or 0.")


def number(name: str, default: int, *, least: int = 0) -> int:
    """A whole number of at least ``least``. Raises ImproperlyConfigured for anything else."""
    raw = text(name, str(default))
    if not raw.strip().isdecimal() or int(raw) < least:
        raise ImproperlyConfigured(f"{name} is {raw!r}: write a whole number of {least} or more.")
    return int(raw)


def words(name: str, default: str = "", *, shortest: int = 1) -> list[str]:
    """A comma-separated list, blanks dropped. Raises ImproperlyConfigured, without it, for a shorter one."""
    found = [w.strip() for w in text(name, default).split(",") if w.strip()]
    if any(len(word) < shortest for word in found):
        raise ImproperlyConfigured(f"One of {name} is too short: write {shortest} characters or more.")
    return found


def choice(name: str, default: str, *, among: Sequence[str]) -> str:
    """One of the values ``among``, whatever its case. Raises ImproperlyConfigured for anything else."""
    raw = text(name, default).strip().upper()
    if raw not in among:
        raise ImproperlyConfigured(f"{name} is {raw!r}: write one of {', '.join(among)}.")
    return raw


def url(name: str, default: str, *, schemes: Sequence[str]) -> str:
    """An address that begins with one of ``schemes``, or an empty default.

    Raises ImproperlyConfigured for anything else, without the address: it can hold a password.
    """
    value = text(name, default).strip()
    if not value:
        return value
    try:
        parts = urlsplit(value)
        fits = parts.scheme in schemes and (parts.port is None or parts.port > 0)
    except ValueError:
        fits = False
    if not fits:
        raise ImproperlyConfigured(f"{name} is no address that begins with {' or '.join(f'{s}://' for s in schemes)}.")
    return value
