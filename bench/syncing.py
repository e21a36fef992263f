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
    corp = connect(address, access)
    found = {"first": _sync(corp), "again": _sync(corp)}
    sys.stdout.write(json.dumps(found) + "\n")


def connect(address: str, access: Access) -> Corp:
    """A company of this sandbox's, with its callbacks."""
    corp = Corp.objects.create(name="bench")
    connecting.connect_app(
        corp=corp,
        name="bench",
        corpid=access.corpid,
        agent_id=access.agent_id,
        secret=access.secret,
        callback_token=access.token,
        callback_key=access.aes_key,
        api_base=address,
        sandbox=True,
        by=SYSTEM,
    )
    return corp


def _sync(corp: Corp) -> dict[str, Any]:
    """House and tags first, which are small; the figures are of the customers' run."""
    for kind in asking.ORDER[:2]:
        run(corp, kind)
    began = time.perf_counter()
    done = run(corp, SyncRun.Kind.CUSTOMERS)
    seconds = time.perf_counter() - began
    counts = {name: done.report[name] for name in ("new", "changed", "same", "ended", "refused", "failed")}
    # Kilobytes, on Linux: the most that this process ever had.
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "pages": done.pages, "mb": most, "spent": done.spent, **counts}


def run(corp: Corp, kind: str) -> SyncRun:
    """A sync of one kind, to its end. Raises SystemExit where it fails."""
    taken = leases.take(asking.ask(corp_id=corp.pk, kind=kind, by=SYSTEM).pk)
    if taken is None:
        raise SystemExit("the run could not be taken")
    running.work(taken, stopping=threading.Event())
    taken.refresh_from_db()
    if taken.state != SyncRun.State.DONE:
        raise SystemExit(f"{kind}: {taken.state} {taken.last_error}")
    return taken
