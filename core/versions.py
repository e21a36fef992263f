"""Refusing to overwrite what a caller has not seen."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import PreconditionFailed


def check_version(row: Any, if_version: int | None, message: str = "") -> None:
    """Compare the version of a locked row with the one that the caller has seen; None: it doesn't matter.

    Args:
        message: the sentence of the refusal, where a package has one of its own.

    Raises:
        PreconditionFailed: ``version_passed``: somebody was faster.
    """
    if if_version is not None and if_version != row.version:
        raise PreconditionFailed(
            "version_passed", message or _("This has changed since you read it. Read it again and repeat your change.")
        )
