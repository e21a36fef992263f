"""Who reads which events: the table named by the setting EVENT_SUBSCRIPTIONS, looked up at run time.

The table lies above this package (scrm_customer/subscriptions.py), so it is found by its dotted name and not imported.
"""

from importlib import import_module

from django.conf import settings


def table() -> dict[str, list[str]]:
    """Event name, or a prefix with ``.#``, to dotted paths of handlers."""
    return import_module(settings.EVENT_SUBSCRIPTIONS).SUBSCRIPTIONS


def binding_keys() -> list[str]:
    """What the consumer's queue asks the exchange for: all that is read, and all that is kept to be looked at."""
    return sorted({*table(), *import_module(settings.EVENT_SUBSCRIPTIONS).KEPT})


def handlers_of(name: str) -> list[str]:
    """The dotted paths of the handlers that read this event, in the table's order, each once."""
    return list(dict.fromkeys(path for key, paths in table().items() if _matches(key, name) for path in paths))


def wanted(name: str) -> bool:
    """Whether the consumer's queue would be sent this event."""
    return any(_matches(key, name) for key in binding_keys())


def _matches(key: str, name: str) -> bool:
    # As the exchange has it: "sop.#" is "sop" and whatever begins with "sop.".
    return key == name or (key.endswith(".#") and f"{name}.".startswith(key[:-1]))
