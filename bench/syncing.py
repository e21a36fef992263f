"""A first full sync and a repeat without changes, inside Django: ``python -m bench.within syncing ADDRESS ACCESS``."""

import json
import resource
import sys
import threading
import time
from collections.abc import Sequence
from typing import Any

from corps.actors import SYSTEM
from corps.models import Corp
from wecom import connecting
from wecom.models import SyncRun
from wecom.sandbox.access import Access
from wecom.sync import asking, leases, running


def main(arguments: Sequence[str]) -> None:
    """Print ``{"first": …, "again": …}`` as JSON; the log goes elsewhere."""
    address, access = arguments[0], Access(**json.loads(arguments[1]))
    corp = _connect(address, access)
    found = {"first": _sync(corp), "again": _sync(corp)}
    sys.stdout.write(json.dumps(found) + "\n")


def _connect(address: str, access: Access) -> Corp:
    corp = Corp.objects.create(name="bench")
    connecting.connect_app(
        corp=corp,
        name="bench",
        corpid=access.corpid,
        agent_id=access.agent_id,
        secret=access.secret,
        api_base=address,
        sandbox=True,
        by=SYSTEM,
    )
    return corp


def _sync(corp: Corp) -> dict[str, Any]:
    """House and tags first, which are small; the figures are of the customers' run."""
    for kind in asking.ORDER[:2]:
        _run(corp, kind)
    began = time.perf_counter()
    run = _run(corp, SyncRun.Kind.CUSTOMERS)
    seconds = time.perf_counter() - began
    counts = {name: run.report[name] for name in ("new", "changed", "same", "ended", "refused", "failed")}
    # Kilobytes, on Linux: the most that this process ever had.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "pages": run.pages, "mb": most, "spent": run.spent, **counts}


def _run(corp: Corp, kind: str) -> SyncRun:
    run = leases.take(asking.ask(corp_id=corp.pk, kind=kind, by=SYSTEM).pk)
    if run is None:
        raise SystemExit("the run could not be taken")
    running.work(run, stopping=threading.Event())
    run.refresh_from_db()
    if run.state != SyncRun.State.DONE:
        raise SystemExit(f"{kind}: {run.state} {run.last_error}")
    return run
