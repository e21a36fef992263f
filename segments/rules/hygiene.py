"""What has gathered dust among tags and rules: unused, called the same, near the limit, silent, at odds."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings

from core.time import now
from segments.models import RuleEffect, RuleVersion, TagRule
from tags.models import Tag

# From this share of the tags that a company may have on, the limit is near.
NEAR = 0.9
SILENT = dt.timedelta(days=90)
LATELY = dt.timedelta(days=30)
MOST = 100


@dataclass(frozen=True, slots=True)
class Odds:
    """Two active rules of which one puts a tag that the other takes off. ``customers``: whom both changed lately."""

    adds_id: int
    removes_id: int
    tag_id: int
    customers: int = 0


@dataclass(slots=True)
class Hygiene:
    """Attributes:
    unused: how many living tags nobody has, and the first of them.
    same_name: tags of one name, told by the name as it is read.
    silent: active rules that have done nothing for a season.
    """

    tags: int = 0
    limit: int = 0
    near_limit: bool = False
    unused_count: int = 0
    unused: list[Tag] = field(default_factory=list)
    same_name: list[list[Tag]] = field(default_factory=list)
    silent: list[TagRule] = field(default_factory=list)
    odds: list[Odds] = field(default_factory=list)


def of(corp_id: int) -> Hygiene:
    """The company's, by a fixed number of statements but for rules at odds, of which each pair is asked."""
    tags = list(Tag.objects.of_corp(corp_id).live().select_related("group").order_by("name", "pk"))
    unused = [tag for tag in tags if tag.counted_at and not tag.use_count]
    return Hygiene(
        tags=len(tags),
        limit=settings.TAG_LIMIT,
        near_limit=len(tags) >= NEAR * settings.TAG_LIMIT,
        unused_count=len(unused),
        unused=unused[:MOST],
        same_name=_same(tags),
        silent=_silent(corp_id),
        odds=list(islice(_odds(corp_id), MOST)),
    )


def _same(tags: list[Tag]) -> list[list[Tag]]:
    by_name: dict[str, list[Tag]] = defaultdict(list)
    for tag in tags:
        by_name["".join(tag.name.split()).casefold()].append(tag)
    return [same for same in by_name.values() if len(same) > 1][:MOST]


def _silent(corp_id: int) -> list[TagRule]:
    since = now() - SILENT
    active = TagRule.objects.of_corp(corp_id).filter(state=TagRule.State.ACTIVE, create_time__lt=since)
    busy = RuleEffect.objects.filter(rule__in=active, at__gte=since).values("rule_id")
    return list(active.exclude(pk__in=busy).order_by("order", "pk")[:MOST])


def _odds(corp_id: int) -> Iterator[Odds]:
    rules = TagRule.objects.of_corp(corp_id).filter(state=TagRule.State.ACTIVE)
    live = {(rule.pk, rule.live_number) for rule in rules}
    adds: dict[int, set[int]] = defaultdict(set)
    removes: dict[int, set[int]] = defaultdict(set)
    for said in RuleVersion.objects.filter(rule__in=rules):
        for action in said.actions if (said.rule_id, said.number) in live else ():
            for tag in action.get("tagIds", ()):
                (adds if action["do"] == "addTags" else removes)[tag].add(said.rule_id)
    for tag in sorted(adds.keys() & removes.keys()):
        for one in sorted(adds[tag]):
            for other in sorted(removes[tag] - {one}):
                yield Odds(one, other, tag, _both(one, other))


def _both(one: int, other: int) -> int:
    since = now() - LATELY
    by_other = RuleEffect.objects.filter(rule_id=other, at__gte=since).values("customer_id")
    both = RuleEffect.objects.filter(rule_id=one, at__gte=since, customer_id__in=by_other)
    return both.values("customer_id").distinct().count()
