"""How custom fields look on the wire, and what may be sent."""

from typing import Any

from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer
from customers.api.serializers import MAX_BULK, id_field, ids_field
from customers.choices import CustomSubject
from customers.custom.keeping import KEY_LENGTH, NAME_LENGTH
from customers.custom.kinds import BY_WIRE, FORMS
from customers.custom.options import LABEL_LENGTH, MOST_OPTIONS, Wanted
from customers.models import CustomField, CustomOption

MOST_VALUES = 100


class KindField(serializers.ChoiceField):
    """A kind by its name on the wire."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=list(BY_WIRE), **options)

    def to_internal_value(self, data: Any) -> Any:
        return BY_WIRE[super().to_internal_value(data)]

    def to_representation(self, value: Any) -> Any:
        return FORMS[value].wire


class WantedOptionSerializer(CamelSerializer):
    """An option as it shall be; with an id one that there is."""

    id = id_field(required=False)
    label: Any = serializers.CharField(max_length=LABEL_LENGTH)
    active = serializers.BooleanField(required=False)


class FieldFactsSerializer(CamelSerializer):
    """What can be changed of a custom field."""

    name = serializers.CharField(max_length=NAME_LENGTH)
    kind = KindField(required=False)
    required: Any = serializers.BooleanField(required=False)
    personal = serializers.BooleanField(required=False)
    order: Any = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    active = serializers.BooleanField(required=False)
    options = serializers.ListField(child=WantedOptionSerializer(), required=False, max_length=MOST_OPTIONS)

    def validate(self, attrs: Any) -> Any:
        if "options" in attrs:
            attrs["options"] = [Wanted(**option) for option in attrs["options"]]
        return attrs


class ChangedFieldSerializer(FieldFactsSerializer):
    """``leaveOld``: with another kind, what can't be said in it may stay as it is."""

    leave_old = serializers.BooleanField(required=False)


class NewFieldSerializer(FieldFactsSerializer):
    """A custom field to be made: whose it is and its key stay."""

    subject = serializers.ChoiceField(choices=CustomSubject.choices)
    key = serializers.CharField(max_length=KEY_LENGTH)
    kind = KindField()


class OptionSerializer(CamelModelSerializer):
    """An option as it stands."""

    class Meta:
        model = CustomOption
        fields = ("id", "label", "active")
        read_only_fields = fields


class CustomFieldSerializer(CamelModelSerializer):
    """A custom field as it stands."""

    kind = KindField(read_only=True)
    options = OptionSerializer(many=True, read_only=True)

    class Meta:
        model = CustomField
        fields = (
            "id",
            "subject",
            "key",
            "name",
            "kind",
            "required",
            "personal",
            "order",
            "active",
            "options",
            "version",
            "create_time",
            "update_time",
        )
        read_only_fields = fields


class _Values(serializers.DictField):
    """Key → value; what a value may be is the field's to say."""

    def __init__(self) -> None:
        super().__init__(child=serializers.JSONField(allow_null=True), allow_empty=False)

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and len(data) > MOST_VALUES:
            raise serializers.ValidationError(f"At most {MOST_VALUES}.", code="max_length")
        return super().to_internal_value(data)


class ValuesSerializer(CamelSerializer):
    """Values for custom fields; null empties one, what is left out stays."""

    custom_fields = _Values()


class BulkValuesSerializer(ValuesSerializer):
    """The same values for many customers."""

    customer_ids = ids_field(MAX_BULK, min_length=1)
