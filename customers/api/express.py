"""What of the customers' API has a short way past Django: the plain detail, a creation, and tags for one."""

import re
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from django.db import IntegrityError

from core.combining import Combined, Doubtful
from core.errors import RuleViolation
from core.headers import address_of
from core.rendering import dumps
from core.retry import atomic_retry
from corps import express
from corps.actors import Actor
from corps.ways import Answer, Environ, Way, sent
from customers import cache, reading
from customers.api.answers import SOURCE, identity, place
from customers.api.tag_views import CustomerTagsView, asked, changed
from customers.api.views import CustomerDetailView, CustomerListView, created, wanted
from customers.beginning import Wanted, create_all
from customers.models import Customer
from customers.privacy import masking, viewing
from customers.tagging import TagChange
from customers.tagging_together import Asked, add_all

T = TypeVar("T")
R = TypeVar("R")

# A server has a few threads, and doesn't come near this bound.
_MOST_TOGETHER = 32


def _detail(actor: Actor, pk: str, environ: Environ) -> Answer | None:
    ident = identity(pk)
    versions = cache.versions(ident, actor)
    if not versions:
        return None
    body = cache.detail(ident, versions, actor)
    viewing.api(actor, ident, address_of(environ))
    return Answer(body, {"ETag": f'"{versions[0]}"'})


def _each_or_all(together: Callable[..., Sequence[R]], some: Sequence[T]) -> Sequence[R | None]:
    """All of them done by one transaction; None for each where that can't be, and has to be tried one by one."""
    try:
        return atomic_retry(together)(some, source=SOURCE)
    except (Doubtful, IntegrityError, RuleViolation):
        return [None] * len(some)


def _make(some: Sequence[Wanted]) -> Sequence[Customer | None]:
    return [created(some[0])] if len(some) == 1 else _each_or_all(create_all, some)


def _tag(some: Sequence[Asked]) -> Sequence[TagChange | None]:
    return _each_or_all(add_all, some)


_made, _put = Combined(_make, most=_MOST_TOGETHER), Combined(_tag, most=_MOST_TOGETHER)


def _created(actor: Actor, _path: str, environ: Environ) -> Answer:
    one = wanted(sent(environ), actor)
    row = _made(one) or created(one)
    return Answer(
        dumps(masking.written(reading.of_instance(row, []), actor)), {"ETag": row.etag, "Location": place(row)}
    )


def _tagged(actor: Actor, pk: str, environ: Environ) -> Answer:
    change = asked(sent(environ))
    plain = change.add and not (change.remove or change.follower_id)
    done = _put(Asked(identity(pk), tuple(change.add), actor)) if plain else None
    done = done or changed(pk, actor, *change)
    row = done.customer
    shown = masking.written(reading.of_instance(row, reading.tag_list(done.tags)), actor)
    return Answer(dumps(shown), {"ETag": row.etag})


_ONE = r"/api/v1/customers/([0-9]{1,19})"
WAYS = (
    Way("GET", re.compile(_ONE + "/?"), CustomerDetailView.acts["get"], "200 OK", _detail),
    Way("POST", re.compile(r"/api/v1/customers/?"), CustomerListView.acts["post"], "201 Created", _created),
    Way("POST", re.compile(_ONE + "/tags/?"), CustomerTagsView.acts["post"], "200 OK", _tagged),
)


def Express(django: Any) -> express.Express:
    """Django's handler with these ways around it."""
    return express.Express(django, WAYS)
