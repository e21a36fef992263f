"""What WeCom said of a pair, in eight bytes: the same again is known by them, and need not be looked at."""

from hashlib import blake2b

import orjson

from wecom.mapping import Json

# To be raised whenever the same answer is understood differently, or compared differently, than before.
RULES = 1
_SALT = b"pair %d" % RULES


def of(entry: Json) -> int | None:
    """Of an entry of ``batch/get_by_user``; None for one that can't be written as JSON."""
    try:
        told = orjson.dumps(entry, option=orjson.OPT_SORT_KEYS)
    except TypeError:
        return None
    return int.from_bytes(blake2b(told, digest_size=8, salt=_SALT).digest(), signed=True)
