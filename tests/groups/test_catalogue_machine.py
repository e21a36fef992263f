"""The catalogue of group tags against plain dictionaries: what is refused, what is told, and what stands where."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from core.errors import RuleViolation
from corps.actors import SYSTEM
from groups import catalogue
from groups.models import GroupTag, GroupTagSet
from messaging.models import OutboxEvent
from tests import make

AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}
LIMIT = 5
# Few enough to collide; the blanks around fall away.
NAMES = st.sampled_from(["甲", "乙", " 甲 ", "vip", "VIP", "长" * 30, "长" * 31, " ", "a\nb"])
PLACES = st.one_of(st.none(), st.integers(0, 3))
NTH = st.integers(0, 20)


@dataclass
class Row:
    name: str
    order: int
    version: int = 1
    tags: dict[int, "Row"] = field(default_factory=dict)


def badly_named(name: str) -> bool:
    return not name.strip() or len(name.strip()) > 30 or "\n" in name


def taken(name: str, among: dict[int, Row]) -> bool:
    return any(row.name == name.strip() for row in among.values())


def behind_the_last(among: dict[int, Row], order: int | None) -> int:
    return order if order is not None else max((row.order for row in among.values()), default=-1) + 1


class Catalogue(RuleBasedStateMachine):
    """One company; each rule does the same act to the database and to the model."""

    def __init__(self) -> None:
        super().__init__()
        self.corp = make.corp()
        self.sets: dict[int, Row] = {}

    def told(self) -> int:
        return OutboxEvent.objects.filter(corp_id=self.corp.pk).count()

    def tried(self, act: Callable[[], Any], refused: str) -> Any:
        """What the act returns; None where it is refused as it should be, with nothing written or told."""
        before = self.told()
        try:
            done = act()
        except RuleViolation as refusal:
            assert (refusal.code, self.told()) == (refused, before)
            return None
        assert refused == ""
        return done

    def nth_set(self, nth: int) -> int:
        return list(self.sets)[nth % len(self.sets)]

    def nth_tag(self, nth: int) -> tuple[int, int] | None:
        pairs = [(home, tag) for home, row in self.sets.items() for tag in row.tags]
        return pairs[nth % len(pairs)] if pairs else None

    # --- Acts ---

    @rule(name=NAMES, order=PLACES)
    def add_a_set(self, name: str, order: int | None) -> None:
        refused = "name_invalid" if badly_named(name) else "group_tag_set_exists" if taken(name, self.sets) else ""
        row = self.tried(lambda: catalogue.create_set(corp_id=self.corp.pk, name=name, order=order, **AS), refused)
        if row:
            self.sets[row.pk] = Row(name.strip(), behind_the_last(self.sets, order))

    @precondition(lambda self: self.sets)
    @rule(nth=NTH, name=NAMES, order=PLACES)
    def add_a_tag(self, nth: int, name: str, order: int | None) -> None:
        home = self.nth_set(nth)
        tags = self.sets[home].tags
        refused = "name_invalid" if badly_named(name) else "group_tag_exists" if taken(name, tags) else ""
        if not refused and sum(len(row.tags) for row in self.sets.values()) >= LIMIT:
            refused = "group_tag_limit"
        row = GroupTagSet.objects.get(pk=home)
        tag = self.tried(lambda: catalogue.create_tag(set=row, name=name, order=order, **AS), refused)
        if tag:
            tags[tag.pk] = Row(name.strip(), behind_the_last(tags, order))

    @precondition(lambda self: self.sets)
    @rule(nth=NTH, name=st.one_of(st.none(), NAMES), order=PLACES, stale=st.booleans(), of_tag=st.booleans())
    def change(self, nth: int, name: str | None, order: int | None, stale: bool, of_tag: bool) -> None:
        pair = self.nth_tag(nth) if of_tag else None
        among = self.sets[pair[0]].tags if pair else self.sets
        pk = pair[1] if pair else self.nth_set(nth)
        mine, code = among[pk], "group_tag_exists" if pair else "group_tag_set_exists"
        others = {key: row for key, row in among.items() if key != pk}
        refused = "version_passed" if stale else ""
        if not refused and name is not None:
            refused = "name_invalid" if badly_named(name) else code if taken(name, others) else ""
        asked: dict[str, Any] = {"name": name, "order": order, "if_version": mine.version - stale} | AS
        if pair:
            done = self.tried(lambda: catalogue.update_tag(tag=GroupTag.objects.get(pk=pk), **asked), refused)
        else:
            done = self.tried(lambda: catalogue.update_set(set=GroupTagSet.objects.get(pk=pk), **asked), refused)
        if done is None:
            return
        wanted = (mine.name if name is None else name.strip(), mine.order if order is None else order)
        mine.version += wanted != (mine.name, mine.order)
        mine.name, mine.order = wanted

    @precondition(lambda self: self.sets)
    @rule(nth=NTH)
    def end_a_set(self, nth: int) -> None:
        home = self.nth_set(nth)
        refused = "group_tag_set_not_empty" if self.sets[home].tags else ""
        before = self.told()
        self.tried(lambda: catalogue.delete_set(set=GroupTagSet.objects.get(pk=home), **AS), refused)
        if not refused:
            assert self.told() == before + 1
            del self.sets[home]

    @precondition(lambda self: any(row.tags for row in self.sets.values()))
    @rule(nth=NTH)
    def end_a_tag(self, nth: int) -> None:
        home, tag = self.nth_tag(nth) or (0, 0)
        catalogue.delete_tag(tag=GroupTag.objects.get(pk=tag), **AS)
        del self.sets[home].tags[tag]

    # --- What holds always ---

    @invariant()
    def the_database_holds_the_same(self) -> None:
        sets = {
            row.pk: Row(row.name, row.order, row.version) for row in GroupTagSet.objects.filter(corp_id=self.corp.pk)
        }
        for tag in GroupTag.objects.filter(corp_id=self.corp.pk):
            sets[tag.set_id].tags[tag.pk] = Row(tag.name, tag.order, tag.version)
        assert sets == self.sets

    @invariant()
    def each_change_was_told_once(self) -> None:
        """As many events of a row as it has versions, under versions that leave no gap."""
        for kind, rows in (("group_tag_set", self.sets), ("group_tag", self.all_tags())):
            for pk, row in rows.items():
                told = OutboxEvent.objects.filter(aggregate_type=kind, aggregate_id=pk).order_by("id")
                assert list(told.values_list("aggregate_version", flat=True)) == list(range(1, row.version + 1))

    def all_tags(self) -> dict[int, Row]:
        return {pk: tag for row in self.sets.values() for pk, tag in row.tags.items()}


def test_the_catalogue_is_what_two_levels_of_dictionaries_would_be(db: None, settings: Any) -> None:
    settings.TAG_LIMIT = LIMIT
    run_state_machine_as_test(Catalogue, settings=_few())


def _few() -> Any:
    return settings(max_examples=8, stateful_step_count=15, deadline=None)
