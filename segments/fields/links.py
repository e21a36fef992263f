"""What a row leads to besides tags: the departments of an employee, the channel of a relation."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q

from corps.models import Department, DepartmentMember
from customers.channels.resolving import Channels
from customers.models import ChannelKey
from segments.fields import texts
from segments.fields.field import Asking, Link

_Held = Mapping[tuple[Any, ...], frozenset[int]]


def departments(column: str = "employee_id") -> Link:
    """The departments that the employee of the column is in, and all above them."""

    def q(asking: Asking, ids: tuple[int, ...]) -> Q:
        below = Q(pk__in=())
        for path in Department.objects.of_corp(asking.corp_id).filter(pk__in=ids).values_list("path", flat=True):
            below |= Q(department__path__startswith=path)
        members = DepartmentMember.objects.of_corp(asking.corp_id).filter(below)
        return Q((f"{column}__in", members.values("employee_id")))

    return Link((column,), q, _departments_held)


def _departments_held(asking: Asking, keys: Collection[tuple[Any, ...]], asked: Collection[int]) -> _Held:
    rows = DepartmentMember.objects.of_corp(asking.corp_id).filter(employee_id__in={key[0] for key in keys})
    held: dict[tuple[Any, ...], frozenset[int]] = defaultdict(frozenset)
    for employee, path in rows.values_list("employee_id", "department__path"):
        held[employee,] |= frozenset(map(int, path.strip("/").split("/"))) & frozenset(asked)
    return held


def channel(state: str = "state", add_way: str = "add_way") -> Link:
    """The channel that a relation or a stay came by, as the company names it today."""

    def q(asking: Asking, ids: tuple[int, ...]) -> Q:
        keys = ChannelKey.objects.of_corp(asking.corp_id).filter(channel_id__in=ids).values_list("state", "add_way")
        states, ways = [], []
        for named, way in keys:
            if named is None:
                ways.append(way)
            else:
                states.append(named)
        return texts.same(state, states) | (Q((state, "")) & Q((f"{add_way}__in", ways)))

    return Link((state, add_way), q, _channels_held)


def _channels_held(asking: Asking, keys: Collection[tuple[Any, ...]], asked: Collection[int]) -> _Held:
    channels = Channels(asking.corp_id)
    found = {key: channels.of(*key) for key in keys}
    return {key: frozenset({channel.pk} if channel else ()) for key, channel in found.items()}
