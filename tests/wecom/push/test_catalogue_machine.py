"""One catalogue changed from both sides at once, in any order: in the end both have the same."""

import random
from contextlib import suppress
from typing import Any

import pytest

from core.errors import RuleViolation
from core.time import now
from messaging.models import Command
from tags import catalog, grouping, ordering
from tags.models import Tag, TagGroup
from tests.wecom import comparing, sandboxed
from tests.wecom.push.conftest import BY_HAND, Shop, opened
from wecom.sandbox.state import Impossible

NAMES = ["甲", "乙", "丙", "丁", "戊", "VIP", "vip"]
GROUPS = ["等级", "城市", "渠道"]
STEPS = 80


class Both:
    """WeCom's administrators on one side, ours on the other, and the mirror between them."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.shop: Shop = opened(1)
        self.company = self.shop.box.company
        # Making is more frequent than ending: there is to be something to disagree about.
        self.acts = [
            *[self.they_add, self.we_create, self.read] * 4, *[self.they_add_a_group, self.we_create_a_group] * 2,
            *[self.push, self.they_rename, self.we_rename, self.we_order] * 2, self.they_rename_a_group,
            self.we_rename_the_group, self.they_delete, self.we_delete, self.they_delete_a_group,
            self.we_delete_a_group, self.they_shuffle, self.we_merge,
        ]  # fmt: skip

    def step(self) -> None:
        # Somebody was faster, or the name is taken: so it goes.
        with suppress(RuleViolation, Impossible):
            self.random.choice(self.acts)()

    # --- There ---

    def they_add(self) -> None:
        group = self._one(self.company.living_groups())
        self.company.add_tag(group.id, self._name(), order=self.random.randrange(3))

    def they_add_a_group(self) -> None:
        self.company.add_tag_group(self.random.choice(GROUPS), [self._name()])

    def they_rename(self) -> None:
        self.company.rename_tag(self._one(self._theirs()).id, self._name())

    def they_rename_a_group(self) -> None:
        self.company.rename_group(self._one(self.company.living_groups()).id, self.random.choice(GROUPS))

    def they_delete(self) -> None:
        self.company.delete_tag(self._one(self._theirs()).id)

    def they_delete_a_group(self) -> None:
        self.company.delete_group(self._one(self.company.living_groups()).id)

    def they_shuffle(self) -> None:
        self.company.shuffle(self._one(self.company.living_groups()).id)

    # --- Here ---

    def we_create(self) -> None:
        catalog.create_tag(group=self._one(self._groups()), name=self._name(), **BY_HAND)

    def we_create_a_group(self) -> None:
        names = self.random.sample(NAMES, self.random.randrange(3))
        name = self.random.choice(GROUPS)
        grouping.create_group(corp_id=self.shop.corp_id, name=name, tag_names=names, **BY_HAND)

    def we_rename(self) -> None:
        catalog.update_tag(tag=self._one(self._tags()), name=self._name(), **BY_HAND)

    def we_rename_the_group(self) -> None:
        grouping.update_group(group=self._one(self._groups()), name=self.random.choice(GROUPS), **BY_HAND)

    def we_delete(self) -> None:
        catalog.delete_tag(tag=self._one(self._tags()), **BY_HAND)

    def we_delete_a_group(self) -> None:
        grouping.delete_group(group=self._one(self._groups()), **BY_HAND)

    def we_merge(self) -> None:
        catalog.merge_tag(tag=self._one(self._tags()), into=self._one(self._tags()), **BY_HAND)

    def we_order(self) -> None:
        group = self._one(self._groups())
        ids = list(group.tags.live().values_list("pk", flat=True))
        self.random.shuffle(ids)
        ordering.order_tags(group=group, tag_ids=ids, **BY_HAND)

    # --- Between ---

    def push(self) -> None:
        Command.objects.filter(state="waiting").update(due_at=now())
        self.shop.push()

    def read(self) -> None:
        self.shop.box.sync("tags")

    def come_to_rest(self) -> None:
        for _ in range(4):
            self.push()
            self.read()

    def _one(self, rows: list[Any]) -> Any:
        if not rows:
            raise Impossible("there is none")
        return self.random.choice(rows)

    def _name(self) -> str:
        return self.random.choice(NAMES)

    def _theirs(self) -> list[Any]:
        return [tag for group in self.company.living_groups() for tag in self.company.tags_of(group.id)]

    def _groups(self) -> list[TagGroup]:
        return list(TagGroup.objects.of_corp(self.shop.corp_id).live().order_by("pk"))

    def _tags(self) -> list[Tag]:
        return list(Tag.objects.of_corp(self.shop.corp_id).live().order_by("pk"))


@pytest.mark.parametrize("seed", range(6))
def test_whatever_both_sides_do_they_end_with_one_catalogue(db: None, settings: Any, seed: int) -> None:
    settings.SYNC_CALLS_AT_ONCE = 1
    both = Both(seed)
    try:
        for _ in range(STEPS):
            both.step()
            _names_are_each_its_own(both)
        both.come_to_rest()
        _names_are_each_its_own(both)
        if both._theirs():
            # What WeCom refused is of nobody but us, and is seen as such.
            refused = {command.subject.get("tagId") for command in Command.objects.filter(state="dead")}
            unsent = {tag.pk for tag in both._tags() if tag.wecom_id is None}
            assert unsent <= refused
            ours = {key: what for key, what in comparing.catalogue(both.shop.box.corp).items() if key}
            assert ours == comparing.true_catalogue(both.company.truth())
        assert not Command.objects.filter(state="waiting").exists()
    finally:
        sandboxed.disconnect()


def _names_are_each_its_own(both: Both) -> None:
    groups = [group.name for group in both._groups()]
    tags = [(tag.group_id, tag.name) for tag in both._tags()]
    assert len(set(groups)) == len(groups)
    assert len(set(tags)) == len(tags)
