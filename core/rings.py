"""What a server has loaded is kept apart from the rings that its answers leave behind."""

import gc

from django.urls import get_resolver


def keep_apart() -> None:
    """Load what answers need, and let the garbage collector pass over all of it from now on. Once, as a server starts.

    An answer of the REST framework ends as a ring: the view knows its request, the request its view, and the answer's
    body hangs on them. Only the collector frees it, and one that lived through two rounds waits for a full one. Python
    puts those off until what waits is a quarter of all it watches, hundreds of old answers in a process of our size;
    then it goes through every module, class and model while all threads stand still (docs/benchmarks.md).
    """
    # The first request would load them, and with them each view and its serializers.
    list(get_resolver().url_patterns)
    gc.collect()
    gc.freeze()
    # The quarter is reckoned from what the last full round left to watch: nothing now.
    gc.collect()
