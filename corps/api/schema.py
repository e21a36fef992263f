"""What the OpenAPI document says of the organisation's endpoints and of how a caller is known."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from core.openapi import errors
from corps.api.serializers import CallerSerializer, DepartmentSerializer, EmployeeSerializer


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = "corps.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Api-Key",
            "description": "prefix.secret of an API account; Authorization: Api-Key prefix.secret means the same.",
        }


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "corps.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "A token of the auth service.",
        }


def _reading(operation: str, summary: str, serializer: Any, *refusals: int) -> dict[str, Any]:
    return {
        "operation_id": operation,
        "tags": ["organisation"],
        "summary": summary,
        "responses": {200: serializer, **errors(*refusals)},
    }


DEPARTMENTS = _reading(
    "listDepartments", "The departments, in the order of the tree", DepartmentSerializer(many=True), 400
)
DEPARTMENT = _reading("getDepartment", "One department", DepartmentSerializer, 400, 404)
EMPLOYEES = _reading("listEmployees", "The employees", EmployeeSerializer(many=True), 400)
EMPLOYEE = _reading("getEmployee", "One employee", EmployeeSerializer, 400, 404)
CALLER = _reading("getCaller", "Who the caller is and what they may do", CallerSerializer, 400)
