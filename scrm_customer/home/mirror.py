"""How the mirror stands: whether WeCom is connected, the last full sync, and how far the last sample was off."""

from typing import Any

from django.urls import reverse

from core.console_scope import visible
from wecom.models import DriftCheck, SyncRun, WecomApp


def state(user: Any, actor: Any) -> dict[str, Any] | None:
    """``connected``, ``sync``, ``drift`` with their links; None for those who don't look after the mirror."""
    if not user.has_perm("wecom.view_syncrun"):
        return None
    sync, drift = (_newest(rows, actor) for rows in (SyncRun.objects, DriftCheck.objects))
    return {
        "connected": visible(WecomApp.objects.filter(active=True), actor).exists(),
        "connect": reverse("admin:wecom_wecomapp_changelist"),
        "sync": sync,
        "sync_failed": sync is not None and sync.state == SyncRun.State.FAILED,
        "syncs": reverse("admin:wecom_syncrun_changelist"),
        "drift": drift,
        "drift_much": drift is not None and drift.is_much,
        "drifts": reverse("admin:wecom_driftcheck_changelist"),
    }


def _newest(rows: Any, actor: Any) -> Any:
    return visible(rows.all(), actor).order_by("-id").first()
