"""Known by a digest or compared in full: whatever happens there and here, the rows and the events are the same."""

from contextlib import suppress
from typing import Any
from unittest.mock import patch

import pytest
import time_machine
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import RuleViolation
from core.time import now
from corps.actors import SYSTEM
from customers import remarks, tagging, upkeep
from customers.mirroring import instep
from customers.models import Customer, CustomerTag, FollowRelation, RelationEpisode
from messaging.models import Command, OutboxEvent
from tags.models import Tag
from tests import make
from tests.customers.mirroring.readings import day, end, follow, person, read
from tests.customers.mirroring.test_instep import MANY, said

CUSTOMERS, USERIDS, TAGS = ["wmA", "wmB"], ["lina", "wang"], ["etA", "etB"]
KEYS = st.tuples(st.sampled_from(["wmA", "wmA", "wmB"]), st.sampled_from(USERIDS))
REMARKS = st.sampled_from(["", "老张", "VIP"])
ACTS = st.one_of(
    # There.
    st.tuples(st.just("show"), KEYS, REMARKS, st.sets(st.sampled_from(TAGS))),
    st.tuples(st.just("drop"), KEYS),
    st.tuples(st.just("name"), st.sampled_from(CUSTOMERS), st.sampled_from(["张三", "李四"])),
    # Here.
    st.tuples(st.just("note"), KEYS, REMARKS, st.booleans()),
    st.tuples(st.just("tag"), KEYS, st.sampled_from([*TAGS, "new"]), st.booleans()),
    st.tuples(st.just("close"), st.booleans()),
    st.tuples(st.just("end_tag"), st.sampled_from(TAGS), st.booleans()),
    st.tuples(st.just("revive_tag"), st.sampled_from(TAGS)),
    st.tuples(st.just("send_tag")),
    # Told and read.
    st.tuples(st.just("leave"), KEYS),
    st.tuples(st.just("remove"), KEYS),
    st.tuples(st.just("get"), st.sampled_from(CUSTOMERS), st.booleans()),
    st.tuples(st.just("sync")),
    st.tuples(st.just("sync")),
    st.tuples(st.just("sync")),
    st.tuples(st.just("sync_late")),
    st.tuples(st.just("flicker"), KEYS),
)


