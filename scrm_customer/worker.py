"""The worker's part that reads the task queue."""

from celery.worker.consumer import Consumer


class PlainConsumer(Consumer):
    """Celery's consumer without its delay queues.

    For a quorum queue it would declare 28 queues of its own, for tasks with a countdown. This service has none: what
    must wait is a row with a due time (docs/decisions/0009-celery-queues.md).
    """

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc,valid-type]
        default_steps = [step for step in Consumer.Blueprint.default_steps if "delayed_delivery" not in str(step)]
