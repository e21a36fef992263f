"""Who may still change what: computed by the code, and beside it in plain words from who wrote it for whom and when."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Forbidden
from core.time import now
from corps.actors import SYSTEM
from corps.choices import Role
from customers.models import Customer
from followups import whose, writing
from followups.models import FollowUp, FollowUpSetting
from tests import make
from tests.conftest import Cast

ACTORS = ["owner", "colleague", "manager", "admin", "service", "system", "outsider", "unplaced"]


@pytest.fixture
def actors(cast: Cast) -> dict[str, Any]:
    elsewhere = make.department(cast.corp, name="售后部")
    boss = make.employee(cast.corp, elsewhere, leads=True)
    named = {name: cast.actor(name) for name in ("owner", "colleague", "manager", "admin")}
    return named | {
        "service": make.service(cast.corp),
        "system": SYSTEM,
        # A manager of another department, and staff who are no employee.
        "outsider": make.user(cast.corp, Role.MANAGER, boss).actor,
        "unplaced": make.user(cast.corp, Role.STAFF).actor,
    }


def wrote(cast: Cast, by: Any, employee_id: int | None, hours: float) -> FollowUp:
    customer = Customer.objects.first() or make.customer(cast.corp, cast.owner)
    given = {"content": "x", "source": "api", "by": SYSTEM, "employee_id": employee_id}
    row = writing.write(customer=customer, **given)
    created = now() - dt.timedelta(hours=hours)
    FollowUp.objects.filter(pk=row.pk).update(actor=by.label, employee_id=employee_id, create_time=created)
    return FollowUp.objects.get(pk=row.pk)


def verdict(row: FollowUp, by: Any) -> str:
    try:
        whose.check_revisable(row, by)
    except Forbidden as refusal:
        return refusal.code
    return "may"


def in_words(cast: Cast, who: str, writer: str, employee: str | None, fresh: bool) -> str:
    """The rule as the manual says it."""
    if who in ("admin", "service", "system"):
        return "may"
    if who == "manager" and employee in ("owner", "colleague", "manager"):
        return "may"
    if who not in (writer, employee):
        return "not_your_record"
    return "may" if fresh else "edit_time_over"


@pytest.mark.parametrize("hours", [0, 23.9, 24.1, 5_000])
def test_the_code_and_the_manual_agree(cast: Cast, actors: dict[str, Any], hours: float) -> None:
    people = {"owner": cast.owner.pk, "colleague": cast.colleague.pk, "manager": cast.manager.pk, None: None}
    for writer in ("owner", "colleague", "manager", "admin", "service"):
        for employee, pk in people.items():
            row = wrote(cast, actors[writer], pk, hours)
            got = {who: verdict(row, actors[who]) for who in ACTORS}
            want = {who: in_words(cast, who, writer, employee, hours < 24) for who in ACTORS}
            assert got == want, (writer, employee)


@pytest.mark.parametrize(
    ("allowed", "hours", "may"), [(0, 0, False), (1, 0.9, True), (1, 1.1, False), (8_760, 8_000, True)]
)
def test_the_setting_is_the_bound(cast: Cast, actors: dict[str, Any], allowed: int, hours: float, may: bool) -> None:
    FollowUpSetting.objects.create(corp=cast.corp, edit_hours=allowed)
    row = wrote(cast, actors["owner"], cast.owner.pk, hours)
    assert (verdict(row, actors["owner"]) == "may") == may
    assert verdict(row, actors["admin"]) == "may"


def test_comments_are_under_the_same_rule(cast: Cast, actors: dict[str, Any]) -> None:
    row = wrote(cast, actors["owner"], cast.owner.pk, 0)
    comment = make.comment(row, cast.colleague)
    got = {who: verdict(comment, actors[who]) for who in ("owner", "colleague", "manager", "admin")}  # type: ignore[arg-type]
    assert got == {"owner": "not_your_record", "colleague": "may", "manager": "may", "admin": "may"}


def test_the_refusal_says_for_how_long(cast: Cast, actors: dict[str, Any]) -> None:
    FollowUpSetting.objects.create(corp=cast.corp, edit_hours=6)
    with pytest.raises(Forbidden) as refusal:
        whose.check_revisable(wrote(cast, actors["owner"], None, 7), actors["owner"])
    assert "6" in str(refusal.value.message)


def test_only_whoever_is_asked_about_costs_a_statement(
    cast: Cast, actors: dict[str, Any], django_assert_num_queries: Any
) -> None:
    row = wrote(cast, actors["owner"], cast.owner.pk, 0)
    for who, number in (("admin", 0), ("system", 0), ("owner", 1), ("colleague", 0)):
        with django_assert_num_queries(number):
            verdict(row, actors[who])
