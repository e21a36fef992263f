"""Changes of values in words, as their page and the tab show them."""

from typing import Any

from core.rendering import dumps
from customers.choices import CustomerStatus
from insights.console import profile_words as words


def of(told: dict[str, Any]) -> dict[str, Any]:
    """Everything that the templates show of a page of ``showing.page``. No statement is sent."""
    several = len(told["records"]) > 1
    return {
        "rows": [_row(change) for change in told["list"]],
        "older": told["nextBefore"],
        "several": several,
        # The end of the list is where the records began.
        "beginnings": [] if told["nextBefore"] else [_beginning(record) for record in told["records"]],
    }


def said(name: str, value: Any, called: str = "") -> Any:
    """A former value as people read it.

    Args:
        called: the name of whom it means, where it is somebody's number.
    """
    if called or value is None:
        return called or words.NOTHING
    if name == "status":
        return CustomerStatus(value).label if value in CustomerStatus.values else str(value)
    if name == "personalTags":
        return words.several(" / ".join(filter(None, tag)) for tag in value)
    return dumps(value).decode() if isinstance(value, dict) else words.value(name, value)


def _row(change: dict[str, Any]) -> dict[str, Any]:
    name = change["field"]
    return change | {
        "label": words.NAMES.get(name, name),
        "was": said(name, change["before"], change["beforeName"]),
        "became": said(name, change["after"], change["afterName"]),
        "when": words.when(change["at"]),
        "how": words.how(change),
    }


def _beginning(record: dict[str, Any]) -> dict[str, Any]:
    how = words.how(record) if record["whole"] else ""
    return {"customerId": record["customerId"], "when": words.when(record["createTime"]), "how": how}
