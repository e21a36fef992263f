"""The mirror's daemon is killed over and over: callbacks are worked off, once each, and syncs and commands go on.

``make chaos`` runs the same with larger figures.
"""

import random
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from corps import accounts
from corps.actors import SYSTEM
from corps.models import Employee
from customers.models import Customer, FollowRelation, RelationEpisode
from messaging.models import Command, OutboxEvent
from tags.models import Tag
from tests import make
from tests.faults.messages import PrivateRabbit, number
from tests.faults.mirror import Mirrored, Storm, assert_relations, events_by_subject
from tests.faults.private import PrivateRedis, wait_for
from tests.wecom import comparing
from tests.wecom.sandboxed import NOON
from tests.wecom.sync.furniture import assert_mirrored
from wecom.models import CallbackReceipt, SyncRun
from wecom.sandbox import seeding
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sync import asking

pytestmark = [pytest.mark.services, pytest.mark.slow, pytest.mark.timeout(7200)]
CALLBACKS, KILLS = number("CHAOS_CALLBACKS", 400), number("CHAOS_MIRROR_KILLS", 4)
CUSTOMERS, TAGGINGS = number("CHAOS_CUSTOMERS", 1_300), number("CHAOS_TAGGINGS", 300)
# In the order in which a first sync meets them.
POINTS = ("token.fetched", "sync.read", "mirror.page_applied", "sync.applied", "sync.written", "sync.stored")
Connect = Callable[..., Mirrored]


@pytest.fixture
def stores() -> Iterator[tuple[PrivateRabbit, PrivateRedis]]:
    """A broker and a Redis that are there at first."""
    servers = PrivateRabbit(), PrivateRedis()
    for server in servers:
        server.start()
    yield servers
    for server in servers:
        server.remove()


def test_callbacks_are_worked_off_once_each_while_the_daemon_is_killed_and_broker_and_redis_go(
    mirrored: Connect, stores: tuple[PrivateRabbit, PrivateRedis]
) -> None:
    world = mirrored()
    storm = Storm(world.company)
    world.box.sync("house", "tags", "customers")
    rabbit, redis = stores
    environment = {"BROKER_URL": rabbit.url, "REDIS_URL": redis.url}
    told = struck = 0
    daemon = world.daemon(**environment)
    for kill in range(KILLS):
        if kill == KILLS // 2:
            rabbit.kill()
            redis.kill()
        goal = CALLBACKS * (kill + 1) // (KILLS + 1)
        while told < goal:
            storm.blow(goal - told)
            told += world.tell()
        wait_for(world.receipts_in_hand, 60, "the daemon at work")
        struck += world.kill(daemon)
        daemon = world.daemon(**environment)
    while told < CALLBACKS:
        storm.blow(CALLBACKS - told)
        told += world.tell()
    world.work_off()
    assert struck
    assert CallbackReceipt.objects.count() < told
    assert_each_once(world)


def assert_each_once(world: Mirrored) -> None:
    """Every customer, relation, stay and event of theirs is here exactly once, and right."""
    assert set(CallbackReceipt.objects.values_list("state", flat=True)) == {CallbackReceipt.State.DONE}
    assert_relations(world)
    customers = Customer.objects.of_corp(world.corp.pk)
    assert events_by_subject(world, "customer.created", "customerId") == Counter(
        (pk,) for pk in customers.values_list("pk", flat=True)
    )
    stays = RelationEpisode.objects.of_corp(world.corp.pk)
    pairs = ("customer_id", "employee_id")
    assert events_by_subject(world, "customer.followed", "customerId", "employeeId") == Counter(
        stays.values_list(*pairs)
    )
    over = stays.exclude(ended_at=None).values_list(*pairs)
    assert events_by_subject(world, "customer.unfollowed", "customerId", "employeeId") == Counter(over)
    assert FollowRelation.objects.of_corp(world.corp.pk).count() == stays.values(*pairs).distinct().count()


