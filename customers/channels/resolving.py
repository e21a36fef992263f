"""From a relation's state and add way to its channel, and what add ways are called."""

from typing import Any

from django.utils import translation

from customers.choices import AddWay
from customers.models import Channel, ChannelKey

_LANGUAGES = {"nameZh": "zh-hans", "nameEn": "en"}


class Channels:
    """The channels of one company, to look many relations up in. One statement."""

    def __init__(self, corp_id: int) -> None:
        keys = ChannelKey.objects.of_corp(corp_id).select_related("channel")
        self._states: dict[str, Channel] = {}
        self._ways: dict[int, Channel] = {}
        for key in keys:
            if key.state is not None:
                self._states[key.state] = key.channel
            elif key.add_way is not None:
                self._ways[key.add_way] = key.channel

    def name_of(self, state: str, add_way: int | None) -> str:
        """The channel's name; empty where neither the state nor the add way is named."""
        found = self.of(state, add_way)
        return found.name if found else ""

    def of(self, state: str, add_way: int | None) -> Channel | None:
        """The channel, by the state, or where there is none by the add way.

        A state that nobody has named is not the add way's: it says more, and stands for itself until it has a name.
        """
        if state:
            return self._states.get(state)
        return self._ways.get(add_way) if add_way is not None else None


def add_ways() -> list[dict[str, Any]]:
    """WeCom's add ways with their Chinese and English names."""
    found: list[dict[str, Any]] = [{"addWay": way.value} for way in AddWay]
    for name, language in _LANGUAGES.items():
        with translation.override(language):
            for row, way in zip(found, AddWay, strict=True):
                row[name] = str(way.label)
    return found
