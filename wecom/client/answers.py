"""Parts of WeCom's answers, of the kind that was promised."""

from typing import Any

from wecom.client.endpoints import Endpoint
from wecom.client.errors import Unreachable


def rows(answer: dict[str, Any], key: str, endpoint: Endpoint) -> list[Any]:
    """A list of the answer. Not there is empty: WeCom leaves empty fields out.

    Raises:
        Unreachable: something else stands there.
    """
    found = answer.get(key)
    if found is None:
        return []
    if not isinstance(found, list):
        raise Unreachable(api=endpoint.path, hint="UnexpectedShape")
    return found


def thing(answer: dict[str, Any], key: str, endpoint: Endpoint) -> dict[str, Any]:
    """An object of the answer. Raises Unreachable when it is not there."""
    found = answer.get(key)
    if not isinstance(found, dict):
        raise Unreachable(api=endpoint.path, hint="UnexpectedShape")
    return found


def number(answer: dict[str, Any], key: str, endpoint: Endpoint) -> int:
    """A whole number of the answer, 0 when it is not there. Raises Unreachable for anything else."""
    found = answer.get(key) or 0
    if not isinstance(found, int):
        raise Unreachable(api=endpoint.path, hint="UnexpectedShape")
    return found


def page(answer: dict[str, Any], key: str, endpoint: Endpoint) -> tuple[list[Any], str]:
    """A page's rows and the cursor of the next one, "" at the end."""
    return rows(answer, key, endpoint), str(answer.get("next_cursor") or "")
