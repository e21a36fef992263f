"""The demo's rules that tag: two in force, of an event and of a day, and a draft to be tried."""

from typing import Any

from corps.actors import SYSTEM
from corps.models import Corp
from segments.models import RuleRun, TagRule
from segments.rules import changing, jobs, states, working
from tags.models import Tag

BY: Any = {"by": SYSTEM, "source": "system"}


def add(corp: Corp) -> None:
    """Write them, and bring two into force by the way that everybody goes: tried first."""
    tags = list(Tag.objects.of_corp(corp.pk).live().order_by("pk").values_list("pk", flat=True)[:2])
    if len(tags) < 2:
        return
    new, asking = ([{"do": "addTags", "tagIds": [tag]}] for tag in tags)
    call = [{"do": "followUp", "content": "添加满 30 天，回访一次"}]
    month = {"kind": "daily", "hour": 9, "reached": "added", "days": 30}
    _activate(_write(corp, "新客打标", {"kind": "followed"}, new))
    _activate(_write(corp, "满 30 天回访", month, call))
    _write(corp, "询价客户", {"kind": "keyword", "words": ["价格", "报价", "多少钱"]}, asking)


def _write(corp: Corp, name: str, trigger: dict[str, Any], actions: list[dict[str, Any]]) -> TagRule:
    return changing.create_rule(corp_id=corp.pk, name=name, trigger=trigger, actions=actions, **BY)


def _activate(rule: TagRule) -> None:
    run = jobs.begin_trial(rule=rule, **BY)
    while working.work(run.pk):
        pass
    if RuleRun.objects.get(pk=run.pk).state == RuleRun.State.DONE:
        states.activate(rule=TagRule.objects.get(pk=rule.pk), **BY)
