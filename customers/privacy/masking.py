"""Mobiles and unionids, and numbers in what employees noted, as an actor may see them: whole, or starred out.

Who sees them whole sees what personal custom fields hold, too (customers/custom/starring.py).

What is kept, cached and computed with is always whole: it is hidden where it leaves (docs/privacy.md).
"""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import FieldError, RuleViolation
from corps.actors import Actor
from corps.choices import Sight
from customers.choices import RelationStatus
from customers.models import Customer, FollowRelation
from customers.privacy.stars import STARS, hidden, in_words

# Keys under which numbers leave, on the wire and in what rules noted.
KEYS = frozenset({"mobile", "unionid", "remarkMobiles", "remark_mobiles"})
_COLUMNS = ("mobile", "unionid")
# What employees write of a customer in their own words, on the wire and in columns.
WORDS = ("remark", "description", "remarkCorpName")
WORD_KEYS = frozenset({*WORDS, "remark_corp_name"})


def page(customers: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """Customers with their ``follows``, as wire values, as the actor may see them."""
    for customer in customers:
        if not shows(customer, actor):
            star(customer)
    return customers


def shows(customer: dict[str, Any], actor: Actor) -> bool:
    """Whether the actor sees what is personal of a customer, as wire values with ``follows``, whole."""
    return actor.sight is Sight.FULL or _among(customer["follows"], actor)


def written(customer: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """A customer just written, as wire values without ``follows``."""
    if hides(customer["id"], actor):
        star(customer)
    return customer


def follows(rows: list[dict[str, Any]], actor: Actor) -> list[dict[str, Any]]:
    """Those who follow one person, with the mobiles that they noted: of each record as its detail shows them."""
    if actor.sight is not Sight.FULL:
        own = {row["customerId"] for row in rows if _among([row], actor)}
        for row in rows:
            if row["customerId"] not in own:
                _star_notes(row)
    return rows


def noted(facts: Any) -> Any:
    """What a rule or a condition kept of customers: starred out for everybody, as it tells why and not whom to call."""
    return _walk(facts, None)


def hides(customer_id: int, actor: Actor, own: bool | None = None) -> bool:
    """Whether the actor, who may see this customer, sees the numbers starred out.

    Args:
        own: whether ``following`` has rows, if that was asked already.
    """
    if actor.sight is Sight.OWN:
        return not (following(customer_id, actor).exists() if own is None else own)
    return actor.sight is not Sight.FULL


def hidden_among(customer_ids: Collection[int], actor: Actor) -> set[int]:
    """Those of these customers, whom the actor may see, of whom they see the numbers starred out: one statement."""
    if actor.sight is Sight.FULL:
        return set()
    ids = set(customer_ids)
    if actor.sight is Sight.OWN:
        own = FollowRelation.objects.filter(customer_id__in=ids, employee_id=actor.employee_id or 0)
        ids -= set(own.filter(status=RelationStatus.ACTIVE).values_list("customer_id", flat=True))
    return ids


def following(customer_id: int, actor: Actor) -> QuerySet[FollowRelation]:
    """The relation by which this is the actor's own customer."""
    rows = FollowRelation.objects.filter(customer_id=customer_id, employee_id=actor.employee_id or 0)
    return rows.filter(status=RelationStatus.ACTIVE)


def meant(fields: dict[str, Any], customer: Customer, actor: Actor) -> dict[str, Any]:
    """The fields to write, without numbers that come back as they were shown.

    Raises:
        RuleViolation: ``number_masked``: the stars of another number are no number.
    """
    if not hides(customer.pk, actor):
        return fields
    kept = {name: value for name, value in fields.items() if not _shown(name, value, customer)}
    for name in _COLUMNS:
        if STARS in (kept.get(name) or ""):
            message = _("This number is starred out. Leave it out, or give all of it.")
            raise RuleViolation("number_masked", message, [FieldError(name, "number_masked", message)])
    return kept


def _shown(name: str, value: Any, customer: Customer) -> bool:
    return name in _COLUMNS and bool(value) and value == hidden(getattr(customer, name))


def _among(rows: list[dict[str, Any]], actor: Actor) -> bool:
    """Whether the actor sees numbers of their own customers, and this is one."""
    me = actor.employee_id if actor.sight is Sight.OWN else None
    return me is not None and any(r["employeeId"] == me and r["status"] == RelationStatus.ACTIVE for r in rows)


def star(customer: dict[str, Any]) -> None:
    """Star out, in place, the numbers of a customer as wire values, with ``follows`` or without."""
    for name in _COLUMNS:
        customer[name] = hidden(customer[name])
    for row in customer.get("follows", ()):
        _star_notes(row)


def _star_notes(row: dict[str, Any]) -> None:
    row["remarkMobiles"] = [hidden(number) for number in row["remarkMobiles"]]
    for name in WORDS:
        row[name] = in_words(row[name])


def _walk(value: Any, key: str | None) -> Any:
    if isinstance(value, dict):
        return {name: _walk(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [_walk(inner, key) for inner in value]
    if not isinstance(value, str):
        return value
    return hidden(value) if key in KEYS else in_words(value) if key in WORD_KEYS else value