class Side:
    """A company there and its mirror here. ``knows``: by digests."""

    def __init__(self, *, knows: bool) -> None:
        self.knows, self.ticket, self.days = knows, 0, 0
        self.corp = make.corp(mirrored=True)
        self.staff = {userid: make.employee(self.corp, userid=userid) for userid in USERIDS}
        group = make.group(self.corp)
        for name in TAGS:
            make.tag(group, name=name, wecom_id=name)
        make.tag(group, name="new")
        self.shown: dict[tuple[str, str], dict[str, Any]] = {}
        self.names = dict.fromkeys(CUSTOMERS, "张三")
        self.late: tuple[int, list[Any], list[Any]] | None = None

    def act(self, name: str, *args: Any) -> None:
        self.days += 1
        getattr(self, name)(*args)

    # --- There ---

    def show(self, key: tuple[str, str], remark: str, tags: set[str]) -> None:
        added = self.shown.get(key, {"added": self.days})["added"]
        self.shown[key] = {"added": added, "remark": remark, "tags": tuple(sorted(tags))}

    def drop(self, key: tuple[str, str]) -> None:
        self.shown.pop(key, None)

    def name(self, customer: str, name: str) -> None:
        self.names[customer] = name

    # --- Here ---

    def note(self, key: tuple[str, str], remark: str, in_vain: bool) -> None:
        if row := self.customer(key[0]):
            with suppress(RuleViolation):
                remarks.change_remark(
                    customer=row, employee_id=self.staff[key[1]].pk, by=SYSTEM, source="api", remark=remark
                )
                if in_vain:
                    self.close(False)

    def tag(self, key: tuple[str, str], tag: str, put: bool) -> None:
        if row := self.customer(key[0]):
            ids = [Tag.objects.get(corp=self.corp, name=tag).pk]
            both = {"add": ids if put else [], "remove": [] if put else ids}
            with suppress(RuleViolation):
                who = self.staff[key[1]].pk
                tagging.change_tags(customer=row, by=SYSTEM, source="api", follower_id=who, **both)

    def close(self, done: bool) -> None:
        """What is on its way is there, or given up."""
        rows = Command.objects.filter(corp_id=self.corp.pk, open_mark=1)
        for command in rows.filter(kind="customer.remark") if done else ():
            pair = FollowRelation.objects.get(
                customer_id=command.subject["customerId"], employee_id=command.subject["employeeId"]
            )
            if theirs := self.shown.get((pair.customer.external_userid, pair.employee.userid)):
                theirs["remark"] = pair.remark
        rows.update(state=Command.State.DONE if done else Command.State.DEAD, settled_at=now())

    def end_tag(self, name: str, swept: bool) -> None:
        tag = Tag.objects.get(corp=self.corp, name=name)
        Tag.objects.filter(pk=tag.pk).update(deleted_at=now())
        if swept:
            upkeep.sweep_tag(tag_id=tag.pk)

    def revive_tag(self, name: str) -> None:
        Tag.objects.filter(corp=self.corp, name=name).update(deleted_at=None)

    def send_tag(self) -> None:
        """It gets its id there; that it is put on somebody is told by commands of their own."""
        Tag.objects.filter(corp=self.corp, name="new").update(wecom_id="etNew")

    # --- Told and read ---

    def leave(self, key: tuple[str, str]) -> None:
        self.ticket += 1
        end(self.corp, *key, "customer", self.days, ticket=self.ticket)

    def remove(self, key: tuple[str, str]) -> None:
        self.ticket += 1
        end(self.corp, *key, "employee", self.days, ticket=self.ticket)

    def get(self, customer: str, late: bool) -> None:
        """A single reading, perhaps asked for before another one that has been applied already."""
        ticket, follows, people = self.answer([customer])
        if late:
            self.sync()
        own = (("own", "tennis"),)
        follows = [follow(*key, facts["added"], **_told(facts), personal_tags=own) for key, facts in follows]
        read(self.corp, *follows, ticket=ticket, people=people, whole=[customer], source="callback")

    def sync(self) -> None:
        self.take_in(*self.answer(CUSTOMERS))

    def sync_late(self) -> None:
        """What was read before is applied now, and something is read to be applied then."""
        waiting, self.late = self.late, self.answer(CUSTOMERS)
        if waiting:
            self.take_in(*waiting)

    def flicker(self, key: tuple[str, str]) -> None:
        """A name is another one for as long as one employee's page is read."""
        before, self.names[key[0]] = self.names[key[0]], "王五"
        ticket, told, people = self.answer(CUSTOMERS)
        self.names[key[0]] = before
        self.take_in(ticket, [(pair, facts) for pair, facts in told if pair[1] == key[1]], people)

    def answer(self, customers: list[str]) -> tuple[int, list[Any], list[Any]]:
        self.ticket += 1
        follows = [(key, dict(facts)) for key, facts in sorted(self.shown.items()) if key[0] in customers]
        names = dict.fromkeys(key[0] for key, _facts in follows)
        return self.ticket, follows, [person(name, name=self.names[name]) for name in names]

    def take_in(self, ticket: int, told: list[Any], people: list[Any]) -> None:
        """Each employee's pairs are a page, as the lists of a full sync are; the pages are read one after the other."""
        for userid in USERIDS:
            theirs = [follow(*key, facts["added"], **_told(facts)) for key, facts in told if key[1] == userid]
            if not self.knows:
                FollowRelation.objects.of_corp(self.corp.pk).update(digest=None)
            with transaction.atomic():
                if theirs:
                    some = {f.external_userid for f in theirs}
                    said(self.corp, *theirs, ticket=ticket, people=[p for p in people if p.external_userid in some])

    def customer(self, name: str) -> Customer | None:
        return Customer.objects.of_corp(self.corp.pk).filter(external_userid=name).first()

    # --- What came of it ---

    def rows(self) -> list[Any]:
        corp = self.corp.pk
        names = ("name", "status", "version", "channel", "follow_user__userid", "add_time", "search_text")
        pairs = ("remark", "status", "add_time", "ended_at", "left_at", "state", "personal_tags")
        both = ("customer__external_userid", "employee__userid")
        episodes = ("began_at", "ended_at", "ended_by", "noticed")
        tags = ("customer__external_userid", "follower__userid", "tag__name")
        found: list[Any] = [list(Customer.objects.of_corp(corp).order_by("external_userid").values_list(*names))]
        found.append(list(FollowRelation.objects.of_corp(corp).order_by(*both).values_list(*both, *pairs)))
        found.append(
            list(RelationEpisode.objects.of_corp(corp).order_by(*both, "began_at").values_list(*both, *episodes))
        )
        found.append(sorted(map(repr, CustomerTag.objects.of_corp(corp).values_list(*tags))))
        events = OutboxEvent.objects.filter(corp_id=corp, aggregate_type="customer").order_by("id")
        found.append([(e.name, e.aggregate_version, e.payload["data"].get("changed")) for e in events])
        return found


def _told(facts: dict[str, Any]) -> dict[str, Any]:
    return {"remark": facts["remark"], "tags": facts["tags"]}


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, min_size=3, max_size=25))
def test_knowing_is_as_good_as_comparing(db: None, acts: list[Any]) -> None:
    # The first sync of both, so that there is something to know.
    first = [("show", ("wmA", "lina"), "老张", {"etA"}), ("show", ("wmA", "wang"), "", set()), ("sync",), ("sync",)]
    turns = patch.object(instep, "TURNS", MANY)
    with turns, time_machine.travel(day(100), tick=False), transaction.atomic():
        knowing, comparing = Side(knows=True), Side(knows=False)
        for act in [*first, *acts, ("sync",)]:
            for side in (knowing, comparing):
                side.act(*act)
            assert knowing.rows() == comparing.rows()
        transaction.set_rollback(True)
