"""Who reads and who writes which follow-up, computed twice: by the code, and from the organisation in plain words."""

import pytest

from core.errors import RuleViolation
from corps.actors import SYSTEM, Actor
from corps.choices import Role
from corps.models import Employee
from customers.models import Customer
from followups import writing
from followups.models import FollowUp
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast

WRITERS = ["owner", "colleague", "manager", "admin", "service"]


@pytest.fixture
def actors(cast: Cast) -> dict[str, Actor]:
    return {name: cast.actor(name) for name in ("owner", "colleague", "manager", "admin")} | {
        "service": make.service(cast.corp)
    }


def wrote(customer: Customer, content: str = "x", employee: Employee | None = None) -> FollowUp:
    who = employee.pk if employee else None
    return writing.write(customer=customer, content=content, by=SYSTEM, source="system", employee_id=who)


def test_whoever_may_see_the_customer_reads_its_history_and_nobody_else(cast: Cast, actors: dict[str, Actor]) -> None:
    above = make.employee(cast.corp, cast.department.parent)
    customers = {
        "owner's": make.customer(cast.corp, cast.owner),
        "colleague's": make.customer(cast.corp, cast.colleague),
        "of one above": make.customer(cast.corp, above),
        "nobody's": make.customer(cast.corp),
        "a stranger's": make.customer(cast.other_corp, cast.stranger),
    }
    rows = {name: wrote(customer) for name, customer in customers.items()}
    ours = {"owner's", "colleague's", "of one above", "nobody's"}
    seen = {
        "owner": {"owner's"},
        "colleague": {"colleague's"},
        "manager": {"owner's", "colleague's"},
        "admin": ours,
        "service": ours,
    }
    for name, actor in actors.items():
        found = set(FollowUp.objects.visible_to(actor))
        assert found == {rows[which] for which in seen[name]}, name
        may = {which for which, c in customers.items() if Customer.objects.visible_to(actor).filter(pk=c.pk).exists()}
        assert may == seen[name]
    assert set(FollowUp.objects.visible_to(SYSTEM)) == set(rows.values())
    lost = make.user(None, Role.ADMIN).actor
    assert not FollowUp.objects.visible_to(lost).exists()


def test_who_wrote_it_doesnt_matter_for_who_reads_it(cast: Cast, actors: dict[str, Actor]) -> None:
    customer = make.customer(cast.corp, cast.colleague)
    wrote(customer, employee=cast.owner)
    assert not FollowUp.objects.visible_to(actors["owner"]).exists()
    assert FollowUp.objects.visible_to(actors["colleague"]).exists()


@pytest.mark.parametrize("who", WRITERS)
def test_for_whom_each_one_may_write(cast: Cast, actors: dict[str, Actor], who: str) -> None:
    above, team = make.employee(cast.corp, cast.department.parent), make.department(cast.corp, cast.department)
    people = {
        "owner": cast.owner,
        "colleague": cast.colleague,
        "manager": cast.manager,
        "below": make.employee(cast.corp, team),
        "above": above,
        "homeless": make.employee(cast.corp),
        "stranger": cast.stranger,
    }
    everyone = set(people) - {"stranger"}
    allowed = {
        "owner": {"owner"},
        "colleague": {"colleague"},
        "manager": {"owner", "colleague", "manager", "below"},
        "admin": everyone,
        "service": everyone,
    }
    customer = make.customer(cast.corp, cast.owner)
    for name, employee in people.items():
        rows, events = FollowUp.objects.count(), OutboxEvent.objects.count()
        act = {"customer": customer, "content": "x", "by": actors[who], "source": "api", "employee_id": employee.pk}
        if name in allowed[who]:
            row = writing.write(**act)
            assert (row.employee_id, row.actor, row.corp_id) == (employee.pk, actors[who].label, cast.corp.pk)
            continue
        with pytest.raises(RuleViolation, match="employee_unknown"):
            writing.write(**act)
        assert (FollowUp.objects.count(), OutboxEvent.objects.count()) == (rows, events), name


def test_a_manager_who_is_no_employee_writes_for_nobody_but_may_leave_it_open(cast: Cast) -> None:
    by = make.user(cast.corp, Role.MANAGER).actor
    customer = make.customer(cast.corp, cast.owner)
    with pytest.raises(RuleViolation, match="employee_unknown"):
        writing.write(customer=customer, content="x", by=by, source="operator", employee_id=cast.owner.pk)
    assert writing.write(customer=customer, content="x", by=by, source="operator").employee_id is None


def test_a_strangers_ids_in_every_position_write_nothing(cast: Cast) -> None:
    theirs, mine = make.customer(cast.other_corp, cast.stranger), make.customer(cast.corp, cast.owner)
    wrote(theirs, "内部消息")
    client = api.client(cast.corp)
    before = FollowUp.objects.count(), OutboxEvent.objects.count()
    for customer, employee, status in (
        (theirs, None, 404),
        (theirs, cast.stranger, 404),
        (theirs, cast.owner, 404),
        (mine, cast.stranger, 422),
    ):
        body = {"content": "x"} | ({"employeeId": employee.pk} if employee else {})
        answer = client.post(f"/api/v1/customers/{customer.pk}/followups", body)
        assert answer.status_code == status
    assert client.get(f"/api/v1/customers/{theirs.pk}/followups").status_code == 404
    assert (FollowUp.objects.count(), OutboxEvent.objects.count()) == before


def test_each_follow_up_is_a_subject_of_its_own_with_its_first_version(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    rows = [wrote(customer, str(n)) for n in range(3)]
    events = OutboxEvent.objects.filter(aggregate_type="follow_up").order_by("id")
    assert [(e.aggregate_id, e.aggregate_version, e.payload["corpId"]) for e in events] == [
        (row.pk, 1, cast.corp.pk) for row in rows
    ]


def test_a_follow_up_is_called_by_its_beginning(cast: Cast) -> None:
    assert str(wrote(make.customer(cast.corp), "长" * 100)) == "长" * 40
