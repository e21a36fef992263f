"""What events of corp tags lead to (page 96361): they say nothing of the new value, so the catalogue is read again."""

from collections.abc import Sequence

from core.failpoints import failpoint
from wecom import refreshing
from wecom.callbacks import claims
from wecom.callbacks.boxes import Box


def work(boxes: Sequence[Box]) -> None:
    """Work off a company's box of tags: one reading for however many events."""
    for box in boxes:
        # Tags of rule groups are in another catalogue, which only the app that made them reads.
        if any(not notice["strategyid"] for notice in box.notices):
            gone = {notice["id"] for notice in box.notices if notice.change == "delete"} - {""}
            refreshing.refresh_tags(corp_id=box.corp_id, source="callback", gone=gone)
        failpoint("callback.applied")
        claims.done(box.receipts)
