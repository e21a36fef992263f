"""How a call to the operation service can fail, by what is to be done about it."""

BREAKER_OPEN = "not tried: it has been away"
# It couldn't read the request, take it now, or know us: time or a person mends that, and the request is as good then.
_PASSING = frozenset({401, 403, 404, 405, 407, 408, 425, 429, 502, 503, 504})


class OperationError(Exception):
    """``str(error)`` says what happened, without an address or a token."""


class Unreachable(OperationError):
    """Tried again until it is heard; the others would meet the same."""


class Broken(OperationError):
    """Tried again, but not for ever: it may be this request that breaks it."""


class Refused(OperationError):
    """Not tried again."""


def of_status(status: int) -> OperationError:
    told = f"status {status}"
    if status in _PASSING or 300 <= status < 400:
        return Unreachable(told)
    return Broken(told) if status >= 500 else Refused(told)
