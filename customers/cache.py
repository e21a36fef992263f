"""The customer's detail in the cache, under a key that names what it shows: no deletes, so nothing to forget.

The version is read from the database in each request, by the same statement that decides whether the actor may see the
customer; a stale body is under a key that nobody asks for any more (docs/decisions/0008-versioned-cache-keys.md).
"""

from typing import Any, cast

import orjson

from core import safe_cache
from core.memory import BriefCopies
from core.rendering import dumps
from core.sql import one
from corps.actors import SYSTEM, Actor
from corps.choices import Sight
from corps.querysets import sees_whole_corp
from customers import reading
from customers.custom import marking, showing, starring
from customers.models import Customer
from customers.privacy import masking

SECONDS = 600
# How many changes a customer may have had within that time.
_REMEMBERED = 100
# In front of Redis, for those who are asked for several times a second: personal data that leaves the process's memory
# as fast as it came (docs/decisions/0008-versioned-cache-keys.md).
_copies = BriefCopies(seconds=10, limit=2_000, longest=4_096)

# Tag names are part of the body, so the catalogue's version is part of the key. It rises with the definitions of custom
# fields too; a change of their values raises the customer's version.
_VERSION = """
SELECT c.version, o.tags_version, c.corp_id FROM customer c JOIN corp o ON o.id = c.corp_id
WHERE c.id = {} AND c.corp_id = {}
"""


def versions(customer_id: int, actor: Actor, people: list[int] | None = None) -> tuple[int, int, int] | None:
    """(customer version, catalogue version, corp id) of a customer that the actor may see, or None.

    Args:
        people: ``managed_or_self`` of an actor who owns narrowly, where the caller has asked for it already.
    """
    if not sees_whole_corp(actor):
        seen = Customer.objects.visible_to(actor) if people is None else _of_people(actor, people)
        rows = seen.filter(pk=customer_id)
        return rows.values_list("version", "corp__tags_version", "corp_id").first()
    return cast(tuple[int, int, int] | None, one(_VERSION, customer_id, cast(int, actor.corp_id)))


def _of_people(actor: Actor, people: list[int]) -> Any:
    return Customer.objects.filter(corp_id=actor.corp_id or 0).readable_by(people)


def detail(customer_id: int, versions: tuple[int, int, int], actor: Actor) -> bytes:
    """The customer as JSON bytes, as the actor may see it, from the cache or else from the database and into the cache.

    What is cached is whole: one body serves all, and what is personal is starred out of the copy that leaves.
    """
    key = (customer_id, *versions)
    body = _copies.get(key)
    if body is None:
        body = _shared(customer_id, versions)
        _copies.put(key, body)
    # Whoever sees everything gets the bytes untouched.
    return body if actor.sight is Sight.FULL else _as_seen(body, versions, actor)


def _as_seen(body: bytes, versions: tuple[int, int, int], actor: Actor) -> bytes:
    customer = orjson.loads(body)
    if masking.shows(customer, actor):
        return body
    _version, catalogue, corp_id = versions
    masking.star(customer)
    starring.star_detail(customer, corp_id, catalogue)
    return dumps(customer)


def forget_copies() -> None:
    """Ask Redis again at the next request."""
    _copies.clear()


def forget(customer_id: int, versions: tuple[int, int, int]) -> None:
    """Delete the bodies of the last versions, whose time isn't up yet, for one who may not be read of any more."""
    version, catalogue, corp_id = versions
    numbers = range(max(1, version - _REMEMBERED), version + 1)
    safe_cache.forget([_key(customer_id, (number, catalogue, corp_id)) for number in numbers])
    forget_copies()


def _key(customer_id: int, versions: tuple[int, int, int]) -> str:
    return "customer:profile:{2}:{3}:v{0}.{1}".format(*versions, customer_id)


def _shared(customer_id: int, versions: tuple[int, int, int]) -> bytes:
    key = _key(customer_id, versions)
    body = safe_cache.get_bytes(key)
    if body is None:
        customer = reading.one(customer_id)
        _version, catalogue, corp_id = versions
        # Most companies have no custom fields, and pay nothing for them.
        showing.include([customer], actor=SYSTEM, any_fields=marking.marks(corp_id, catalogue).there)
        body = dumps(customer)
        safe_cache.set_bytes(key, body, SECONDS)
    return body
