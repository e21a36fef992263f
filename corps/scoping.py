"""The base of every API view over a corp's rows: acts are asked of the policy, rows of ``visible_to``."""

from collections.abc import Mapping
from typing import Any

from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.filters import refuse_unknown
from corps.permissions import SIGNED_IN, ActAllowed
from corps.policy import Act

__all__ = ["SIGNED_IN", "ActAllowed", "Scoped", "ScopedReadOnlyViewSet", "ScopedViewSet"]


class Scoped:
    """Narrows ``queryset`` to the rows the caller may see: a foreign one is not there, and answers 404."""

    acts: Mapping[str, Act | None]
    lookup_value_regex = r"\d{1,19}"

    def get_queryset(self) -> Any:
        rows = super().get_queryset()  # type: ignore[misc]
        if getattr(self, "swagger_fake_view", False):
            return rows.none()
        return rows.visible_to(self.request.user)  # type: ignore[attr-defined]


class ScopedReadOnlyViewSet(Scoped, mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet):
    """List and detail. A subclass gives ``queryset``, ``serializer_class`` and ``acts``."""

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        # DRF would narrow the detail by the filters of the list.
        refuse_unknown(request.query_params, ())
        return super().retrieve(request, *args, **kwargs)


class ScopedViewSet(Scoped, GenericViewSet):
    """The bare base for a viewset that writes: its methods call rules, so DRF's saving mixins are left out."""
