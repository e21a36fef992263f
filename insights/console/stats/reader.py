"""Who looks at statistics, and of which company: they are one company's."""

import dataclasses
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from core.console_scope import actor_of
from corps.actors import Actor
from corps.models import Corp
from insights.stats import scopes
from insights.stats.scopes import Scope


@dataclass(frozen=True, slots=True)
class Reader:
    """Attributes:
    actor: bound to the company, also where it is one who sees all of them.
    own: whose numbers they see where nobody is named.
    roams: whether it is one of these; the lists of the console show them every company's rows.
    """

    actor: Actor
    corp: Corp
    own: Scope
    roams: bool = False


def reader(request: HttpRequest) -> Reader | None:
    """The reader of the own company, or of that in the address; None where there is no company at all."""
    actor = actor_of(request)
    if not actor.sees_all_corps:
        corp: Any = request.user.corp  # type: ignore[union-attr]
        return Reader(actor, corp, scopes.asked(actor)) if corp else None
    rows = Corp.objects.order_by("pk")
    asked = request.GET.get("corp", "")
    known = asked.isascii() and asked.isdecimal() and len(asked) <= 18
    chosen = (rows.filter(pk=int(asked)).first() if known else None) or rows.first()
    if chosen is None:
        return None
    bound = dataclasses.replace(actor, corp_id=chosen.pk)
    return Reader(bound, chosen, scopes.asked(bound), roams=True)
