"""Conditions that name segments: in the place of the question stands what those segments ask, as they ask it today.

So "in that segment" is answered by the same record as everything else, and needn't wait for that segment's refresh.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.models import Corp
from segments.conditions import bounds
from segments.conditions.nodes import All, AnyOf, Asked, Named, Node, Not, walk
from segments.conditions.references import Place
from segments.conditions.universe import BLACKLISTED, speaks_of_the_blacklist
from segments.fields.ops import NEGATIVE
from segments.fields.shapes import Wrong
from segments.models import Segment

FIELD = "segments"
_Read = Callable[[Any, Corp], Node | None]
_Ids = tuple[int, ...]
# A segment leaves these out by itself, whatever is asked of it.
_LISTED_OUT_NOT = Asked(BLACKLISTED, "is", False)


def resolved(root: Node | None, places: Sequence[Place], corp: Corp, read: _Read) -> Node | None:
    """The tree with what its questions about segments come to.

    Args:
        read: the tree of a segment's own document. Raises Wrong.

    Raises:
        RuleViolation: ``condition_invalid``: more segments within each other, or parts of them, than ``bounds`` allow.
    """
    means: dict[_Ids, Node] = {}
    naming, errors = _Naming(corp, read), []
    for path, field, value in places:
        if field.key == FIELD and value not in means:
            try:
                means[value] = naming.members(value, 1)
            except Wrong as wrong:
                errors.append(FieldError(path, "condition_invalid", wrong.message))
    if errors:
        raise RuleViolation("condition_invalid", _("This condition can't be asked."), errors)
    return _put(root, means) if root and means else root


class _Naming:
    def __init__(self, corp: Corp, read: _Read) -> None:
        self.corp, self.read = corp, read
        self.nodes = self.values = 0

    def members(self, ids: _Ids, depth: int) -> Node:
        """What is asked to know who is in any of the segments."""
        if depth > bounds.NAMED_DEPTH:
            raise Wrong(_("Segments name each other at most %(n)d deep.") % {"n": bounds.NAMED_DEPTH})
        rows = Segment.objects.of_corp(self.corp.pk).live().dynamic().filter(pk__in=ids).order_by("pk")
        asking = {row.pk: self._asked(row, depth) for row in rows}
        # Lists, and such as have been deleted: nobody is in those.
        others = tuple(pk for pk in ids if pk not in asking)
        parts = (*asking.values(), *([Asked(FIELD, "any", others)] if others else []))
        return parts[0] if len(parts) == 1 else AnyOf(parts)

    def _asked(self, segment: Segment, depth: int) -> Node:
        root = self.read(segment.condition, self.corp)
        named = [node for node in walk(root) if isinstance(node, Asked) and node.field == FIELD]
        self.nodes += sum(1 for _node in walk(root)) + 1
        asked = (node.value for node in walk(root) if isinstance(node, Asked))
        self.values += sum(len(value) if isinstance(value, tuple) else 1 for value in asked)
        if self.nodes > bounds.NAMED_NODES or self.values > bounds.ALL_VALUES:
            told = {"n": bounds.NAMED_NODES, "m": bounds.ALL_VALUES}
            raise Wrong(_("The named segments ask at most %(n)d parts and %(m)d values together.") % told)
        if root is None:
            return _LISTED_OUT_NOT
        whole = _put(root, {node.value: self.members(node.value, depth + 1) for node in named})
        return whole if speaks_of_the_blacklist(root) else All((whole, _LISTED_OUT_NOT))


def _put(node: Node, means: Mapping[_Ids, Node]) -> Node:
    match node:
        case Asked("segments", op, ids):
            return Named(node, Not(means[ids]) if op in NEGATIVE else means[ids])
        case All(parts):
            return All(tuple(_put(part, means) for part in parts))
        case AnyOf(parts):
            return AnyOf(tuple(_put(part, means) for part in parts))
        case Not(part):
            return Not(_put(part, means))
    return node
