"""Any history at WeCom, heard of in any order, twice or never: after one complete reading the tables are the truth."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from corps.actors import SYSTEM
from customers import mirroring, search
from customers.choices import CustomerStatus, RelationStatus
from customers.facts import Ending
from customers.models import Customer, CustomerGram, CustomerTag, FollowRelation, RelationEpisode
from messaging.models import OutboxEvent
from tests import make
from tests.customers.mirroring.readings import day
from tests.customers.mirroring.upstream import Pair, Snapshot, Upstream, shown_stays, without_personal_tags

ACTIVE, BY_EMPLOYEE, BY_CUSTOMER, _BY_TRANSFER = (int(status) for status in RelationStatus)
CUSTOMERS, USERIDS = ["wmA", "wmB"], ["lina", "wang"]
# One pair most of the time: its stays are where mistakes hide.
KEYS = st.sampled_from([("wmA", "lina")] * 5 + [("wmA", "wang")] * 2 + [("wmB", "lina")])
FACTS = st.fixed_dictionaries(
    {
        "remark": st.sampled_from(["", "老张", "VIP"]),
        "remark_mobiles": st.sampled_from([(), ("138",)]),
        "state": st.sampled_from(["", "expo"]),
        "tags": st.sets(st.sampled_from(["etA", "etB"])).map(lambda tags: tuple(sorted(tags))),
        "personal_tags": st.sampled_from([(), (("own", "tennis"),)]),
    }
)


class MirrorMachine(RuleBasedStateMachine):
    """Two customers, three employees. What is read or told is put on a pile and delivered from anywhere in it."""

    def __init__(self) -> None:
        super().__init__()
        for table in (CustomerTag, RelationEpisode, FollowRelation, CustomerGram, Customer, OutboxEvent):
            table.objects.all().delete()
        self.corp = make.corp()
        group = make.group(self.corp)
        self.tags = {name: make.tag(group, wecom_id=name).pk for name in ("etA", "etB")}
        self.upstream = Upstream(CUSTOMERS, USERIDS)
        self.ticket = 0
        self.pile: list[Snapshot | Ending] = []
        # Endings by the customer that are still owed: nothing else tells of them.
        self.owed: list[Ending] = []
        self.seen: set[tuple[str, str, Any]] = set()
        # Endings by the customer of stays that were known when they were told.
        self.heard: list[tuple[int, int, Any, Any]] = []

    # --- At WeCom ---

    @rule(key=KEYS, facts=FACTS)
    def add(self, key: tuple[str, str], facts: dict[str, Any]) -> None:
        self.upstream.add(key, facts)

    @rule(key=KEYS, facts=FACTS)
    def edit(self, key: tuple[str, str], facts: dict[str, Any]) -> None:
        self.upstream.pairs[key].facts = facts

    @rule(customer=st.sampled_from(CUSTOMERS), name=st.sampled_from(["张三", "李四", "张四"]))
    def rename(self, customer: str, name: str) -> None:
        self.upstream.names[customer] = name

    @rule(key=KEYS, at_once=st.booleans())
    def leave(self, key: tuple[str, str], at_once: bool) -> None:
        if ending := self.upstream.leave(key):
            self.owed.append(ending)
            self.tell(ending, at_once)

    @rule(key=KEYS, how=st.sampled_from(["employee", "transfer"]), heard=st.sampled_from(["never", "late", "at once"]))
    def remove(self, key: tuple[str, str], how: str, heard: str) -> None:
        if (ending := self.upstream.remove(key, how)) and heard != "never":
            self.tell(ending, heard == "at once")

    @rule(key=KEYS, facts=FACTS)
    def add_again_unseen_and_leave(self, key: tuple[str, str], facts: dict[str, Any]) -> None:
        self.remove(key, "employee", "at once")
        self.add(key, facts)
        self.leave(key, True)

    @rule(customers=st.sampled_from([["wmA"], ["wmB"], CUSTOMERS]), whole=st.booleans(), batch=st.booleans())
    def read(self, customers: list[str], whole: bool, batch: bool) -> None:
        snapshot = self.take(customers, whole=whole)
        self.pile.append(without_personal_tags(snapshot) if batch else snapshot)

    @rule(whole=st.booleans())
    def read_and_deliver(self, whole: bool) -> None:
        self.apply(self.take(CUSTOMERS, whole=whole))

    # --- On the way ---

    @precondition(lambda self: self.pile)
    @rule(n=st.integers(0, 50), again=st.booleans())
    def deliver(self, n: int, again: bool) -> None:
        thing = self.pile[n % len(self.pile)]
        if not again:
            self.pile.remove(thing)
        self.hand_over(thing)

    def tell(self, ending: Ending, at_once: bool) -> None:
        if at_once:
            self.end(ending)
        else:
            self.pile.append(ending)

    def hand_over(self, thing: Snapshot | Ending) -> None:
        if isinstance(thing, Snapshot):
            self.apply(thing)
        else:
            self.end(thing)

    def take(self, customers: list[str], *, whole: bool) -> Snapshot:
        self.ticket += 1
        return self.upstream.read(self.ticket, customers, whole=whole)

    def apply(self, snapshot: Snapshot) -> None:
        self.seen |= shown_stays(snapshot)
        mirroring.apply_page(
            corp_id=self.corp.pk,
            people=snapshot.people,
            follows=snapshot.follows,
            ticket=snapshot.ticket,
            whole=snapshot.whole,
            by=SYSTEM,
            source="callback",
        )

    def end(self, ending: Ending) -> None:
        """As the callbacks do it: a pair that isn't known is read first."""
        for _try in range(2):
            self.ticket += 1
            self.listen(ending)
            tally = mirroring.end_pairs(
                corp_id=self.corp.pk, endings=[ending], ticket=self.ticket, by=SYSTEM, source="callback"
            )
            if not tally.unknown_pairs:
                break
            self.apply(self.take([ending.external_userid], whole=False))
        if ending in self.owed:
            self.owed.remove(ending)

    def listen(self, ending: Ending) -> None:
        pair = self.upstream.pairs[ending.external_userid, ending.userid]
        began = [day(stay.began) for stay in pair.stays if stay.left and day(stay.left) == ending.at]
        rows = RelationEpisode.objects.filter(
            customer__external_userid=ending.external_userid, employee__userid=ending.userid, began_at__in=began
        )
        self.heard += [(stay.customer_id, stay.employee_id, stay.began_at, ending.at) for stay in rows]

    # --- What holds at all times ---

    @invariant()
    def events_are_numbered_and_replay_to_followers_and_tags(self) -> None:
        for customer in Customer.objects.of_corp(self.corp.pk):
            rows = OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=customer.pk).order_by("id")
            events = [(row.aggregate_version, row.name, row.payload["data"]) for row in rows]
            assert [version for version, _name, _data in events] == list(range(1, customer.version + 1))
            followers, tags = replayed(events)
            living = customer.relations.filter(status=ACTIVE)
            assert followers == set(living.values_list("employee_id", flat=True))
            assert tags == set(customer.tag_rows.values_list("tag_id", "follower_id"))

    @invariant()
    def stays_follow_each_other_and_the_last_is_the_relations(self) -> None:
        for relation in FollowRelation.objects.of_corp(self.corp.pk):
            rows = RelationEpisode.objects.filter(customer_id=relation.customer_id, employee_id=relation.employee_id)
            stays = list(rows.order_by("began_at"))
            for one, following in pairwise(stays):
                assert one.ended_at is not None
                assert one.began_at <= one.ended_at <= following.began_at
            last = stays[-1]
            assert (last.began_at, last.ended_at) == (relation.add_time, relation.ended_at)
            assert last.ended_by == (None if relation.status == ACTIVE else relation.status)

    @invariant()
    def customers_follow_their_relations(self) -> None:
        for customer in Customer.objects.of_corp(self.corp.pk):
            living = {r.employee_id: r for r in customer.relations.filter(status=ACTIVE)}
            assert customer.status == (CustomerStatus.NORMAL if living else CustomerStatus.LOST)
            main = customer.relations.get(employee_id=customer.follow_user_id)
            assert not living or main.employee_id in living
            assert customer.add_time == main.add_time
            remarks = search.remarks_of(customer.relations.all())
            assert customer.search_text == search.text_of(name=customer.name, mobile=None, remarks=remarks)
            grams = dict(CustomerGram.objects.filter(customer_id=customer.pk).values_list("gram", "alive"))
            assert grams == dict.fromkeys(search.grams(customer.search_text), True)

    # --- And in the end ---

    def teardown(self) -> None:
        for ending in list(self.owed):
            self.end(ending)
        self.apply(self.take(CUSTOMERS, whole=True))
        self.check_everything(set(CUSTOMERS))
        before = sorted(Customer.objects.values_list("pk", "version", "status"))
        for _time in range(3):
            self.apply(self.take(CUSTOMERS, whole=True))
        assert sorted(Customer.objects.values_list("pk", "version", "status")) == before
        # What is still on its way is old, and changes nothing of those who are known.
        known = set(Customer.objects.values_list("external_userid", flat=True))
        for thing in self.pile:
            self.hand_over(thing)
        self.check_everything(known)

    def check_everything(self, customers: set[str]) -> None:
        for key, pair in self.upstream.pairs.items():
            if key[0] in customers:
                self.check(key, pair)
        for customer, employee, began, left in self.heard:
            stay = RelationEpisode.objects.get(customer_id=customer, employee_id=employee, began_at=began)
            assert (stay.ended_at, stay.ended_by, stay.noticed) == (left, BY_CUSTOMER, False)
        self.events_are_numbered_and_replay_to_followers_and_tags()
        self.stays_follow_each_other_and_the_last_is_the_relations()
        self.customers_follow_their_relations()

    def check(self, key: tuple[str, str], pair: Pair) -> None:
        row = FollowRelation.objects.filter(
            corp=self.corp, customer__external_userid=key[0], employee__userid=key[1]
        ).first()
        if not pair.listed:
            assert row is None or row.status != ACTIVE
            return
        assert row is not None and pair.last is not None
        left = pair.last.left
        expected = (ACTIVE, None) if left is None else (BY_CUSTOMER, day(left))
        assert (row.status, row.ended_at, row.add_time) == (*expected, day(pair.last.began))
        facts = {name: getattr(row, name) for name in ("remark", "state")}
        assert facts == {name: pair.facts[name] for name in facts}
        assert row.remark_mobiles == list(pair.facts["remark_mobiles"])
        assert row.personal_tags == [list(tag) for tag in pair.facts["personal_tags"]]
        held = CustomerTag.objects.filter(customer_id=row.customer_id, follower_id=row.employee_id)
        assert set(held.values_list("tag_id", flat=True)) == {self.tags[name] for name in pair.facts["tags"]}
        assert Customer.objects.get(pk=row.customer_id).name == self.upstream.names[key[0]]
        self.check_stays(key, pair, row)

    def check_stays(self, key: tuple[str, str], pair: Pair, row: FollowRelation) -> None:
        """Only stays that were shown are there, and only such as there were."""
        rows = RelationEpisode.objects.filter(customer_id=row.customer_id, employee_id=row.employee_id)
        known = {stay.began_at: stay for stay in rows}
        truth = {day(stay.began): stay for stay in pair.stays}
        assert set(known) <= set(truth)
        assert {began for c, u, began in self.seen if (c, u) == key} >= set(known)


def replayed(events: list[tuple[int, str, dict[str, Any]]]) -> tuple[set[int], set[tuple[int, int]]]:
    """Followers and tags as a reader who has only the events would know them."""
    followers: set[int] = set()
    tags: set[tuple[int, int]] = set()
    for _version, name, data in events:
        if name == "customer.followed":
            followers.add(data["employeeId"])
        elif name == "customer.unfollowed":
            followers.discard(data["employeeId"])
        elif name == "customer.tag.added":
            tags |= {(tag, data["followUserId"]) for tag in data["tagIds"]}
        elif name == "customer.tag.removed":
            tags -= {(tag, data["followUserId"]) for tag in data["tagIds"]}
    return followers, tags


@pytest.mark.slow
def test_any_history_heard_of_in_any_order_ends_in_the_truth(db: None) -> None:
    run_state_machine_as_test(
        MirrorMachine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
