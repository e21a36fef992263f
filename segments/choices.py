from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    DYNAMIC = "dynamic", _("dynamic")
    STATIC = "static", _("static")


class RunState(models.TextChoices):
    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    # Readers see its members already; who asked for events is being told.
    TELLING = "telling", _("telling")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


class Reason(models.TextChoices):
    """Why all of a segment was asked anew. Stays that a run began or ended carry it as their cause."""

    CREATED = "created", pgettext_lazy("segment", "created")
    CHANGED = "changed", _("the condition was changed")
    DAY = "day", _("a new day")
    HAND = "hand", _("asked for by hand")
    EVENT = "event", _("something that concerns many changed")


# Causes of stays beside the names of events and the reasons above.
LISTED, UNLISTED = "listed", "unlisted"
# What people read for each of them.
CAUSES: dict[str, Any] = {
    **{reason.value: reason.label for reason in Reason},
    LISTED: pgettext_lazy("segment", "put on the list"),
    UNLISTED: pgettext_lazy("segment", "taken off the list"),
}
OPEN_RUNS = (RunState.QUEUED, RunState.RUNNING, RunState.TELLING)
