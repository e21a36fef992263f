"""Texts of follow-ups, reminders, calls and messages on the wire: as their reader may see them."""

from typing import Any

from rest_framework import serializers

from customers.privacy import wording


class WordsField(serializers.CharField):
    """A text of a row, whose numbers are starred out for who may not see them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> str:
        return wording.shown(instance, str(super().get_attribute(instance)))
