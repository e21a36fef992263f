"""What of the customers' API has a short way past Django: the plain detail, a creation, and tags for one."""

import re
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError

from core.combining import Combined
from core.errors import RuleViolation
from core.headers import address_of
from core.rendering import dumps
from core.retry import atomic_retry
from corps import express
from corps.actors import Actor
from corps.ways import Answer, Environ, Way, sent
from customers import cache, reading
from customers.api.answers import SOURCE, identity, place
from customers.api.tag_views import CustomerTagsView, tagged
from customers.api.views import CustomerDetailView, CustomerListView, created, wanted
from customers.beginning import Doubtful, Wanted, create_all
from customers.models import Customer
from customers.privacy import masking, viewing

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


def _together(asked: Sequence[Wanted]) -> Sequence[Customer | None]:
    """All of them made by one transaction; None for each where that can't be, and has to be tried one by one."""
    if len(asked) == 1:
        return [created(asked[0])]
    try:
        return atomic_retry(create_all)(wanted=asked, source=SOURCE)
    except (Doubtful, IntegrityError, RuleViolation):
        return [None] * len(asked)


_combined = Combined(_together, most=_MOST_TOGETHER)


def _created(actor: Actor, _path: str, environ: Environ) -> Answer:
    one = wanted(sent(environ), actor)
    row = _combined(one) or created(one)
    return Answer(
        dumps(masking.written(reading.of_instance(row, []), actor)), {"ETag": row.etag, "Location": place(row)}
    )


def _tagged(actor: Actor, pk: str, environ: Environ) -> Answer:
    change = tagged(pk, sent(environ), actor)
    row = change.customer
    shown = masking.written(reading.of_instance(row, reading.tag_list(change.tags)), actor)
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
