"""The demo's segments: four that ask, and a list."""

from typing import Any

from corps.actors import SYSTEM
from corps.models import Corp
from customers.models import Customer, Stage
from segments import catalogue
from segments.models import Segment, SegmentRun
from segments.refreshing import working

BY: Any = {"by": SYSTEM, "source": "system"}
CITIES = ["北京", "上海", "广州", "深圳"]
LISTED = 20
RECENT: Any = {"field": "addTime", "op": "within", "value": {"days": 90}}
SILENT: Any = {"not": {"some": "followUp", "where": {"field": "happenedAt", "op": "within", "value": {"days": 90}}}}
SHARED: Any = {
    "some": "relation",
    "where": {"field": "status", "op": "is", "value": 1},
    "count": {"op": "atLeast", "value": 2},
}


def add(corp: Corp) -> None:
    """Write them, and count their members, unless there are some."""
    if Segment.objects.of_corp(corp.pk).exists():
        return
    _asking(corp, "近 90 天新客", "最近 90 天添加的客户", RECENT)
    _asking(corp, "一线城市", "北京、上海、广州、深圳的客户", {"field": "city", "op": "in", "value": CITIES})
    _asking(corp, "多人跟进", "有两位及以上同事在跟进的客户", SHARED)
    _asking(corp, "成交后未回访", "已成交，近 90 天没有跟进记录", {"all": [_won(corp), SILENT]})
    first = Customer.objects.of_corp(corp.pk).alive().order_by("external_userid").values_list("pk", flat=True)
    about: Any = {"name": "答谢会名单", "description": "答谢会邀请的客户"}
    catalogue.create_list(corp_id=corp.pk, customer_ids=list(first[:LISTED]), **about, **BY)
    for run in SegmentRun.objects.of_corp(corp.pk).filter(open_mark=1):
        working.work(run.pk)


def _asking(corp: Corp, name: str, description: str, where: Any) -> None:
    condition = {"version": 1, "where": where}
    catalogue.create_segment(corp_id=corp.pk, name=name, description=description, condition=condition, **BY)


def _won(corp: Corp) -> Any:
    won = Stage.objects.of_corp(corp.pk).filter(outcome="won").values_list("pk", flat=True)
    return {"field": "stage", "op": "in", "value": list(won)} if won else {"field": "stage", "op": "set"}
