"""How files of custom fields look on the wire, and what is sent with one."""

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from customers.api.serializers import id_field
from customers.custom.keeping import KEY_LENGTH
from customers.models import CustomFile


class CustomFileSerializer(CamelModelSerializer):
    """A file in a field: ``GET …/custom-files/:id`` brings it."""

    class Meta:
        model = CustomFile
        fields = ("id", "name", "content_type", "size", "actor", "create_time")
        read_only_fields = fields


class SentFileSerializer(CamelSerializer):
    """Into which field it goes; with an employee, of what they have with the customer."""

    key = serializers.CharField(max_length=KEY_LENGTH)
    employee_id = id_field(required=False)
