"""What the API's viewsets over versioned rows share: the body as rules take it, and the answer that shows a row."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from core.negotiation import JsonOnly
from corps.idempotency import Idempotent
from corps.scoping import ScopedViewSet


def shaped(serializer: Any, request: Request, **options: Any) -> dict[str, Any]:
    """The request's body as the rules take it. Raises ValidationError."""
    form = serializer(data=request.data, **options)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


class VersionedViewSet(Idempotent, JsonOnly, ListModelMixin, ScopedViewSet):
    """A list, and answers that show one row with its version as the ETag. The methods that write call rules."""

    def shown(self) -> Any:
        """The rows of which an answer shows one."""
        return self.get_queryset()

    def answer(self, pk: int, status: int = 200) -> Response:
        """One row as it is now; of a new one (201) also where it is. Raises Http404."""
        row = get_object_or_404(self.shown(), pk=pk)
        headers = {"ETag": f'"{row.version}"'}
        if status == 201:
            headers["Location"] = f"{self.request.path.rstrip('/')}/{pk}"
        return Response(self.get_serializer(row).data, status=status, headers=headers)
