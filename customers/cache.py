"""The customer's detail in the cache, under a key that names what it shows: no deletes, so nothing to forget.

The version is read from the database in each request, by the same statement that decides whether the actor may see the
customer; a stale body is under a key that nobody asks for any more (docs/decisions/0008-versioned-cache-keys.md).
"""

from typing import cast

from core import safe_cache
from core.memory import BriefCopies
from core.rendering import dumps
from core.sql import one
from corps.actors import Actor
from corps.querysets import sees_whole_corp
from customers import reading
from customers.models import Customer

SECONDS = 600
# In front of Redis, for those who are asked for several times a second: personal data that leaves the process's memory
# as fast as it came (docs/decisions/0008-versioned-cache-keys.md).
_copies = BriefCopies(seconds=10, limit=2_000, longest=4_096)

# Tag names are part of the body, so the catalogue's version is part of the key.
_VERSION = """
SELECT c.version, o.tags_version, c.corp_id FROM customer c JOIN corp o ON o.id = c.corp_id
WHERE c.id = {} AND c.corp_id = {}
"""


def versions(customer_id: int, actor: Actor) -> tuple[int, int, int] | None:
    """(customer version, catalogue version, corp id) of a customer that the actor may see, or None."""
    if not sees_whole_corp(actor):
        rows = Customer.objects.visible_to(actor).filter(pk=customer_id)
        return rows.values_list("version", "corp__tags_version", "corp_id").first()
    return cast(tuple[int, int, int] | None, one(_VERSION, customer_id, cast(int, actor.corp_id)))


def detail(customer_id: int, versions: tuple[int, int, int]) -> bytes:
    """The customer as JSON bytes, from the cache or else from the database and then into the cache."""
    key = (customer_id, *versions)
    body = _copies.get(key)
    if body is None:
        body = _shared(customer_id, versions)
        _copies.put(key, body)
    return body


def forget_copies() -> None:
    """Ask Redis again at the next request."""
    _copies.clear()


def _shared(customer_id: int, versions: tuple[int, int, int]) -> bytes:
    key = "customer:profile:{2}:{3}:v{0}.{1}".format(*versions, customer_id)
    body = safe_cache.get_bytes(key)
    if body is None:
        body = dumps(reading.one(customer_id))
        safe_cache.set_bytes(key, body, SECONDS)
    return body
