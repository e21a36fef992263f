"""The address that WeCom calls: a thin door that answers within the request, whatever else is down."""

import structlog
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.http import require_http_methods

from wecom.callbacks import receiving
from wecom.crypto import Refused

_log = structlog.get_logger("scrm.callbacks")


@require_http_methods(["GET", "POST"])
def callback(request: HttpRequest, corpid: str) -> HttpResponse:
    """GET proves that the address is ours; POST brings an event and gets an empty 200 once its row is committed.

    Everything that is refused gets the same answer. A database failure is a 500: WeCom sends again then (page 90238).
    """
    try:
        if request.method == "GET":
            return HttpResponse(receiving.echo(corpid, request.GET), content_type="text/plain; charset=utf-8")
        receiving.take(corpid, request.GET, _body(request))
    except Refused as refusal:
        _log.info("callback_refused", step=str(refusal))
        return HttpResponse("refused", status=403, content_type="text/plain; charset=utf-8")
    except DatabaseError as error:
        _log.error("callback_not_stored", error=type(error).__name__)
        return HttpResponse(status=500, content_type="text/plain; charset=utf-8")
    return HttpResponse(content_type="text/plain; charset=utf-8")


def _body(request: HttpRequest) -> bytes:
    """The body, read no further than one byte past the limit."""
    try:
        return request.read(receiving.MOST_BYTES + 1)
    except UnreadablePostError as error:
        raise Refused("cut") from error
