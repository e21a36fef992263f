"""Who did what to a transfer, kept with it."""

from core.time import now, to_wire
from corps.actors import Actor
from customers.models import TransferJob

_KEPT = 50


def note(job: TransferJob, act: str, by: Actor) -> None:
    """Keep an act in the report of a (locked) job."""
    done = [*job.report.get("acts", []), {"act": act, "by": by.label, "at": to_wire(now())}]
    job.report = job.report | {"acts": done[-_KEPT:]}
    job.save(update_fields=["report", "update_time"])
