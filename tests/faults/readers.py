"""The readers of the fault tests: adding one is the plainest work that shows when it is done twice."""

from django.db.models import F

from messaging.inbox import Incoming
from tags.models import Tag


def count(event: Incoming) -> None:
    Tag.objects.filter(pk=event.data["tagId"]).update(use_count=F("use_count") + 1)


SUBSCRIPTIONS = {"fault.happened": ["tests.faults.readers.count"]}
KEPT: list[str] = []
