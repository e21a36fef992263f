"""What is kept of a person's looking without a name: conditions that no address may hold, and their own columns."""

from collections.abc import Sequence
from typing import Any

from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from corps.models import User
from customers.listviews import checking
from customers.models import CustomerView

# So many of somebody's conditions stay: more steps back than anybody takes.
MOST_KEPT = 20


@atomic
def keep_condition(*, corp_id: int, condition: Any, by: Actor) -> CustomerView:
    """Keep a condition for its writer alone; the oldest of theirs go.

    Raises:
        RuleViolation: ``view_too_large``.
    """
    lock(User(pk=by.id))
    view = CustomerView(corp_id=corp_id, owner_id=by.id, kind=CustomerView.Kind.KEPT)
    view.condition = checking.check({"condition": condition}, view, by)["condition"]
    view.save()
    kept = CustomerView.objects.filter(owner_id=by.id, kind=CustomerView.Kind.KEPT).order_by("-pk")
    stale = list(kept.values_list("pk", flat=True)[MOST_KEPT : 2 * MOST_KEPT])
    CustomerView.objects.filter(pk__in=stale).delete()
    return view


@atomic
def lay_out(*, corp_id: int, columns: Sequence[str], by: Actor) -> CustomerView:
    """Have the list show these columns to the actor where no view says others; none: the usual ones.

    Raises:
        RuleViolation: ``column_unknown``.
    """
    lock(User(pk=by.id))
    mine = CustomerView.objects.filter(corp_id=corp_id, owner_id=by.id, kind=CustomerView.Kind.LAYOUT)
    view = mine.first() or CustomerView(corp_id=corp_id, owner_id=by.id, kind=CustomerView.Kind.LAYOUT)
    view.columns = checking.check({"columns": list(dict.fromkeys(columns))}, view, by)["columns"]
    view.save()
    return view
