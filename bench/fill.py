"""Write the made-up customers into the database, as the rules would have, a thousand times faster."""

import datetime as dt
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction

from bench import dataset
from bench.dataset import Person
from corps import staffing
from corps.actors import SYSTEM
from corps.models import Corp, Department, DepartmentMember, Employee
from customers import search
from customers.choices import RelationStatus, TagKind
from tags.models import Tag, TagGroup

CHUNK = 5_000

CUSTOMER = (
    "id corp_id external_userid name avatar type gender unionid mobile province city follow_user_id add_time channel "
    "status blacklisted version search_text create_time update_time position corp_name corp_full_name fetch_seq "
    "whole_seq created_source created_by"
)
RELATION = (
    "corp_id customer_id employee_id remark description remark_corp_name remark_mobiles add_way state oper_userid "
    "add_time status create_time update_time personal_tags fetch_seq"
)
TAG = "corp_id customer_id tag_id follower_id kind source actor create_time"
GRAM = "corp_id gram customer_id alive"
# WeCom has shown nothing of them: they are no company's that is mirrored.
_UNREAD = ("", "", "", 0, 0)
# How the rule would say that they came to be: of itself.
_MADE = ("system", SYSTEM.label)

Row = tuple[Any, ...]
Grams = dict[str, "array[int]"]


def fill(customers: int, *, seed: int = dataset.SEED, say: Callable[[str], object] = print) -> Corp:
    """Fill an empty database with one company and its customers.

    Args:
        say: told of each step.

    Raises:
        CommandError: the database has companies already.
    """
    if Corp.objects.exists():
        raise CommandError("The database is not empty. Fill a fresh one: other rows would blur what is measured.")
    with transaction.atomic():
        corp = _house(seed)
    _relaxed(True)
    grams: Grams = defaultdict(lambda: array("Q"))
    uses: Counter[int] = Counter()
    for done, chunk in _chunks(dataset.people(customers, seed)):
        _write(corp.pk, chunk, grams, uses)
        if done % 100_000 < CHUNK:
            say(f"{done:,} customers")
    say(f"{sum(map(len, grams.values())):,} grams")
    _insert_grams(corp.pk, grams)
    _relaxed(False)
    _settle(uses)
    return corp


def _house(seed: int) -> Corp:
    """The company: departments, employees, tags."""
    corp = Corp.objects.create(name="压测公司", wecom_corpid="wwbench0000000000")
    root = staffing.create_department(corp=corp, name="总部", parent=None, by=SYSTEM)
    places: list[Department] = [
        staffing.create_department(corp=corp, name=f"销售{n}部", parent=root, by=SYSTEM)
        for n in range(1, dataset.DEPARTMENTS)
    ]
    staff = [
        Employee(id=n, corp=corp, userid=f"bench{n:03d}", name=name, can_follow=True)
        for n, name in enumerate(dataset.employee_names(seed), start=1)
    ]
    Employee.objects.bulk_create(staff)
    DepartmentMember.objects.bulk_create(
        DepartmentMember(
            corp=corp, department=places[n % len(places)], employee=e, is_main=True, is_leader=n < len(places)
        )
        for n, e in enumerate(staff)
    )
    groups = [TagGroup(id=n, corp=corp, name=f"标签组{n}", order=n) for n in range(1, dataset.GROUPS + 1)]
    TagGroup.objects.bulk_create(groups)
    Tag.objects.bulk_create(
        Tag(id=n, corp=corp, group=groups[n % dataset.GROUPS], name=f"标签{n}", order=n)
        for n in range(1, dataset.TAGS + 1)
    )
    return corp


def _chunks(people: Iterable[Person]) -> Iterator[tuple[int, list[Person]]]:
    source, done = iter(people), 0
    while chunk := list(islice(source, CHUNK)):
        done += len(chunk)
        yield done, chunk


@transaction.atomic
def _write(corp: int, chunk: list[Person], grams: Grams, uses: Counter[int]) -> None:
    texts = [_text(p) for p in chunk]
    _insert("customer", CUSTOMER, (_customer(corp, p, text) for p, text in zip(chunk, texts, strict=True)))
    _insert("follow_relation", RELATION, (row for p in chunk for row in _relations(corp, p)))
    _insert("customer_tag_relation", TAG, (row for p in chunk for row in _tags(corp, p)))
    for person, text in zip(chunk, texts, strict=True):
        uses.update(person.tags)
        for gram in search.grams(text):
            grams[gram].append(person.id)


def _text(p: Person) -> str:
    return search.text_of(name=p.name, mobile=p.mobile, remarks=[p.remark])


def _customer(corp: int, p: Person, text: str) -> Row:
    # Born with version 1; the tags were one act more.
    version = 2 if p.tags else 1
    about = (p.id, corp, p.external_userid, p.name, p.avatar, p.type, p.gender, p.unionid, p.mobile, p.province, p.city)
    return (*about, p.follower, p.added, p.channel, p.status, 0, version, text, p.added, p.added, *_UNREAD, *_MADE)


def _relations(corp: int, p: Person) -> Iterator[Row]:
    active = int(RelationStatus.ACTIVE)
    tail = (p.add_way, "", "", p.added, active, p.added, p.added, "[]", 0)
    yield (corp, p.id, p.follower, p.remark, "", "", "[]", *tail)
    if p.second_follower and p.second_follower != p.follower:
        yield (corp, p.id, p.second_follower, "", "", "", "[]", *tail)


def _tags(corp: int, p: Person) -> Iterator[Row]:
    for tag in p.tags:
        yield (corp, p.id, tag, p.follower, int(TagKind.CORP), "api", "system", p.added)


def _insert_grams(corp: int, grams: Grams) -> None:
    """In key order, so that the table grows at its end."""
    rows = ((corp, gram, ident, ident % dataset.DELETED_EVERY != 0) for gram in sorted(grams) for ident in grams[gram])
    while chunk := list(islice(rows, 200_000)):
        with transaction.atomic():
            _insert("customer_gram", GRAM, chunk)


def _insert(table: str, columns: str, rows: Iterable[Row]) -> None:
    names = columns.split()
    sql = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(['%s'] * len(names))})"
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))


def _relaxed(on: bool) -> None:
    """No checks while rows come that are known to be right: MySQL then builds the secondary keys in bulk."""
    if connection.vendor != "mysql":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION unique_checks = {int(not on)}, foreign_key_checks = {int(not on)}")


def _settle(uses: Counter[int]) -> None:
    """Counts of use, and the statistics by which the database plans."""
    now = dt.datetime.now(dt.UTC)
    tags = list(Tag.objects.all())
    for tag in tags:
        tag.use_count, tag.counted_at = uses[tag.pk], now
    Tag.objects.bulk_update(tags, ["use_count", "counted_at"])
    if connection.vendor == "mysql" and connection.in_atomic_block:
        # ANALYZE would commit what somebody else has not finished.
        return
    tables = ["customer", "follow_relation", "customer_tag_relation", "customer_gram", "tag"]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE TABLE {table}" if connection.vendor == "mysql" else f"ANALYZE {table}")
