"""Thousands of changes on their way to WeCom while workers die: each arrives, and never too many at once."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as configured
from django.db import connection

from core.time import now
from customers import tagging
from customers.models import Customer
from messaging.models import Command
from tests.wecom import sandboxed
from tests.wecom.push.conftest import BY_HAND, Shop, opened
from wecom.models import WecomApp
from wecom.push import loop
from wecom.sandbox.serving import Served

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]
CHANGES, TAGS = int(os.environ.get("CHAOS_COMMANDS", 10_000)), 5
ROOT = Path(__file__).resolve().parents[3]
DAEMON = "import threading, django; django.setup(); from wecom.push import loop; loop.run(threading.Event())"


@pytest.fixture
def served() -> Iterator[Callable[[int], Shop]]:
    """A company of so many customers, whose WeCom has an address that other processes reach, and keeps its limits."""
    running: list[Served] = []

    def _open(customers: int) -> Shop:
        shop = opened(customers)
        shop.box.server.limits.counting = True
        running.append(Served(shop.box.server).start())
        WecomApp.objects.update(api_base=running[0].url)
        return shop

    yield _open
    for one in running:
        one.stop()
    sandboxed.disconnect()


@pytest.fixture
def daemon() -> Iterator[Callable[..., subprocess.Popen]]:
    """Starts processes that work on commands; what still runs in the end is killed."""
    started: list[subprocess.Popen] = []

    def _start(**more: str) -> subprocess.Popen:
        parts = urlsplit(configured.DATABASE_URL)
        database = urlunsplit(parts._replace(path=f"/{connection.settings_dict['NAME']}"))
        mine = {"DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "scrm_customer.settings", "LOG_LEVEL": "ERROR"}
        env = {key: value for key, value in os.environ.items() if key != "TEST_DATABASE_NAME"} | mine | more
        started.append(subprocess.Popen([sys.executable, "-c", DAEMON], cwd=ROOT, env=env))
        return started[-1]

    yield _start
    for process in started:
        process.kill()
        process.wait()


def until(question: Callable[[], Any], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.05)


def waiting() -> int:
    return Command.objects.filter(state="waiting").count()


def change_all(shop: Shop, tags: list[int]) -> None:
    follower = shop.employee().pk
    for customer in Customer.objects.of_corp(shop.corp_id):
        tagging.add_tags(customer=customer, tag_ids=tags, follower_id=follower, **BY_HAND)


def expire() -> None:
    """The leases of the dead are over."""
    Command.objects.exclude(taken_until=None).update(taken_until=now())
    Command.objects.filter(state="waiting", attempts__gt=0).update(due_at=now())


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_ten_thousand_changes_arrive_though_workers_are_killed(served: Any, daemon: Any) -> None:
    customers = CHANGES // TAGS
    shop = served(customers)
    company = shop.box.company
    company.add_tag_group("批量", [f"签{n}" for n in range(TAGS)])
    shop.box.sync("tags")
    shop.box.server.calls.clear()
    tags = [shop.tag(f"签{n}").pk for n in range(TAGS)]
    change_all(shop, tags)
    assert waiting() == CHANGES
    # Killed between WeCom's answer and our noting of it: what it did is done again, and that does no harm.
    first = daemon(FAILPOINTS="push.called=kill")
    assert first.wait(60) == -signal.SIGKILL
    killed = daemon()
    daemon()
    until(lambda: waiting() < CHANGES * 2 // 3, 300)
    killed.kill()
    killed.wait()
    until(lambda: Command.objects.filter(state="waiting", attempts=0).count() == 0, 600)
    expire()
    until(lambda: waiting() == 0, 300)
    assert Command.objects.filter(state="done").count() == CHANGES
    wanted = {f"签{n}" for n in range(TAGS)}
    assert all(wanted <= set(shop.theirs(n)) for n in range(customers))
    assert not shop.box.server.limits.refused
    # Each of the two that died had a handful of calls under way, and no more than those were made twice.
    assert customers <= shop.calls("mark_tag") <= customers + 2 * loop.WORKERS


def test_two_daemons_share_the_work_and_each_change_is_sent_once(served: Any) -> None:
    shop = served(30)
    change_all(shop, [shop.tag("甲").pk, shop.tag("乙").pk])
    stopping = threading.Event()
    daemons = [threading.Thread(target=loop.run, args=(stopping,)) for _ in range(2)]
    for thread in daemons:
        thread.start()
    try:
        until(lambda: waiting() == 0, 120)
    finally:
        stopping.set()
        for thread in daemons:
            thread.join(30)
    assert all(shop.theirs(n) == ["乙", "甲"] for n in range(30))
    assert (shop.calls("mark_tag"), not shop.box.server.limits.refused) == (30, True)
    assert not any(thread.is_alive() for thread in daemons)
