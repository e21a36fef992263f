"""Named places where a test may kill or fail this process: a no-op unless the environment arms one."""

import os
import signal


class FailpointHit(Exception):
    """What an armed ``raise`` raises."""


def _armed() -> dict[str, str]:
    """``FAILPOINTS=relay.published=kill,inbox.stored=raise`` as a table."""
    pairs = (item.partition("=") for item in os.environ.get("FAILPOINTS", "").split(",") if item)
    return {name.strip(): action.strip() for name, _, action in pairs}


_ARMED = _armed()


def failpoint(name: str) -> None:
    """Do what the environment asks for at this place.

    Raises:
        FailpointHit: the place is armed with ``raise``. With ``kill`` the process ends here as by ``kill -9``.
    """
    if not _ARMED:
        return
    action = _ARMED.get(name)
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "raise":
        raise FailpointHit(name)
