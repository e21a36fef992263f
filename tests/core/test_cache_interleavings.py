"""Every order in which readers, writers and a flush of the cache can meet, walked through to its end.

A step is what happens at once: one statement, one command to the cache, one commit. The walk visits each distinct state
a single time and counts the interleavings that run through it, so the numbers are of all of them, not of a sample.
"""

import functools
import threading
from collections.abc import Callable
from typing import Any, NamedTuple

import orjson
import pytest
from django.db import connections

from core import safe_cache
from corps.actors import SYSTEM
from customers import cache, lifecycle, reading, tagging
from customers.models import Customer
from tests import make
from tests.conftest import Cast


class World(NamedTuple):
    """The committed rows (each holds the version that last changed it), and the cache as (key, body) pairs."""

    version: int = 1
    row: int = 1
    tags: int = 1
    stored: tuple[tuple[int, tuple[int, int]], ...] = ()

    def get(self, key: int) -> tuple[int, int] | None:
        return dict(self.stored).get(key)

    def put(self, key: int, body: tuple[int, int]) -> "World":
        return self._replace(stored=tuple(sorted((dict(self.stored) | {key: body}).items())))

    def without(self, key: int) -> "World":
        return self._replace(stored=tuple(pair for pair in self.stored if pair[0] != key))


class Reader(NamedTuple):
    """What a reader knows. ``floor`` is what was committed when it was asked: its answer must not be older."""

    floor: tuple[int, int] | None = None
    key: int = 0
    row: int = 0
    tags: int = 0
    got: tuple[int, int] | None = None


Step = Callable[[World, Any], tuple[World, Any]]
Program = tuple[Step, ...]
ONE_KEY = 0


def ask_version(world: World, me: Reader) -> tuple[World, Reader]:
    return world, me._replace(floor=(world.row, world.tags), key=world.version)


def ask_nothing(world: World, me: Reader) -> tuple[World, Reader]:
    return world, me._replace(floor=(world.row, world.tags), key=ONE_KEY)


def look_up(world: World, me: Reader) -> tuple[World, Reader]:
    return world, me._replace(got=world.get(me.key))


def load_row(world: World, me: Reader) -> tuple[World, Reader]:
    return world, me._replace(row=world.row)


def load_tags(world: World, me: Reader) -> tuple[World, Reader]:
    return world, me._replace(tags=world.tags)


def store(world: World, me: Reader) -> tuple[World, Reader]:
    body = (me.row, me.tags)
    return world.put(me.key, body), me._replace(got=body)


def learn_version(world: World, me: Reader) -> tuple[World, Reader]:
    return world, me._replace(key=world.version)


def commit_row(world: World, me: Any) -> tuple[World, Any]:
    return world._replace(version=world.version + 1, row=world.version + 1), me


def commit_tags(world: World, me: Any) -> tuple[World, Any]:
    return world._replace(version=world.version + 1, tags=world.version + 1), me


def commit_row_alone(world: World, me: Any) -> tuple[World, Any]:
    return world._replace(row=world.version + 1), me


def raise_version(world: World, me: Any) -> tuple[World, Any]:
    return world._replace(version=world.version + 1), me


def delete_key(world: World, me: Any) -> tuple[World, Any]:
    return world.without(ONE_KEY), me


def flush(world: World, me: Any) -> tuple[World, Any]:
    return world._replace(stored=()), me


# customers/cache.py: the version first, the body, statement by statement, after it; nobody deletes anything.
READ = (ask_version, look_up, load_row, load_tags, store)
WRITE_ROW, WRITE_TAGS, FLUSH = (commit_row,), (commit_tags,), (flush,)
# The widespread way: one key, filled on a miss and deleted after the commit.
READ_ASIDE = (ask_nothing, look_up, load_row, load_tags, store)
WRITE_ASIDE = (commit_row, delete_key)


def walk(*programs: Program) -> tuple[int, int]:
    """All interleavings of the programs: how many there are, and in how many a reader was told something stale.

    Each ends with one more reader, alone, who must be told exactly what is committed.
    """

    @functools.cache
    def onward(world: World, procs: tuple[tuple[int, Any], ...]) -> tuple[int, int]:
        live = [i for i, (at, me) in enumerate(procs) if at < len(programs[i]) and not _answered(me)]
        if not live:
            return 1, int(any(map(_stale, (me for _at, me in procs))) or _last_reader_misled(world))
        total = stale = 0
        for i in live:
            at, me = procs[i]
            after, mine = programs[i][at](world, me)
            ways, bad = onward(after, (*procs[:i], (at + 1, mine), *procs[i + 1 :]))
            total, stale = total + ways, stale + bad
        return total, stale

    def _last_reader_misled(world: World) -> bool:
        me = Reader()
        for step in programs[0]:
            world, me = step(world, me)
            if _answered(me):
                break
        return me.got != (world.row, world.tags)

    return onward(World(), tuple((0, Reader()) for _ in programs))


