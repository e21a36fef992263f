"""The timetable's clock: any number may be started, one ticks."""

import math
import time
from typing import Any

from django.db import DatabaseError, InterfaceError, connections
from django_celery_beat.schedulers import DatabaseScheduler, logger

from core.named_locks import NamedLocks

LEASE = "beat"
# How long a stand-by waits before it looks again.
STANDBY = 1.0
# In which a change that was stamped is surely stored.
SETTLING = 2.0


class LeasedScheduler(DatabaseScheduler):
    """A DatabaseScheduler that sends only while it holds the lease, a named lock on a database connection of its own.

    The lock goes with the process, so a killed beat is followed within seconds. The follower reads the timetable anew:
    what its forerunner has sent is in there, because each sending is written down at once (``beat_sync_every`` of 1).
    """

    _last_timestamp: Any
    _look_again = math.inf

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._line = connections.create_connection("default")
        self._locks = NamedLocks(self._line)
        self._leads = False
        super().__init__(*args, **kwargs)

    def setup_schedule(self) -> None:
        """Only the leader writes the first timetable; see ``_take_over``."""

    def update_from_dict(self, mapping: dict[str, Any]) -> None:
        """Add the entries that the database doesn't know. Known ones are the operators' to change, or to switch off."""
        known = set(self.Model.objects.filter(name__in=mapping).values_list("name", flat=True))
        super().update_from_dict({name: entry for name, entry in mapping.items() if name not in known})

    def tick(self, *args: Any, **kwargs: Any) -> float:
        try:
            if not self._lead():
                return STANDBY
        except (DatabaseError, InterfaceError) as error:
            self._stand_back(error)
            return STANDBY
        return super().tick(*args, **kwargs)

    def schedule_changed(self) -> bool:
        """Whether the timetable may be another than the one that was read.

        The first stamp of a change that there ever is counts too, which the library takes for known. And as each stamp
        is stored before the change that it tells of, there is one more look a while after it.
        """
        known = self._last_timestamp
        super().schedule_changed()
        if self._last_timestamp != known:
            self._look_again = time.monotonic() + SETTLING
            return True
        due = time.monotonic() >= self._look_again
        self._look_again = math.inf if due else self._look_again
        return due

    def sync(self) -> None:
        """Write down what was sent; a stand-by has sent nothing and would overwrite what the leader wrote."""
        if self._leads:
            super().sync()

    def close(self) -> None:
        super().close()
        self._locks.release()
        self._line.close()

    def _lead(self) -> bool:
        # Asked of the server at each tick: a lock that went with its connection must not be believed in.
        if self._leads and LEASE in self._locks.taken([LEASE]) and LEASE in self._locks.held:
            return True
        self._locks.take([LEASE])
        self._leads = LEASE in self._locks.held
        if self._leads:
            self._take_over()
        return self._leads

    def _take_over(self) -> None:
        logger.info("beat: this one keeps the time now")
        self._initial_read, self._heap = True, None
        self._dirty.clear()
        super().setup_schedule()

    def _stand_back(self, error: Exception) -> None:
        logger.warning("beat: the database is away (%s)", type(error).__name__)
        self._leads = False
        self._line.close()
