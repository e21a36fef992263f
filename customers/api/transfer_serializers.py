"""What a caller may send to draw up a transfer, and by what the lists of transfers are narrowed."""

import django_filters as filters
from rest_framework import serializers

from core.serializers import CamelSerializer
from customers.api.serializers import MAX_ID, id_field, ids_field
from customers.choices import ItemState, JobState, TransferKind
from customers.models import TransferItem, TransferJob
from customers.transfers import reasons
from customers.transfers.files import MOST_LINES
from customers.transfers.sheet import MOST_TAKERS

MOST_NAMED = 1_000
_REASONS = [(code, code) for code in reasons.WORDS]
_ID = {"min_value": 1, "max_value": MAX_ID, "decimal_places": 0}


class NewTransferSerializer(CamelSerializer):
    """Whose customers, to whom, and which: exactly one of ``customerIds``, ``externalUserids`` and ``filters``."""

    handover_id = id_field()
    taker_ids = ids_field(MOST_TAKERS, min_length=1)
    message = serializers.CharField(max_length=200, required=False, allow_blank=True)
    customer_ids = ids_field(MOST_NAMED, min_length=1, required=False)
    external_userids = serializers.ListField(
        child=serializers.CharField(max_length=200, trim_whitespace=False),
        min_length=1,
        max_length=MOST_LINES,
        required=False,
    )
    # The parameters of the customer list, as text; without any: all whom the employee follows.
    filters = serializers.DictField(child=serializers.CharField(max_length=1_000, allow_blank=True), required=False)


class TransferFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=JobState.choices, help_text="checked, running, paused, done or cancelled.")
    kind = filters.ChoiceFilter(choices=TransferKind.choices, help_text="onjob or leaver.")
    handoverId = filters.NumberFilter("handover_id", help_text="Who hands over.", **_ID)

    class Meta:
        model = TransferJob
        fields: list[str] = []


class TransferItemFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=ItemState.choices, help_text="How the attempt stands.")
    reason = filters.ChoiceFilter(choices=_REASONS, help_text="Why it can't.")
    takerId = filters.NumberFilter("taker_id", help_text="Who takes over.", **_ID)

    class Meta:
        model = TransferItem
        fields: list[str] = []
