"""Brings everything sealed under the first of the keys, so that an old one can be taken away."""

from dataclasses import dataclass

from django.db import models

from wecom import secrets
from wecom.models import CallbackReceipt, PageTicket, WecomApp

SEALED: dict[type[models.Model], tuple[str, ...]] = {
    WecomApp: ("secret_sealed", "callback_token_sealed", "callback_key_sealed", "token_sealed"),
    CallbackReceipt: ("body_sealed",),
    PageTicket: ("ticket_sealed",),
}
_BATCH = 500


@dataclass(slots=True)
class Count:
    """Texts that were sealed anew, and those that no key opens."""

    resealed: int = 0
    broken: int = 0


def reseal_all() -> Count:
    """Seal every stored text anew, one statement each, so that it can be stopped and begun again at any time."""
    count = Count()
    for model, columns in SEALED.items():
        for row in model._base_manager.order_by("pk").values("pk", *columns).iterator(_BATCH):
            for column in columns:
                if row[column]:
                    _reseal(model, row["pk"], column, row[column], count)
    return count


def _reseal(model: type[models.Model], pk: int, column: str, sealed: str, count: Count) -> None:
    try:
        fresh = secrets.reseal(sealed)
    except secrets.SealBroken:
        count.broken += 1
        return
    # Not over one that somebody has put there since it was read.
    if model._base_manager.filter(**{"pk": pk, column: sealed}).update(**{column: fresh}):
        count.resealed += 1
