"""From JSON to the tree. What is wrong is told of each node by its path, all at once."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.models import Corp
from segments.conditions import bounds, naming_segments, references
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Node, Not, Some
from segments.fields import FIELDS, SETS, custom
from segments.fields.field import Fields
from segments.fields.ops import NEGATIVE
from segments.fields.shapes import SHAPES, Wrong

VERSION = 1
COUNTS = ("atLeast", "atMost", "exactly")
_NOWHERE = All(())


def parse(document: Any, *, corp: Corp, fresh: bool = False) -> Condition:
    """The condition that a JSON document says.

    Args:
        fresh: it is being written now, so it may not name what is not in use any more.

    Raises:
        RuleViolation: ``condition_invalid``; the fields of its errors are paths such as ``where.all[1].value``.
    """
    reading = _Reading(corp, fresh=fresh)
    root = reading.document(document)
    reading.errors += references.unknown(reading.asked, corp)
    if reading.errors:
        raise RuleViolation("condition_invalid", _("This condition can't be asked."), reading.errors)
    return Condition(corp_id=corp.pk, root=naming_segments.resolved(root, reading.asked, corp, _as_written))


def _as_written(document: Any, corp: Corp) -> Node | None:
    """The tree of a segment that is named, if it can be asked still."""
    reading = _Reading(corp)
    root = reading.document(document)
    if reading.errors or references.unknown(reading.asked, corp):
        raise Wrong(_("A segment that is named here can't be asked itself: something it names is gone."))
    return root


class _Reading:
    """One document being read: what is wrong with it, and the questions read with where they stand."""

    def __init__(self, corp: Corp, *, fresh: bool = False) -> None:
        self.owned, self.fresh = custom.Owned(corp.pk), fresh
        self.errors: list[FieldError] = []
        self.asked: list[references.Place] = []
        self.nodes = 0
        self.values = 0

    def wrong(self, path: str, message: Any) -> Node:
        self.errors.append(FieldError(path, "condition_invalid", message))
        return _NOWHERE

    def document(self, raw: Any) -> Node | None:
        if not isinstance(raw, dict) or set(raw) != {"version", "where"}:
            self.wrong("", _('A condition looks like this: {"version": 1, "where": …}.'))
        elif type(raw["version"]) is not int or raw["version"] != VERSION:
            self.wrong("version", _("Only version %(n)d of conditions is known here.") % {"n": VERSION})
        elif _size(raw) > bounds.BYTES:
            self.wrong("where", _("A condition has at most %(n)d bytes.") % {"n": bounds.BYTES})
        elif raw["where"] is not None:
            return self.node(raw["where"], "where", FIELDS, 1)
        return None

    def node(self, raw: Any, path: str, fields: Fields, depth: int) -> Node:
        self.nodes += 1
        if depth > bounds.DEPTH:
            return self.wrong(path, _("Conditions nest at most %(n)d deep.") % {"n": bounds.DEPTH})
        if self.nodes > bounds.NODES:
            if self.nodes == bounds.NODES + 1:
                self.wrong(path, _("A condition has at most %(n)d parts.") % {"n": bounds.NODES})
            return _NOWHERE
        match raw:
            case {"all": parts, **rest} if not rest:
                return All(self.parts(parts, f"{path}.all", fields, depth))
            case {"any": parts, **rest} if not rest:
                return AnyOf(self.parts(parts, f"{path}.any", fields, depth))
            case {"not": part, **rest} if not rest:
                return Not(self.node(part, f"{path}.not", fields, depth + 1))
            case {"some": key, **rest} if set(rest) <= {"where", "count"}:
                return self.some(key, rest, path, fields, depth)
            case {"field": key, "op": op, **rest} if set(rest) <= {"value"}:
                return self.question(key, op, rest, path, fields)
        return self.wrong(path, _("A part has one of these forms: all, any, not, field with op and value, some."))

    def parts(self, raw: Any, path: str, fields: Fields, depth: int) -> tuple[Node, ...]:
        if not isinstance(raw, list) or not raw:
            return (self.wrong(path, _("A list of at least one part is needed here.")),)
        return tuple(self.node(part, f"{path}[{n}]", fields, depth + 1) for n, part in enumerate(raw))

    def some(self, key: Any, rest: Mapping[Any, Any], path: str, fields: Fields, depth: int) -> Node:
        if fields is not FIELDS:
            return self.wrong(path, _("The rows of a set have no sets themselves."))
        if not isinstance(key, str) or key not in SETS:
            return self.wrong(f"{path}.some", _("One of these is needed here: %(names)s.") % {"names": ", ".join(SETS)})
        where = self.node(rest["where"], f"{path}.where", SETS[key].fields, depth + 1) if "where" in rest else None
        return Some(key, where, self.count(rest["count"], f"{path}.count") if "count" in rest else ("atLeast", 1))

    def count(self, raw: Any, path: str) -> tuple[str, int]:
        match raw:
            case {"op": str(how), "value": int(times), **rest} if not rest and how in COUNTS and type(times) is int:
                if (1 if how == "atLeast" else 0) <= times <= bounds.TIMES:
                    return how, times
        self.wrong(
            path,
            _('{"op": "atLeast", "atMost" or "exactly", "value": n} is needed here, n at most %(n)d.')
            % {"n": bounds.TIMES},
        )
        return "atLeast", 1

    def question(self, key: Any, op: Any, rest: Mapping[Any, Any], path: str, fields: Fields) -> Node:
        own = self.owned.named(key, fields) if isinstance(key, str) else None
        if own is None and (not isinstance(key, str) or key not in fields):
            return self.wrong(f"{path}.field", _("There is no such field here."))
        field = custom.field_of(own) if own else fields[key]
        if self.fresh and own and not own.active:
            return self.wrong(f"{path}.field", _("This field is not in use any more."))
        found = field.kind.ops.get(NEGATIVE.get(op, op)) if isinstance(op, str) else None
        if not found:
            names = ", ".join(field.kind.ops)
            return self.wrong(
                f"{path}.op", _("This field is not asked so; one of these is: %(names)s.") % {"names": names}
            )
        if found.takes == "nothing" or "value" not in rest:
            if (found.takes == "nothing") is ("value" not in rest):
                return Asked(key, op, own=own)
            return self.wrong(f"{path}.value", _("Exactly the questions that need a value have one."))
        try:
            asked = Asked(key, op, SHAPES[found.takes].read(field, rest["value"]), own)
        except Wrong as wrong:
            return self.wrong(f"{path}.value{wrong.at}", wrong.message)
        if self.fresh and own and custom.names_retired(own, asked.value):
            return self.wrong(f"{path}.value", _("An option of it is not in use any more."))
        self.values += len(asked.value) if isinstance(asked.value, tuple) else 1
        if self.values > bounds.ALL_VALUES:
            return self.wrong(f"{path}.value", _("A condition has at most %(n)d values.") % {"n": bounds.ALL_VALUES})
        self.asked.append(references.Place(f"{path}.value", field, asked.value))
        return asked


def _size(raw: Any) -> int:
    try:
        return len(json.dumps(raw, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    except RecursionError:
        return bounds.BYTES + 1
