"""The cast: an owner of customers, a colleague, the manager of both, an administrator, a stranger of another corp."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import TransactionTestCase
from django.utils import translation

from core import throttling
from corps import authentication, keyring, mirrored
from corps.choices import Role
from corps.models import Corp, Department, DepartmentMember, Employee, User
from customers import cache as customer_cache
from customers import listing
from customers.channels import figures
from customers.custom import marking
from customers.privacy import viewing
from messaging.models import OutboxEvent
from segments.bitmaps import memory
from segments.console import understood
from segments.rules import books
from tests import make, once
from tests.staged import Staged
from tests.sweeping import sweep


def pytest_configure() -> None:
    # The slowness of the real hash is not what these tests are about.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # What is uploaded is gone with the process.
    settings.STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    # WhiteNoise would list all static files anew for each test's client.
    settings.WHITENOISE_AUTOREFRESH = True
    TransactionTestCase._fixture_teardown = sweep  # type: ignore[method-assign]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of what only real servers do are skipped, and named in the summary, where there are none.

    On services, tests that would say the same there are left to the embedded run."""
    if settings.REDIS_URL and not settings.EMBEDDED_BROKER and "mysql" in settings.DATABASES["default"]["ENGINE"]:
        once.deselect(config, items)
        return
    skip = pytest.mark.skip(reason="NOT RUN: needs MariaDB or MySQL, Redis and RabbitMQ (make services)")
    for item in items:
        if item.get_closest_marker("services"):
            item.add_marker(skip)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: the garbage collector needn't look at it after each test."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_use_migrations(request: pytest.FixtureRequest) -> bool:
    """Only slow tests, with processes of their own, need migrated tables: those of the models take a tenth as long."""
    return any(item.get_closest_marker("slow") for item in request.session.items)


@dataclass
class Cast:
    corp: Corp
    department: Department
    owner: Employee
    colleague: Employee
    manager: Employee
    other_corp: Corp
    stranger: Employee
    users: dict[str, User]

    def actor(self, name: str) -> Any:
        """The actor of ``owner``, ``colleague``, ``manager``, ``admin`` or ``stranger``."""
        return self.users[name].actor


def made_cast() -> Cast:
    corp, other = make.corp(name="甲公司"), make.corp(name="乙公司")
    root = make.department(corp, name="总部")
    sales = make.department(corp, root, name="销售部")
    owner, colleague = make.employee(corp, sales, name="王小明"), make.employee(corp, sales, name="李小红")
    manager = make.employee(corp, sales, name="赵经理", leads=True)
    stranger = make.employee(other, name="外人")
    users = {
        "owner": make.user(corp, Role.STAFF, owner),
        "colleague": make.user(corp, Role.STAFF, colleague),
        "manager": make.user(corp, Role.MANAGER, manager),
        "admin": make.user(corp, Role.ADMIN),
        "stranger": make.user(other, Role.ADMIN, stranger),
    }
    return Cast(corp, sales, owner, colleague, manager, other, stranger, users)


def _rows(cast: Cast) -> list[list[Any]]:
    """All that the making of a cast has written, those that others refer to first."""
    departments = [cast.department.parent, cast.department]
    people = [cast.owner, cast.colleague, cast.manager, cast.stranger]
    places = list(DepartmentMember.objects.filter(employee__in=people))
    return [[cast.corp, cast.other_corp], departments, people, places, list(cast.users.values())]


_staged = Staged(made_cast, _rows)


@pytest.fixture
def cast(db: None) -> Cast:
    return _staged.again()


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()
    # A request's language stays behind in its thread, which here is the next test's too.
    translation.deactivate()
    keyring.forget()
    mirrored.forget()
    listing.forget_totals()
    understood.forget()
    figures.forget()
    authentication.forget_people()
    throttling.meter.clear()
    customer_cache.forget_copies()
    marking.marks.cache_clear()
    viewing.views.clear()
    books.forget()
    memory.forget()


@pytest.fixture(autouse=True)
def _shut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, _fresh_cache: None) -> None:
    if once.once(request.node):
        once.shut(monkeypatch)


@pytest.fixture
def recorded(db: None) -> Any:
    """Call it to get the events recorded so far, as (name, aggregate id, data), oldest first."""
    return lambda: [(e.name, e.aggregate_id, e.payload["data"]) for e in OutboxEvent.objects.order_by("id")]


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A handler ends each request by looking at its connection; the test's own transaction must outlive that."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
