"""Of which company a page of the console speaks."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import BadRequest, Forbidden
from corps.actors import Actor
from corps.models import Corp
from corps.policy import Act


def company(actor: Actor, named: Any) -> Corp:
    """The actor's own; of who sees all of them the one that is named.

    Raises:
        Forbidden: who may not read customers.
        BadRequest: ``corp_missing``.
    """
    if not actor.may(Act.CUSTOMER_READ):
        raise Forbidden
    asked = number(named) if actor.sees_all_corps else actor.corp_id
    corp = Corp.objects.filter(pk=asked).first()
    if corp is None:
        raise BadRequest("corp_missing", _("Choose the company first."))
    return corp


def number(named: Any) -> int | None:
    """An id as a form or a query says it; None where it is none."""
    text = str(named)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
