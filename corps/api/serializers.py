"""How departments and employees look on the wire."""

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from corps.models import Department, DepartmentMember, Employee


class DepartmentSerializer(CamelModelSerializer):
    """A department with the number of its own members, those of the departments below not counted."""

    member_count = serializers.IntegerField(read_only=True)

    class Meta:
        model = Department
        fields = ("id", "wecom_id", "parent_id", "name", "order", "member_count", "create_time", "update_time")
        read_only_fields = fields


class MembershipSerializer(CamelModelSerializer):
    """Where an employee belongs."""

    name = serializers.CharField(source="department.name", read_only=True)

    class Meta:
        model = DepartmentMember
        fields = ("department_id", "name", "is_leader", "is_main")
        read_only_fields = fields


class EmployeeSerializer(CamelModelSerializer):
    """An employee with their departments."""

    departments = MembershipSerializer(source="memberships", many=True, read_only=True)

    class Meta:
        model = Employee
        fields = (
            "id",
            "userid",
            "name",
            "alias",
            "position",
            "status",
            "can_follow",
            "departments",
            "create_time",
            "update_time",
        )
        read_only_fields = fields


class CallerSerializer(CamelSerializer):
    """Who the caller is to this service, and what they may do."""

    kind = serializers.ChoiceField(choices=["user", "api"], read_only=True)
    id = serializers.IntegerField(read_only=True)
    corp_id = serializers.IntegerField(read_only=True, allow_null=True)
    role = serializers.CharField(read_only=True, allow_null=True)
    employee_id = serializers.IntegerField(read_only=True, allow_null=True)
    acts = serializers.ListField(child=serializers.CharField(), read_only=True)
