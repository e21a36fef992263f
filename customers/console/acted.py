"""Rows on a customer's page that say who acted: labels of actors become names, by two statements for all."""

from typing import Any

from django.http import HttpRequest

from core.console import ReadOnlyInline
from corps.names import names_of


class ActedInline(ReadOnlyInline):
    """Of a model with ``customer`` and ``actor``."""

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        rows = self.model._default_manager.filter(customer=obj)
        labels = rows.values_list("actor", flat=True).distinct() if obj else []
        self.names = names_of(labels, corp_id=obj.corp_id) if obj else {}
        return super().get_formset(request, obj, **kwargs)

    def name_of(self, label: str) -> str:
        return self.names.get(label, "–" if label == "system" else label)
