"""What a view may be called and hold, and whose it is to change."""

import json
from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, Forbidden, RuleViolation
from core.locks import lock
from core.versions import check_version
from corps.actors import Actor
from corps.models import Corp
from corps.policy import Act
from customers.listviews.columns import COLUMNS, SORTS
from customers.models import CustomerView

NAME_LENGTH = 30
# Of one person, and of all that a company shares.
MOST_OWN, MOST_SHARED = 30, 50
QUERY_BYTES, CONDITION_BYTES = 8 * 1024, 64 * 1024


def hold(corp_id: int) -> None:
    """One writer at a time among a company's views: their names and numbers are seen under this lock."""
    lock(Corp(pk=corp_id))


def ready(view: CustomerView, by: Actor, if_version: int | None = None) -> CustomerView:
    """The view as it is now, held, if the actor may change it.

    Raises:
        Forbidden: it is another one's, or shared and they may not.
        PreconditionFailed: ``version_passed``.
    """
    hold(view.corp_id)
    row = lock(view)
    if not may_change(row, by):
        raise Forbidden
    check_version(row, if_version)
    return row


def may_change(view: CustomerView, by: Actor) -> bool:
    """Whether it is the actor's own, and shared only where they may share; administrators see to all shared ones."""
    own = view.owner_id == by.id and by.kind == "user"
    return (by.may(Act.VIEW_MANAGE) and view.shared) or (own and (not view.shared or by.may(Act.VIEW_SHARE)))


def check(fields: dict[str, Any], view: CustomerView, by: Actor) -> dict[str, Any]:
    """The fields, tidied. Raises Forbidden, RuleViolation and Conflict as ``save_view`` says."""
    shared = fields.get("shared", view.shared)
    if shared and not view.shared and not by.may(Act.VIEW_SHARE):
        raise Forbidden
    if "name" in fields or shared != view.shared:
        fields |= {"name": _free_name(fields.get("name", view.name), view, shared=shared)}
    if unknown := set(fields.get("columns", ())) - set(COLUMNS):
        message = _("There is no such column: %(name)s.") % {"name": str(min(map(str, unknown)))[:50]}
        raise RuleViolation("column_unknown", message, [FieldError("columns", "column_unknown", message)])
    if fields.get("sort", "") not in ("", *SORTS):
        message = _("Sort by one of: %(names)s.") % {"names": ", ".join(SORTS)}
        raise RuleViolation("sort_unknown", message, [FieldError("sort", "sort_unknown", message)])
    _check_size("query", fields.get("query"), QUERY_BYTES)
    _check_size("condition", fields.get("condition"), CONDITION_BYTES)
    return fields


def check_number(view: CustomerView, *, shared: bool) -> None:
    """Raises Conflict: ``too_many_views``."""
    rows = CustomerView.objects.of_corp(view.corp_id).named().exclude(pk=view.pk)
    rows = rows.filter(shared=True) if shared else rows.filter(owner_id=view.owner_id, shared=False)
    most = MOST_SHARED if shared else MOST_OWN
    if rows.count() >= most:
        raise Conflict("too_many_views", _("No more than %(n)d views. Delete what nobody uses.") % {"n": most})


def _free_name(name: str, view: CustomerView, *, shared: bool) -> str:
    tidy = " ".join(name.split())
    if not 1 <= len(tidy) <= NAME_LENGTH or not tidy.isprintable():
        message = _("A name has 1 to %(n)d characters and no line breaks.") % {"n": NAME_LENGTH}
        raise RuleViolation("name_invalid", message, [FieldError("name", "name_invalid", message)])
    others = CustomerView.objects.of_corp(view.corp_id).named().filter(name=tidy).exclude(pk=view.pk)
    others = others.filter(shared=True) if shared else others.filter(owner_id=view.owner_id)
    if others.exists():
        message = _("This name is taken.")
        raise Conflict("view_exists", message, [FieldError("name", "view_exists", message)])
    return tidy


def _check_size(name: str, value: Any, most: int) -> None:
    shaped = value is None or isinstance(value, dict)
    if not shaped or len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")) > most:
        message = _("This is too much to be kept in a view.")
        raise RuleViolation("view_too_large", message, [FieldError(name, "view_too_large", message)])
