"""An app that can't be used until a person has done something says so on its row."""

import structlog

from core.time import now
from wecom.client import closures
from wecom.client.endpoints import Endpoint
from wecom.client.errors import AppRefused, NotAllowed
from wecom.models import ApiClosure, WecomApp

_log = structlog.get_logger("scrm.wecom")


def note(app: WecomApp, endpoint: Endpoint, error: NotAllowed) -> None:
    """A right is missing: close what it would open, and mark the app."""
    whole = isinstance(error, AppRefused)
    closures.close_right(app.corp_id, endpoint, error.code, whole_app=whole)
    changed = WecomApp.objects.filter(pk=app.pk).exclude(trouble_code=error.code)
    if changed.update(trouble_code=error.code, trouble_at=now()):
        _log.error("wecom_refused", corp=app.corp_id, app=app.pk, api=endpoint.path, code=error.code, hint=error.hint)


def over(app: WecomApp, past: tuple[str, ...]) -> None:
    """A call succeeded that closures had spoken against: they go, and with the last of them the app's mark."""
    closures.disproved(app.corp_id, past)
    limits = [closures.LIMIT, closures.CROWD]
    if not ApiClosure.objects.of_corp(app.corp_id).exclude(code__in=limits).exists():
        WecomApp.objects.filter(pk=app.pk).exclude(trouble_code=None).update(trouble_code=None, trouble_at=None)
