"""Which customers changed since the bitmaps were brought into step.

Every change of a customer, its relations or tags sets ``update_time`` from the clock of whoever makes it, and becomes
visible a little later. To look from the last folded change on would miss what was stamped before it and committed
after, so we look ``MARGIN`` further back, and leave out what is known to be folded: the same customer at the same time.
A change is missed only where the length of its transaction and the difference of two machines' clocks come to more than
``MARGIN`` together; the nightly check (checking.py) would find it.
"""

import datetime as dt
import zlib
from collections.abc import Iterable

import orjson
from django.db import connection

from core.sql import by_index, fetched
from core.time import now

MARGIN = dt.timedelta(minutes=5)
# More are not kept: the oldest are then folded once more.
RECENT = 50_000

# Customer and ``update_time``, as text.
Change = tuple[int, str]
# As text: there may be hundreds of them in each question, and to read times costs more than all the rest of it.
_CHANGED = """
SELECT id, CAST(update_time AS CHAR) FROM customer{} WHERE corp_id = %s AND update_time >= %s
ORDER BY update_time LIMIT %s"""
# MySQL looks at all ten indexes that begin with the company, for longer than it reads.
_INDEX = "ix_customer_updated"


def since(corp_id: int, watermark: dt.datetime, known: frozenset[Change], most: int) -> list[Change]:
    """What changed and is not known, in the order of time, ``most`` at most. Read from the index alone."""
    start = connection.ops.adapt_datetimefield_value(watermark - MARGIN)
    found = fetched(_CHANGED.format(by_index(_INDEX)), [corp_id, start, len(known) + most])
    return [change for change in found if change not in known][:most]


def advanced(watermark: dt.datetime, folded: Iterable[Change]) -> dt.datetime:
    """The watermark behind these: not the present time, for only the clocks that stamp changes matter. A clock that is
    ahead takes it no further than now."""
    return max(watermark, min(now(), max(map(moment, folded), default=watermark)))


def idle(watermark: dt.datetime) -> dt.datetime:
    """The watermark when nothing has changed since: it follows the clock, a margin behind, so that questions don't look
    through the last changes for ever. One margin is left for the folder's own clock. Only now and then."""
    start = now() - MARGIN
    return start if start > watermark + MARGIN else watermark


def moment(change: Change) -> dt.datetime:
    return dt.datetime.fromisoformat(change[1]).replace(tzinfo=dt.UTC)


def packed(known: Iterable[Change], watermark: dt.datetime) -> bytes:
    """Those that the margin still reaches, newest last."""
    start = str((watermark - MARGIN).replace(tzinfo=None))
    kept = sorted((change for change in known if change[1] >= start), key=lambda change: change[1])
    return zlib.compress(orjson.dumps(kept[-RECENT:]), 1)


def unpacked(data: bytes | memoryview) -> frozenset[Change]:
    return frozenset((ident, at) for ident, at in orjson.loads(zlib.decompress(data))) if data else frozenset()
