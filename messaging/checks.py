"""System checks: a reader that doesn't exist is found at start-up, not at its first event."""

from typing import Any

from django.core.checks import Error
from django.utils.module_loading import import_string

from messaging import subscriptions


def subscriptions_resolve(app_configs: Any = None, **_kwargs: Any) -> list[Error]:
    """E001: a handler in the subscriptions can't be imported. E002: it can't be called."""
    errors = []
    for path in sorted({path for paths in subscriptions.table().values() for path in paths}):
        try:
            found = import_string(path)
        except ImportError as error:
            errors.append(Error(f"The handler {path} can't be imported: {error}", id="messaging.E001"))
            continue
        if not callable(found):
            errors.append(Error(f"The handler {path} is not a function.", id="messaging.E002"))
    return errors