def _answered(me: Reader) -> bool:
    return me.got is not None


def _stale(me: Reader) -> bool:
    return me.got is not None and me.floor is not None and (me.got[0] < me.floor[0] or me.got[1] < me.floor[1])


def test_with_the_version_in_the_key_no_interleaving_tells_anything_stale() -> None:
    total, stale = walk(READ, READ, WRITE_ROW, WRITE_TAGS, FLUSH)
    assert total >= 200_000
    assert stale == 0


@pytest.mark.slow
def test_nor_do_three_readers_two_writers_and_a_flush() -> None:
    total, stale = walk(READ, READ, READ, WRITE_ROW, WRITE_TAGS, FLUSH)
    assert total >= 100_000_000
    assert stale == 0


def test_deleting_the_key_after_the_commit_is_stale_in_many() -> None:
    total, stale = walk(READ_ASIDE, READ_ASIDE, WRITE_ASIDE, WRITE_ASIDE)
    assert 0.05 * total < stale < total


def test_a_writer_that_dies_before_its_delete_makes_it_worse() -> None:
    lived, died = walk(READ_ASIDE, READ_ASIDE, WRITE_ASIDE), walk(READ_ASIDE, READ_ASIDE, WRITE_ASIDE[:1])
    assert died[1] / died[0] > lived[1] / lived[0] > 0


def test_reading_the_body_before_the_version_would_be_stale() -> None:
    body_first = (ask_version, look_up, load_row, load_tags, learn_version, store)
    assert walk(body_first, body_first, WRITE_ROW)[1] > 0


def test_raising_the_version_in_a_transaction_of_its_own_would_be_stale() -> None:
    assert walk(READ, READ, (commit_row_alone, raise_version))[1] > 0


def test_the_real_cache_forgets_a_body_that_a_write_overtook(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    customer = make.customer(cast.corp, cast.owner, name="before")
    read, actor = reading.one, cast.actor("admin")

    def overtaken(customer_id: int) -> dict[str, object]:
        body = read(customer_id)
        row = Customer.objects.get(pk=customer_id)
        lifecycle.update(customer=row, by=SYSTEM, source="system", name="after")
        return body

    monkeypatch.setattr(reading, "one", overtaken)
    told = [_told(customer.pk, actor)]
    monkeypatch.setattr(reading, "one", read)
    told.append(_told(customer.pk, actor))
    assert told == ["before", "after"]


def test_the_real_cache_serves_the_second_reader_without_the_database(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = make.customer(cast.corp, cast.owner, name="kept")
    assert _told(customer.pk, cast.actor("admin")) == "kept"
    monkeypatch.setattr(reading, "one", lambda _id: pytest.fail("the body was read again"))
    assert _told(customer.pk, cast.actor("admin")) == "kept"


@pytest.mark.services
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_readers_of_the_real_cache_never_see_less_than_was_committed_before_they_asked() -> None:
    corp = make.corp()
    customer = make.customer(corp, make.employee(corp), name="0")
    tag = make.tag(make.group(corp))
    actor, committed, wrong, errors = make.service(corp), [0], [], []
    writing = threading.Event()
    writing.set()

    def write() -> None:
        for n in range(1, 201):
            row = Customer.objects.get(pk=customer.pk)
            lifecycle.update(customer=row, by=SYSTEM, source="system", name=str(n))
            committed[0] = n
            change = tagging.add_tags if n % 2 else tagging.remove_tags
            change(customer=row, tag_ids=[tag.pk], by=SYSTEM, source="system")
            if n % 20 == 0:
                safe_cache.set_bytes("unrelated", b"x", 1)
        writing.clear()

    def read() -> None:
        while writing.is_set():
            floor = committed[0]
            told = int(_told(customer.pk, actor))
            if told < floor:
                wrong.append((told, floor))

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            errors.append(error)
            writing.clear()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=guarded, args=(work,)) for work in (write, read, read, read, read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert committed == [200]
    assert wrong == []


def _told(customer_id: int, actor: Any) -> str:
    versions = cache.versions(customer_id, actor)
    assert versions is not None
    return orjson.loads(cache.detail(customer_id, versions, actor))["name"]
