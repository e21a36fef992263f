"""The doors of ``/api/v1/departments``, ``/employees`` and ``/me``: read only, the organisation is WeCom's."""

from typing import Any

from django.db.models import Count
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.filters import refuse_unknown
from corps.api import schema
from corps.api.filters import EmployeeFilter
from corps.api.serializers import CallerSerializer, DepartmentSerializer, EmployeeSerializer
from corps.models import Department, Employee
from corps.policy import Act
from corps.scoping import SIGNED_IN, ScopedReadOnlyViewSet

_READ = {"list": Act.STAFF_READ, "retrieve": Act.STAFF_READ}


@extend_schema_view(list=extend_schema(**schema.DEPARTMENTS), retrieve=extend_schema(**schema.DEPARTMENT))
class DepartmentViewSet(ScopedReadOnlyViewSet):
    """The tree, each department after its parent."""

    acts = _READ
    serializer_class = DepartmentSerializer
    queryset = Department.objects.annotate(member_count=Count("memberships")).order_by("path")


@extend_schema_view(list=extend_schema(**schema.EMPLOYEES), retrieve=extend_schema(**schema.EMPLOYEE))
class EmployeeViewSet(ScopedReadOnlyViewSet):
    """The company's people, those who have left included."""

    acts = _READ
    serializer_class = EmployeeSerializer
    filterset_class = EmployeeFilter
    queryset = Employee.objects.prefetch_related("memberships__department").order_by("id")


class CallerView(APIView):
    """Who am I?"""

    acts = {"get": SIGNED_IN}
    corp_data = False

    @extend_schema(**schema.CALLER)
    def get(self, request: Request) -> Response:
        refuse_unknown(request.query_params, ())
        actor: Any = request.user
        told = {name: getattr(actor, name) or None for name in ("kind", "id", "corp_id", "role", "employee_id")}
        return Response(CallerSerializer(told | {"acts": sorted(actor.acts)}).data)
