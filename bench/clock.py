"""The morning after the dataset's last day: what is asked about "yesterday" finds something there."""

import datetime as dt

import time_machine

from bench import dataset

END = dataset.END.replace(tzinfo=dt.UTC)
# In China half past eight: that day's figures of WeCom would be there.
MOMENT = END + dt.timedelta(minutes=30)


def stands() -> time_machine.travel:
    """A block in which the service's clock goes on from there; what measures has clocks of its own."""
    return time_machine.travel(MOMENT, tick=True)
