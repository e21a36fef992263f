"""What the doors of small catalogues share that a company keeps in an order of its own: stages, rules of assignment."""

from typing import Any

from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from core.filters import refuse_unknown
from core.headers import if_match
from core.retry import atomic_retry
from corps.callers import caller, company
from corps.policy import Act
from corps.versioned import VersionedViewSet, shaped
from customers.api.answers import SOURCE, identity


def acts(*, read: Act, write: Act) -> dict[str, Act]:
    """What whoever calls must be allowed, by method."""
    writing = ("create", "update", "partial_update", "destroy")
    return {"list": read, "retrieve": read} | dict.fromkeys(writing, write)


class KeptViewSet(VersionedViewSet):
    """List, read, make, change, take away.

    A subclass names what may be written, the rules that do it, and by which argument they take the row.

    Attributes:
        new: what may be written of a new one, where that differs from ``facts``.
    """

    facts: Any
    new: Any = None
    make: Any
    change: Any
    remove: Any
    argument: str

    def retrieve(self, request: Request, pk: str) -> Response:
        refuse_unknown(request.query_params, ())
        return self.answer(identity(pk))

    @atomic_retry
    def create(self, request: Request) -> Response:
        asked = shaped(self.new or self.facts, request)
        row = self.make(corp_id=company(request), by=caller(request), source=SOURCE, **asked)
        return self.answer(row.pk, status=201)

    def update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk)

    def partial_update(self, request: Request, pk: str) -> Response:
        return self._change(request, pk, partial=True)

    @atomic_retry
    def destroy(self, request: Request, pk: str) -> Response:
        self.remove(**self._named(pk), by=caller(request), source=SOURCE, if_version=if_match(request))
        return Response(status=204)

    @atomic_retry
    def _change(self, request: Request, pk: str, **options: Any) -> Response:
        asked = shaped(self.facts, request, **options)
        row = self._named(pk)
        self.change(**row, by=caller(request), source=SOURCE, if_version=if_match(request), **asked)
        return self.answer(row[self.argument].pk)

    def _named(self, pk: str) -> dict[str, Any]:
        return {self.argument: get_object_or_404(self.get_queryset(), pk=identity(pk))}
