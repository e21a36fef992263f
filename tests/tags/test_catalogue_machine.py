"""The rules of the catalogue against a model of plain dictionaries, over whatever acts hypothesis thinks of."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from core.errors import RuleViolation
from corps.actors import SYSTEM
from corps.models import Corp
from messaging.models import OutboxEvent
from tags import catalog, grouping, ordering
from tags.models import Tag, TagGroup
from tests import make
from tests.tags.catalogue_model import Catalogue, Refused, Thing

LIMIT = 6
AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}
# Few enough to collide; the spaces fall away, the cases and the emoji stay apart.
NAMES = st.sampled_from(["甲", "乙", " 甲 ", "vip", "VIP", "😀", "😁", "长" * 30, "长" * 31, " ", "a\nb"])
PLACES = st.one_of(st.none(), st.integers(0, 4))
NTH = st.integers(0, 40)
VERSIONS = st.sampled_from(["unasked", "unasked", "seen", "stale"])


class CatalogueMachine(RuleBasedStateMachine):
    """One company; each rule does the same act to the database and to the model and compares what came of it."""

    def __init__(self) -> None:
        super().__init__()
        self.corp = make.corp()
        self.model = Catalogue(LIMIT)

    # --- How the two are compared ---

    def both(self, real: Callable[[], Any], told: Callable[[Any], None]) -> None:
        """Do the act to the database, then to the model; what one refuses the other refuses, for the same reason."""
        before, shown = self.stored(), self.shown()
        version = self.catalogue_version()
        try:
            result = real()
        except RuleViolation as refusal:
            assert self.stored() == before
            assert self.catalogue_version() == version
            with pytest.raises(Refused, match=f"^{refusal.code}$"):
                told(None)
            return
        told(result)
        # What customers show of a tag is cached under the catalogue's version.
        if any(self.shown().get(pk) != what for pk, what in shown.items()):
            assert self.catalogue_version() > version

    def catalogue_version(self) -> int:
        return Corp.objects.values_list("tags_version", flat=True).get(pk=self.corp.pk)

    def stored(self) -> tuple[dict[int, Thing], dict[int, Thing], int]:
        groups = {
            g.pk: Thing(g.name, g.order, None, g.version, g.deleted_at is None)
            for g in TagGroup.objects.of_corp(self.corp.pk)
        }
        tags = {
            t.pk: Thing(t.name, t.order, t.group_id, t.version, t.deleted_at is None, t.merged_into_id)
            for t in Tag.objects.of_corp(self.corp.pk)
        }
        return groups, tags, OutboxEvent.objects.filter(corp_id=self.corp.pk).count()

    def shown(self) -> dict[int, tuple[str, int]]:
        living = Tag.objects.of_corp(self.corp.pk).live()
        return {pk: (name, group) for pk, name, group in living.values_list("pk", "name", "group_id")}

    def nth(self, things: dict[int, Thing], n: int) -> int:
        return sorted(things)[n % len(things)]

    def a_version(self, thing: Thing, which: str) -> int | None:
        return {"unasked": None, "seen": thing.version, "stale": thing.version + 7}[which]

    # --- Acts ---

    @rule(name=NAMES, order=PLACES, names=st.lists(NAMES, max_size=3))
    def create_group(self, name: str, order: int | None, names: list[str]) -> None:
        def told(group: TagGroup | None) -> None:
            pks = group.tags.order_by("id").values_list("pk", flat=True) if group else range(-len(names), 0)
            self.model.create_group(group.pk if group else 0, list(pks), name, order, names)

        self.both(
            lambda: grouping.create_group(corp_id=self.corp.pk, name=name, order=order, tag_names=names, **AS), told
        )

    @precondition(lambda self: self.model.groups)
    @rule(n=NTH, name=NAMES, order=PLACES)
    def create_tag(self, n: int, name: str, order: int | None) -> None:
        group = self.nth(self.model.groups, n)
        self.both(
            lambda: catalog.create_tag(group=TagGroup.objects.get(pk=group), name=name, order=order, **AS),
            lambda tag: self.model.create_tag(tag.pk if tag else -1, group, name, order),
        )

    @precondition(lambda self: self.model.tags)
    @rule(n=NTH, name=st.one_of(st.none(), NAMES), order=PLACES, which=VERSIONS)
    def update_tag(self, n: int, name: str | None, order: int | None, which: str) -> None:
        pk = self.nth(self.model.tags, n)
        thing = self.model.tags[pk]
        version, tag = self.a_version(thing, which), Tag.objects.get(pk=pk)
        self.both(
            lambda: catalog.update_tag(tag=tag, name=name, order=order, if_version=version, **AS),
            lambda _row: self.model.update(thing, name, order, version),
        )

    @precondition(lambda self: self.model.groups)
    @rule(n=NTH, name=st.one_of(st.none(), NAMES), order=PLACES, which=VERSIONS)
    def update_group(self, n: int, name: str | None, order: int | None, which: str) -> None:
        pk = self.nth(self.model.groups, n)
        thing = self.model.groups[pk]
        version, group = self.a_version(thing, which), TagGroup.objects.get(pk=pk)
        self.both(
            lambda: grouping.update_group(group=group, name=name, order=order, if_version=version, **AS),
            lambda _row: self.model.update(thing, name, order, version),
        )

    @precondition(lambda self: self.model.tags)
    @rule(n=NTH, where=NTH, which=VERSIONS)
    def move_tag(self, n: int, where: int, which: str) -> None:
        pk, group = self.nth(self.model.tags, n), self.nth(self.model.groups, where)
        thing = self.model.tags[pk]
        version, tag, home = self.a_version(thing, which), Tag.objects.get(pk=pk), TagGroup.objects.get(pk=group)
        self.both(
            lambda: catalog.move_tag(tag=tag, group=home, if_version=version, **AS),
            lambda _row: self.model.move(thing, group, version),
        )

    @precondition(lambda self: self.model.tags)
    @rule(n=NTH, which=VERSIONS)
    def delete_tag(self, n: int, which: str) -> None:
        pk = self.nth(self.model.tags, n)
        thing = self.model.tags[pk]
        version, tag = self.a_version(thing, which), Tag.objects.get(pk=pk)
        self.both(
            lambda: catalog.delete_tag(tag=tag, if_version=version, **AS),
            lambda _row: self.model.delete_tag(thing, version),
        )

    @precondition(lambda self: len(self.model.living_groups()) > 1)
    @rule(n=NTH, which=VERSIONS)
    def delete_group(self, n: int, which: str) -> None:
        pk = self.nth(self.model.groups, n)
        version, group = self.a_version(self.model.groups[pk], which), TagGroup.objects.get(pk=pk)
        self.both(
            lambda: grouping.delete_group(group=group, if_version=version, **AS),
            lambda _row: self.model.delete_group(pk, version),
        )

    @precondition(lambda self: self.model.tags)
    @rule(n=NTH, other=NTH, which=VERSIONS)
    def merge_tag(self, n: int, other: int, which: str) -> None:
        pk, into = self.nth(self.model.tags, n), self.nth(self.model.tags, other)
        thing = self.model.tags[pk]
        version, tag, heir = self.a_version(thing, which), Tag.objects.get(pk=pk), Tag.objects.get(pk=into)
        self.both(
            lambda: catalog.merge_tag(tag=tag, into=heir, if_version=version, **AS),
            lambda _row: self.model.merge(thing, into, version),
        )

    @precondition(lambda self: self.model.groups)
    @rule(n=NTH, data=st.data())
    def order_tags(self, n: int, data: st.DataObject) -> None:
        group = self.nth(self.model.groups, n)
        pks = data.draw(self.some_order(self.model.living_tags(group)))
        self.both(
            lambda: ordering.order_tags(group=TagGroup.objects.get(pk=group), tag_ids=pks, **AS),
            lambda _rows: self.model.order_tags(group, pks),
        )

    @precondition(lambda self: self.model.groups)
    @rule(data=st.data())
    def order_groups(self, data: st.DataObject) -> None:
        pks = data.draw(self.some_order(self.model.living_groups()))
        self.both(
            lambda: ordering.order_groups(corp_id=self.corp.pk, group_ids=pks, **AS),
            lambda _rows: self.model.put_in_order(self.model.living_groups(), pks),
        )

    def some_order(self, things: dict[int, Thing]) -> st.SearchStrategy[list[int]]:
        """Each of them once, or nearly so."""
        right = st.permutations(sorted(things))
        wrong = st.lists(st.sampled_from([*sorted(things), 10**9]), max_size=len(things) + 1)
        return st.one_of(right, right, wrong)

    # --- What always holds ---

    @invariant()
    def the_database_is_as_the_model(self) -> None:
        assert self.stored() == (self.model.groups, self.model.tags, self.model.told)

    @invariant()
    def names_are_unique_among_the_living(self) -> None:
        groups = [g.name for g in self.model.living_groups().values()]
        tags = [(t.group, t.name) for t in self.model.living_tags().values()]
        assert len(set(groups)) == len(groups) <= LIMIT
        assert len(set(tags)) == len(tags)

    @invariant()
    def no_living_tag_is_in_an_ended_group(self) -> None:
        assert {t.group for t in self.model.living_tags().values()} <= set(self.model.living_groups())

    def teardown(self) -> None:
        """Whoever has only ever heard the events knows the same catalogue, but for the names and places."""
        heard: dict[str, dict[int, Thing]] = {"tag": {}, "tag_group": {}}
        for event in OutboxEvent.objects.filter(corp_id=self.corp.pk).order_by("id"):
            hear(heard[event.aggregate_type], event.name.split(".")[1], event.payload)
        groups, tags, _events = self.stored()
        for kind, stored in (("tag_group", groups), ("tag", tags)):
            plain = {pk: Thing("", 0, t.group, t.version, t.living, t.heir) for pk, t in stored.items()}
            assert heard[kind] == plain


def hear(known: dict[int, Thing], verb: str, payload: dict[str, Any]) -> None:
    """Apply one event as a reader in another service would."""
    pk, data = payload["aggregateId"], payload["data"]
    if verb == "created":
        assert pk not in known
        known[pk] = Thing("", 0, version=0)
    thing = known[pk]
    assert thing.living
    # Without a gap, so that a reader can tell that it has missed one.
    assert payload["aggregateVersion"] == thing.version + 1
    thing.version = payload["aggregateVersion"]
    thing.group = data["groupId"] if "tagId" in data else None
    thing.living = verb in ("created", "updated")
    thing.heir = data.get("intoTagId")
    assert set(data.get("changed", ())) <= {"name", "order", "groupId"}


@pytest.mark.slow
def test_any_sequence_of_acts_leaves_the_catalogue_that_the_model_says(db: None, settings_of_tags: None) -> None:
    run_state_machine_as_test(
        CatalogueMachine,
        settings=settings(
            max_examples=18, stateful_step_count=22, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.fixture
def settings_of_tags(settings: Any) -> None:
    settings.TAG_LIMIT = LIMIT