# --- Syncs ---


def seeded(corpid: str, customers: int) -> Company:
    """The same company each time, but for its name: a customer in seven is two employees'."""
    company = seeding.build(customers=customers, employees=40, tags=40, chats=10, clock=Clock(NOON))
    company.corpid = corpid
    return company


def test_a_sync_killed_at_every_step_and_at_any_page_ends_as_one_that_nobody_disturbed(mirrored: Connect) -> None:
    calm = mirrored(seeded("wwCalm", CUSTOMERS))
    calm.box.sync()
    world = mirrored(seeded("wwStorm", CUSTOMERS))
    runs = asking.ask_all(corp_id=world.corp.pk, by=SYSTEM)
    for point in POINTS:
        assert world.daemon(FAILPOINTS=f"{point}=kill").exit_code() == -signal.SIGKILL, point
        assert world.free_the_held()
    for _ in range(KILLS // 2):
        daemon, before = world.daemon(), pages(world)
        wait_for(lambda before=before: pages(world) > before, 60, "a page more")  # type: ignore[misc]
        world.kill(daemon)
    world.daemon()
    world.work_off()
    assert set(SyncRun.objects.values_list("state", flat=True)) == {SyncRun.State.DONE}
    assert SyncRun.objects.get(pk=runs[2].pk).fence > len(POINTS) - 2
    assert_mirrored(world.box)
    assert shown(world) == shown(calm)


def test_two_daemons_at_once_work_on_each_sync_once(mirrored: Connect) -> None:
    world = mirrored(seeded("wwTwo", 200))
    asking.ask_all(corp_id=world.corp.pk, by=SYSTEM)
    for _ in range(2):
        world.daemon()
    world.work_off()
    assert set(SyncRun.objects.values_list("state", "fence")) == {(SyncRun.State.DONE, 1)}
    assert_mirrored(world.box)


def pages(world: Mirrored) -> int:
    return sum(SyncRun.objects.of_corp(world.corp.pk).values_list("pages", flat=True))


def shown(world: Mirrored) -> dict[str, Any]:
    """All that a sync brings, and how many events of each name told of it."""
    told = Counter(OutboxEvent.objects.filter(corp_id=world.corp.pk).values_list("name", flat=True))
    readers = (comparing.departments, comparing.employees, comparing.catalogue, comparing.people)
    readers += (comparing.relations, comparing.chats)
    return {reader.__name__: reader(world.corp) for reader in readers} | {"events": told}


# --- Write-back ---


class Desk:
    """Somebody who changes tags over the API, and knows what WeCom must show in the end."""

    def __init__(self, world: Mirrored, client: Client) -> None:
        self._world, self._drawn, self._client = world, random.Random(2), client
        company, corp = world.company, world.corp
        group = company.add_tag_group("等级", ["甲", "乙", "丙", "丁"])
        company.hire("lina", "林娜")
        self.expected = {company.befriend("lina"): set[str]() for _ in range(12)}
        self._names = [tag.id for tag in company.tags_of(group.id)]
        company.take_events()
        world.box.sync("house", "tags", "customers")
        key = accounts.issue_key(account=make.account(corp, rate=1_000_000), by=SYSTEM)[1]
        self._headers = {"X-Api-Key": key}
        self._lina = Employee.objects.get(corp=corp, userid="lina").pk
        self._tags = dict(Tag.objects.of_corp(corp.pk).values_list("wecom_id", "pk"))
        self._customers = dict(Customer.objects.of_corp(corp.pk).values_list("external_userid", "pk"))
        self.changes: Counter[str] = Counter()

    def change(self, count: int) -> None:
        for _ in range(count):
            external, name = self._drawn.choice(list(self.expected)), self._drawn.choice(self._names)
            held = self.expected[external]
            act = "remove" if name in held else "add"
            held ^= {name}
            self.changes[act] += 1
            body = {f"{act}TagIds": [self._tags[name]], "followUserId": self._lina}
            path = f"/api/v1/customers/{self._customers[external]}/tags"
            answer = self._client.post(path, body, content_type="application/json", headers=self._headers)
            assert answer.status_code == 200, answer.content

    def change_under_way(self, count: int) -> None:
        """As ``change``, all but the first while a daemon is at work."""
        self.change(1)
        wait_for(Command.objects.filter(settled_at=None, attempts__gt=0).exists, 60, "a command in hand")
        self.change(count - 1)

    def assert_done(self) -> None:
        """Both here and there everything is as it was wanted: lists, as nothing may be there twice."""
        wanted = {("lina", who): sorted(tags) for who, tags in self.expected.items()}
        for follows in (self._world.company.truth()["follows"], comparing.relations(self._world.corp)):
            assert {pair: follows[pair]["tags"] for pair in wanted} == wanted
        assert set(Command.objects.values_list("state", flat=True)) == {Command.State.DONE}


def test_tags_changed_over_the_api_reach_wecom_once_each_while_the_daemon_is_killed_and_wecom_refuses(
    mirrored: Connect, client: Client
) -> None:
    world = mirrored()
    desk = Desk(world, client)
    server, mark = world.box.server, "externalcontact/mark_tag"
    server.limits.counting = True
    # Slow now and then, so that changes come in while a call about the same is on its way, and calls meet.
    faults: Any = {"errors": {mark: {-1: 0.1, 6000: 0.05}}, "html": 0.02, "lost": 0.02, "only": [mark]}
    server.faults.set(**faults, slow=0.5, slow_seconds=0.05)
    daemon, struck = world.daemon(), 0
    for _ in range(KILLS):
        desk.change_under_way(TAGGINGS // (KILLS + 1))
        struck += world.kill(daemon)
        daemon = world.daemon()
    # The last ones are shared by two, of whom neither may crowd out the other.
    world.daemon()
    desk.change_under_way(TAGGINGS - sum(desk.changes.values()))
    world.work_off()
    # WeCom tells of what it was told, and nothing comes of that.
    world.tell()
    world.work_off()
    assert struck
    desk.assert_done()
    assert (server.answers[45033], server.limits.refused[45033]) == (0, 0)
    assert server.answers[-1] > 0
    named = {"add": "customer.tag.added", "remove": "customer.tag.removed"}
    told = {act: OutboxEvent.objects.filter(name=name).count() for act, name in named.items()}
    assert told == desk.changes


# --- A stop in order ---


def test_a_stop_signal_under_load_ends_the_daemon_in_time_and_loses_nothing(mirrored: Connect, client: Client) -> None:
    world = mirrored()
    storm = Storm(world.company)
    desk = Desk(world, client)
    storm.blow(CALLBACKS // 2)
    world.tell()
    desk.change(TAGGINGS // 3)
    runs = asking.ask_all(corp_id=world.corp.pk, by=SYSTEM)
    # Whatever is asked takes a while, so that something is in hand when the signal comes.
    world.box.server.faults.set(slow=1.0, slow_seconds=0.2)
    daemon = world.daemon()
    wait_for(lambda: world.receipts_in_hand() and pages(world) > 0, 60, "the daemon at work")
    daemon.signal(signal.SIGTERM)
    # Past its patience it would end with 1.
    assert daemon.exit_code() == 0
    assert "stopped_hard" not in daemon.output()
    held = CallbackReceipt.objects.filter(state=CallbackReceipt.State.PENDING).exclude(claimed_by="")
    assert (held.count(), Command.objects.exclude(taken_until=None).count()) == (0, 0)
    world.box.server.faults.off()
    world.daemon()
    world.work_off()
    assert SyncRun.objects.filter(pk__in=[run.pk for run in runs], state=SyncRun.State.DONE).count() == 4
    assert_relations(world, told=False)
    desk.assert_done()
