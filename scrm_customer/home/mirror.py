"""How the mirror stands: whether WeCom is connected, the last full sync, and how far the last sample was off."""

from typing import Any

from django.urls import reverse

from core.console_scope import visible
from core.gathering import gathered
from wecom.models import DriftCheck, SyncRun, WecomApp

# What is shown of the newest row of each, and told by its model.
_SHOWN: dict[Any, tuple[str, ...]] = {
    SyncRun: ("state", "create_time"),
    DriftCheck: ("pairs", "unequal", "differing", "verified", "checked_at"),
}


def state(user: Any, actor: Any) -> dict[str, Any] | None:
    """``connected``, ``sync``, ``drift`` with their links, by one statement; None for those who don't look after it."""
    if not user.has_perm("wecom.view_syncrun"):
        return None
    apps = visible(WecomApp.objects.filter(active=True), actor).values_list("pk")[:1]
    newest = {
        model.__name__: visible(model.objects.all(), actor).order_by("-id").values_list(*names)[:1]
        for model, names in _SHOWN.items()
    }
    rows = gathered({"apps": apps} | newest)
    sync, drift = (_row(model, rows[model.__name__]) for model in _SHOWN)
    return {
        "connected": bool(rows["apps"]),
        "connect": reverse("admin:wecom_wecomapp_changelist"),
        "sync": sync,
        "sync_failed": sync is not None and sync.state == SyncRun.State.FAILED,
        "syncs": reverse("admin:wecom_syncrun_changelist"),
        "drift": drift,
        "drift_much": drift is not None and drift.is_much,
        "drifts": reverse("admin:wecom_driftcheck_changelist"),
    }


def _row(model: Any, rows: list[tuple[Any, ...]]) -> Any:
    return model(**dict(zip(_SHOWN[model], rows[0], strict=True))) if rows else None
