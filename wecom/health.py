"""What the health page and the metrics say of the mirror: cheap figures from its own rows."""

import datetime as dt
from typing import Any

from django.db.models import Min, QuerySet
from prometheus_client.core import GaugeMetricFamily

from core import health
from core.time import now
from corps.models import Corp
from messaging.models import Command
from messaging.stats import COUNT_BOUND
from wecom.models import CallbackReceipt, DriftCheck, MessageArchive, SyncRun

# So many messages behind, or so long since the last reading, a company's archive is late.
ARCHIVE_BEHIND, ARCHIVE_SECONDS = 10_000, 3_600
# Due since longer than this, nobody works on them: the daemon stands still, or WeCom's windows are closed.
LATE_AFTER = 300
_MEANING = {
    "mirror_receipts_waiting": "Callback receipts that are not worked off yet.",
    "mirror_receipts_oldest_seconds": "How long the oldest callback receipt has been due.",
    "mirror_receipts_dead": "Callback receipts that were given up.",
    "mirror_receipts_dead_oldest_seconds": "How long ago the oldest of them was last due.",
    "mirror_commands_waiting": "Commands to WeCom that are not executed yet.",
    "mirror_commands_oldest_seconds": "How long the oldest command to WeCom has been due.",
    "mirror_commands_dead": "Commands to WeCom that were given up.",
    "mirror_commands_dead_oldest_seconds": "How long ago the oldest of them was last due.",
    "mirror_syncs_running": "Full syncs under way.",
    "mirror_syncs_waiting": "Full syncs that wait for a person's approval.",
    "mirror_drift": "Share of the last sample that was not as WeCom has it, of the worst company.",
    "archive_behind": "Messages of the archive that are known and not read, of the company that is furthest behind.",
    "archive_read_seconds": "How long ago the archive was read last, of the company for which that is longest.",
}


def parts() -> dict[str, dict[str, Any]]:
    """The parts ``mirror`` and ``archive``; none where no company is connected, or has an archive."""
    found = figures()
    return _mirror(found) | _archive(found)


def _archive(found: dict[str, float]) -> dict[str, dict[str, Any]]:
    if not MessageArchive.objects.filter(active=True).exists():
        return {}
    behind, read = found["archive_behind"], found["archive_read_seconds"]
    late = behind > ARCHIVE_BEHIND or read > ARCHIVE_SECONDS
    return {"archive": {"status": health.DEGRADED if late else health.OK, "behind": behind, "readSeconds": read}}


def _mirror(found: dict[str, float]) -> dict[str, dict[str, Any]]:
    if not Corp.objects.filter(mirrored=True).exists():
        return {}
    receipts, commands = found["mirror_receipts_oldest_seconds"], found["mirror_commands_oldest_seconds"]
    late = max(receipts, commands) > LATE_AFTER or found["mirror_syncs_waiting"] > 0
    return {
        "mirror": {
            "status": health.DEGRADED if late else health.OK,
            "receiptsWaiting": found["mirror_receipts_waiting"],
            "receiptsOldestSeconds": receipts,
            "receiptsDead": found["mirror_receipts_dead"],
            "receiptsDeadOldestSeconds": found["mirror_receipts_dead_oldest_seconds"],
            "commandsWaiting": found["mirror_commands_waiting"],
            "commandsOldestSeconds": commands,
            "commandsDead": found["mirror_commands_dead"],
            "commandsDeadOldestSeconds": found["mirror_commands_dead_oldest_seconds"],
            "syncsRunning": found["mirror_syncs_running"],
            "syncsWaiting": found["mirror_syncs_waiting"],
            "drift": found["mirror_drift"],
        }
    }


def gauges() -> list[GaugeMetricFamily]:
    """The same for Prometheus."""
    return [GaugeMetricFamily(f"scrm_{name}", _MEANING[name], value=value) for name, value in figures().items()]


def figures() -> dict[str, float]:
    """Read from indexes: what is due, what is open, and each company's last sample."""
    # Both lanes are named, because the index has them before the time.
    receipts = CallbackReceipt.objects.filter(urgent__in=(False, True))
    syncs = SyncRun.objects.filter(state__in=(SyncRun.State.RUNNING, SyncRun.State.NEEDS_APPROVAL))
    states = list(syncs.values_list("state", flat=True)[:100])
    return {
        **_owed("mirror_receipts", receipts.filter(state=CallbackReceipt.State.PENDING), "waiting", "oldest"),
        **_owed("mirror_receipts", receipts.filter(state=CallbackReceipt.State.DEAD), "dead", "dead_oldest"),
        **_owed("mirror_commands", Command.objects.filter(state=Command.State.WAITING), "waiting", "oldest"),
        **_owed("mirror_commands", Command.objects.filter(state=Command.State.DEAD), "dead", "dead_oldest"),
        "mirror_syncs_running": states.count(SyncRun.State.RUNNING),
        "mirror_syncs_waiting": states.count(SyncRun.State.NEEDS_APPROVAL),
        "mirror_drift": round(_drift(), 5),
        **_archives(),
    }


def _archives() -> dict[str, float]:
    """Of the one row that each company has."""
    rows = list(MessageArchive.objects.filter(active=True, corp__active=True))
    return {
        "archive_behind": max((row.behind or 0 for row in rows), default=0),
        # One that was never read has been waiting since it was made.
        "archive_read_seconds": max((_age(row.read_at or row.create_time) for row in rows), default=0.0),
    }


def _owed(name: str, rows: QuerySet[Any], count: str, oldest: str) -> dict[str, float]:
    """How many there are, up to ``COUNT_BOUND``, and for how long the first of them has been due."""
    return {
        f"{name}_{count}": rows[:COUNT_BOUND].count(),
        f"{name}_{oldest}_seconds": _age(rows.aggregate(at=Min("due_at"))["at"]),
    }


def _age(due: dt.datetime | None) -> float:
    """Seconds since then; 0 for what is due later, or not at all."""
    return max(0.0, round((now() - due).total_seconds(), 1)) if due else 0.0


def _drift() -> float:
    last = DriftCheck.objects.filter(corp__mirrored=True, checked_at__gte=now() - dt.timedelta(days=1))
    newest: dict[int, float] = {}
    for row in last.order_by("pk"):
        newest[row.corp_id] = row.rate
    return max(newest.values(), default=0.0)
