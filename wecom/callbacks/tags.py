"""What events of corp tags lead to (page 96361): they say nothing of the new value, so the catalogue is read again."""

from collections.abc import Sequence

from core.failpoints import failpoint
from tags.models import Tag
from wecom import refreshing
from wecom.callbacks import claims
from wecom.callbacks.boxes import Box


def work(boxes: Sequence[Box]) -> None:
    """Work off a company's box of tags: one reading for however many events."""
    for box in boxes:
        # Tags of rule groups are in another catalogue, which only the app that made them reads.
        if any(not notice["strategyid"] for notice in box.notices):
            refreshing.refresh_tags(corp_id=box.corp_id, source="callback", gone=_gone(box))
        failpoint("callback.applied")
        claims.done(box.receipts)


def _gone(box: Box) -> set[str]:
    """WeCom's ids of the groups that may be no more: those deleted, and those whose last tag may have been."""
    deleted = {notice["id"] for notice in box.notices if notice.change == "delete"} - {""}
    tags = Tag.objects.of_corp(box.corp_id).filter(wecom_id__in=deleted, group__wecom_id__isnull=False)
    of_groups = {notice["id"] for notice in box.notices if notice["tagtype"] == "tag_group"}
    return (deleted & of_groups) | {str(wecom_id) for wecom_id in tags.values_list("group__wecom_id", flat=True)}
