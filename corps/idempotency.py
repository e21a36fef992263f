"""``Idempotency-Key``: a repeated POST has one effect and gets the same answer again."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, OperationalError, transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import BadRequest, Conflict, RuleViolation
from core.rendering import PayloadTooLarge
from core.retry import DEADLOCK, LOCK_WAIT_TIMEOUT
from corps.models import IdempotencyKey

_PRINTABLE = re.compile(r"[\x21-\x7e]{1,100}")
_KEPT_HEADERS = ("Content-Type", "ETag", "Location")
_ATTEMPTS = 5
Handler = Callable[..., HttpResponse]


class _Taken(Exception):
    """Another request with this key has committed."""


class Idempotent:
    """A mixin for API views, named before APIView. Without the header a POST costs nothing more.

    The key's row is inserted first in the transaction of the effect, so a twin waits at the unique key until this one
    has committed (and then replays) or rolled back (and then does the work). Only answers below 400 are kept: a
    refusal has no effect, so asking again is safe and may succeed (docs/decisions/0011-idempotency.md).
    """

    post: Handler

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        key = request.META.get("HTTP_IDEMPOTENCY_KEY")
        if key is None or request.method != "POST" or not hasattr(self, "post"):
            return
        if not _PRINTABLE.fullmatch(key):
            message = _("Idempotency-Key must be 1 to 100 printable characters without spaces.")
            raise BadRequest("idempotency_key_invalid", message)
        row = _row_of(request, key)
        act: Handler = self.post
        # DRF looks the handler up after this: it finds the guarded one.
        self.post = lambda *a, **kw: self._once(row, act, *a, **kw)

    def _once(self, row: IdempotencyKey, act: Handler, *args: Any, **kwargs: Any) -> HttpResponse:
        for _attempt in range(_ATTEMPTS):
            try:
                with transaction.atomic():
                    _reserve(row)
                    response = self._rendered(act(*args, **kwargs), *args, **kwargs)
                    _keep(row, response)
                    return response
            except _Taken:
                # None: pruned or undone since, so the key is free again.
                if kept := IdempotencyKey.objects.filter(
                    corp_id=row.corp_id, principal=row.principal, key=row.key
                ).first():
                    return _replay(kept, row.fingerprint)
            except OperationalError as error:
                # The database broke off a deadlock among twins and undid all of it: so try again.
                if error.args[0] != DEADLOCK:
                    raise
        raise _in_progress()

    def _rendered(self, response: HttpResponse, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The answer with its bytes, which are kept beside the effect they tell of."""
        response = self.finalize_response(request, response, *args, **kwargs)  # type: ignore[attr-defined]
        return response.render() if hasattr(response, "render") else response


def _row_of(request: Request, key: str) -> IdempotencyKey:
    try:
        body = request._request.body
    except RequestDataTooBig as error:
        raise PayloadTooLarge from error
    actor: Any = request.user
    text = f"{request.method} {request.get_full_path()}\n".encode() + body
    return IdempotencyKey(
        corp_id=actor.corp_id or 0,
        principal=actor.label,
        key=key,
        fingerprint=hashlib.sha256(text).hexdigest(),
    )


def _reserve(row: IdempotencyKey) -> None:
    row.pk = None
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        raise _Taken from error
    except OperationalError as error:
        if error.args[0] == LOCK_WAIT_TIMEOUT:
            raise _in_progress() from error
        raise


def _keep(row: IdempotencyKey, response: HttpResponse) -> None:
    if response.status_code >= 400:
        transaction.set_rollback(True)
        return
    row.status, row.body = response.status_code, response.content
    row.headers = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    row.save(update_fields=["status", "body", "headers"])


def _replay(kept: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise RuleViolation("idempotency_mismatch", _("This Idempotency-Key was used for another request."))
    headers = kept.headers | {"Idempotent-Replayed": "true"}
    return HttpResponse(bytes(kept.body or b""), status=kept.status, headers=headers)


def _in_progress() -> Conflict:
    return Conflict("idempotency_in_progress", _("A request with this Idempotency-Key is still being worked on."))
