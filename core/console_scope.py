"""Who looks at a console page, and which rows are there for them."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest


def actor_of(request: HttpRequest) -> Any:
    """Who acts: the rules and querysets know no request and no user."""
    return request.user.actor  # type: ignore[union-attr]


def visible(rows: models.QuerySet[Any], actor: Any) -> models.QuerySet[Any]:
    """The rows this actor may see. A model that has no corp is for those who see every corp."""
    if hasattr(rows, "visible_to"):
        return rows.visible_to(actor)
    if actor.sees_all_corps:
        return rows
    return rows.filter(corp_id=actor.corp_id) if has_field(rows.model, "corp_id") else rows.none()


def has_field(model: type[models.Model], name: str) -> bool:
    """Whether the model has this column or relation."""
    try:
        return bool(model._meta.get_field(name))
    except FieldDoesNotExist:
        return False
