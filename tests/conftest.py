"""The cast: an owner of customers, a colleague, the manager of both, an administrator, a stranger of another corp."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from core import throttling
from corps import authentication, keyring, mirrored
from corps.choices import Role
from corps.models import Corp, Department, Employee, User
from customers import cache as customer_cache
from customers import listing
from messaging.models import OutboxEvent
from tests import make


def pytest_configure() -> None:
    # The slowness of the real hash is not what these tests are about.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of what only real servers do are skipped, and named in the summary, where there are none."""
    if settings.REDIS_URL and not settings.EMBEDDED_BROKER and "mysql" in settings.DATABASES["default"]["ENGINE"]:
        return
    skip = pytest.mark.skip(reason="NOT RUN: needs MariaDB or MySQL, Redis and RabbitMQ (make services)")
    for item in items:
        if item.get_closest_marker("services"):
            item.add_marker(skip)


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


@pytest.fixture
def cast(db: None) -> Cast:
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


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    cache.clear()
    keyring.forget()
    mirrored.forget()
    listing.forget_totals()
    authentication.forget_people()
    throttling.meter.clear()
    customer_cache.forget_copies()


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
