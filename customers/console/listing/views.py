"""The views of whoever looks at the customer list, read by one statement for tabs, columns and condition."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, F, JSONField, Q, When
from django.http import Http404, HttpRequest, QueryDict

from core.console_scope import actor_of
from customers.listviews.columns import COLUMNS, FIRST, SORTS, USUAL
from customers.models import CustomerView

VIEW, ASKED, SORT, KEPT = "view", "asked", "sort", "kept"
# The whole list, also for who begins with a view.
WHOLE = "all"
# What of an address is about looking, and not about what is asked.
LOOKING = (VIEW, ASKED, SORT)


@dataclass
class Views:
    """Attributes:
    named: the actor's own, then the shared ones, by name.
    columns: of the actor, where no view says others.
    current: the one that is looked at; None for the whole list.
    held: id → the condition, of those that the address may need.
    """

    named: list[CustomerView] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    current: CustomerView | None = None
    held: dict[int, Any] = field(default_factory=dict)

    @property
    def shown(self) -> list[str]:
        """The columns now, in their order; who it is always among them."""
        wanted = (self.current and self.current.columns) or self.columns
        wanted = [key for key in wanted if key in COLUMNS] or USUAL
        return wanted if FIRST in wanted else [FIRST, *wanted]


def of(request: HttpRequest) -> Views:
    """Raises Http404: the address names a view that the actor may not see."""
    if not hasattr(request, "list_views"):
        request.list_views = _read(request)  # type: ignore[attr-defined]
    found: Views = request.list_views  # type: ignore[attr-defined]
    return found


def apply(request: HttpRequest) -> None:
    """Put what the view asks into the address as the list reads it, unless that says all of it already."""
    view = of(request).current
    if view is None or ASKED in request.GET:
        return
    params = QueryDict(mutable=True)
    for name, values in view.query.items():
        params.setlist(name, values)
    if of(request).held.get(view.pk):
        params[KEPT] = str(view.pk)
    if view.sort:
        params[SORT] = view.sort
    for name, values in request.GET.lists():
        params.setlist(name, values)
    params[VIEW], params[ASKED] = str(view.pk), "1"
    request.GET = params  # type: ignore[assignment]


def sort_of(request: HttpRequest) -> str:
    asked = request.GET.get(SORT, "")
    return asked if asked in SORTS else ""


def _read(request: HttpRequest) -> Views:
    actor, asked = actor_of(request), request.GET.get(VIEW, "")
    if not actor.corp_id:
        return Views()
    named, kept = _id(asked), _id(request.GET.get(KEPT, ""))
    mine = Q(kind=CustomerView.Kind.LAYOUT, owner_id=actor.id)
    begins = Q(own_default=1, owner_id=actor.id) | Q(default_for=actor.role)
    rows = CustomerView.objects.visible_to(actor).filter(Q(kind=CustomerView.Kind.VIEW) | mine | Q(pk=kept))
    holding = Case(When(Q(pk__in=[named, kept]) | begins, then=F("condition")), output_field=JSONField())
    rows = rows.defer("condition").annotate(asks=holding).order_by("name", "id")
    found = Views(held={row.pk: row.asks for row in rows if row.asks is not None})
    found.named = [row for row in rows if row.kind == CustomerView.Kind.VIEW]
    found.named.sort(key=lambda row: row.owner_id != actor.id)
    found.columns = next((row.columns for row in rows if row.kind == CustomerView.Kind.LAYOUT), [])
    found.current = _current(request, found.named, asked, actor)
    return found


def _current(request: HttpRequest, named: list[CustomerView], asked: str, actor: Any) -> CustomerView | None:
    if asked == WHOLE:
        return None
    if asked:
        current = next((row for row in named if row.pk == _id(asked)), None)
        if current is None:
            raise Http404
        return current
    if request.GET:
        return None
    own = (row for row in named if row.own_default and row.owner_id == actor.id)
    return next(own, next((row for row in named if row.default_for == actor.role), None))


def _id(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else 0
