import datetime as dt
import io
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from corps import staffing
from corps.actors import SYSTEM
from corps.choices import Role
from corps.models import ApiAccount, ApiKey, Corp, Department, DepartmentMember, Employee, User
from customers import lifecycle, search, tagging
from customers.choices import CustomerStatus, RelationStatus
from customers.models import Customer, CustomerGram, CustomerTag, FollowRelation
from followups.models import FollowUp
from messaging.models import OutboxEvent
from scrm_customer import demo, demo_access, demo_customers
from tags.models import Tag, TagGroup
from tests import make

FEW = 60


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same company with fewer customers, where their number doesn't matter."""
    monkeypatch.setattr(demo, "CUSTOMERS", FEW)
    monkeypatch.setattr(demo, "FOLLOW_UPS", 10)


@pytest.fixture
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


def fill() -> str:
    out = io.StringIO()
    call_command("fill_demo", stdout=out)
    return out.getvalue()


def snapshot() -> list[Any]:
    """All that was filled, without what differs from one database to the next."""
    return [
        list(Department.objects.order_by("corp", "order", "name").values_list("corp__name", "name", "wecom_id")),
        list(Employee.objects.order_by("corp", "userid").values_list("userid", "name", "position")),
        list(Tag.objects.order_by("corp", "group__order", "order").values_list("group__name", "name", "use_count")),
        list(
            Customer.objects.order_by("corp", "external_userid").values_list(
                "external_userid", "name", "mobile", "city", "channel", "add_time", "status", "version",
                "follow_user__userid", "search_text",
            )
        ),
        Counter(CustomerTag.objects.values_list("customer__external_userid", "tag__name", "tag__group__name")),
        Counter(FollowRelation.objects.values_list("customer__external_userid", "remark", "add_way", "status")),
        Counter(FollowUp.objects.values_list("customer__external_userid", "content", "happened_at")),
    ]  # fmt: skip


def test_the_company_is_as_large_as_promised(db: None, own_folder: Path) -> None:
    fill()
    corp = demo.company()
    assert corp
    counts = {
        model.__name__: model.objects.filter(corp=corp).count()  # type: ignore[attr-defined]
        for model in (Department, Employee, TagGroup, Tag, Customer, FollowRelation, FollowUp)
    }
    assert counts == {
        "Department": 4,
        "Employee": 20,
        "TagGroup": 30,
        "Tag": 300,
        "Customer": 2_000,
        "FollowRelation": 2_000,
        "FollowUp": 600,
    }
    assert CustomerTag.objects.filter(corp=corp).count() > 5_000
    statuses = Counter(Customer.objects.filter(corp=corp).values_list("status", flat=True))
    assert 0 < statuses[CustomerStatus.DELETED] < statuses[CustomerStatus.LOST] < statuses[CustomerStatus.NORMAL]
    times = list(Customer.objects.filter(corp=corp).values_list("add_time", flat=True))
    last = demo_customers.LAST_DAY
    assert last - dt.timedelta(days=730) <= min(times) < last - dt.timedelta(days=700)
    assert last - dt.timedelta(days=30) < max(times) <= last


def test_two_fillings_are_alike(transactional_db: None, few: None) -> None:
    first = _filled_once()
    call_command("flush", interactive=False, verbosity=0)
    second = _filled_once()
    assert first == second
    assert len(first[3]) == FEW + demo.NEIGHBOURS


def _filled_once() -> list[Any]:
    demo.fill()
    return snapshot()


def test_a_second_call_writes_nothing_and_tells_the_same_logins(db: None, few: None, own_folder: Path) -> None:
    first = fill()
    before = snapshot()
    keys = list(ApiKey.objects.values_list("prefix", "revoked_at"))
    with CaptureQueriesContext(connection) as queries:
        again = fill()
    assert [q["sql"] for q in queries.captured_queries if not q["sql"].startswith("SELECT")] == []
    assert snapshot() == before
    assert list(ApiKey.objects.values_list("prefix", "revoked_at")) == keys
    assert first.endswith(again)


def test_a_company_that_is_there_is_not_filled_again_by_somebody_else(db: None, few: None) -> None:
    demo.fill()
    before = snapshot()
    with pytest.raises(IntegrityError):
        demo.fill()
    assert snapshot() == before


def test_production_takes_no_demo_data(db: None, own_folder: Path, settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="PRODUCTION=1"):
        fill()
    assert not Corp.objects.exists()
    assert not User.objects.exists()
    assert list(own_folder.iterdir()) == []


def test_every_customer_is_what_the_rules_would_have_made(db: None, few: None) -> None:
    corp = demo.fill()
    for drawn in Customer.objects.of_corp(corp.pk).order_by("pk"):
        made = _made_by_the_rules(drawn, make.corp())
        assert (made.search_text, made.version, made.alive, made.status) == (
            drawn.search_text,
            drawn.version,
            drawn.alive,
            drawn.status,
        )
        assert _grams(made) == _grams(drawn)
        assert _tags(made) == _tags(drawn)


def _made_by_the_rules(drawn: Customer, corp: Corp) -> Customer:
    """The same customer, made in another company by the verbs."""
    follower = make.employee(corp)
    remark = drawn.relations.get().remark
    made = make.customer(corp, follower, name=drawn.name, mobile=drawn.mobile)
    FollowRelation.objects.filter(customer=made).update(remark=remark)
    text = search.text_of(name=made.name, mobile=made.mobile, remarks=[remark])
    Customer.objects.filter(pk=made.pk).update(search_text=text)
    before, made = made.search_text, Customer.objects.get(pk=made.pk)
    search.reindex(made, before=before)
    group = make.group(corp)
    names = list(CustomerTag.objects.filter(customer=drawn).values_list("tag__name", flat=True))
    tagging.add_tags(customer=made, tag_ids=[make.tag(group, name=n).pk for n in names], by=SYSTEM, source="operator")
    if drawn.status == CustomerStatus.DELETED:
        lifecycle.delete(customer=made, by=SYSTEM, source="system")
    elif drawn.status == CustomerStatus.LOST:
        lifecycle.update(customer=made, by=SYSTEM, source="system", status=CustomerStatus.LOST)
    return Customer.objects.get(pk=made.pk)


def _grams(customer: Customer) -> set[str]:
    return set(CustomerGram.objects.filter(customer_id=customer.pk).values_list("gram", flat=True))


def _tags(customer: Customer) -> list[Any]:
    found = CustomerTag.objects.filter(customer=customer).order_by("tag__name")
    return list(found.values_list("tag__name", "kind", "source", "actor", "run_id"))


def test_relations_and_columns_of_the_main_relation_agree(db: None, few: None) -> None:
    corp = demo.fill()
    for customer in Customer.objects.of_corp(corp.pk):
        relation = customer.relations.get()
        assert (relation.employee_id, relation.add_time) == (customer.follow_user_id, customer.add_time)
        ended = relation.status == RelationStatus.ENDED_BY_CUSTOMER
        assert ended == (customer.status == CustomerStatus.LOST)
        assert ended == (relation.ended_at is not None)


def test_use_counts_are_what_counting_finds(db: None, few: None) -> None:
    demo.fill()
    counted = Counter(CustomerTag.objects.values_list("tag_id", flat=True))
    for tag in Tag.objects.all():
        assert tag.use_count == counted[tag.pk]


def test_the_demo_announces_nothing(db: None, few: None) -> None:
    demo.fill()
    assert not OutboxEvent.objects.exists()


def test_a_change_of_a_demo_customer_is_announced_like_any_other(db: None, few: None, recorded: Any) -> None:
    corp = demo.fill()
    customer = Customer.objects.of_corp(corp.pk).filter(status=CustomerStatus.NORMAL)[0]
    changed = lifecycle.update(customer=customer, by=SYSTEM, source="api", name="改名")
    assert changed.version == customer.version + 1
    assert recorded()[-1][:2] == ("customer.updated", customer.pk)


def test_each_role_has_a_login_that_sees_what_the_role_may(db: None, few: None, own_folder: Path) -> None:
    fill()
    corp = demo.company()
    assert corp
    seen = {u.username: Customer.objects.visible_to(u.actor).count() for u in User.objects.all()}
    everybody = FEW + demo.NEIGHBOURS
    assert seen["demo-root"] == everybody
    assert seen["demo-admin"] == FEW
    assert 0 < seen["demo-staff"] < seen["demo-manager"] < FEW
    assert dict(User.objects.filter(corp=corp).values_list("username", "role")) == {
        "demo-admin": Role.ADMIN,
        "demo-manager": Role.MANAGER,
        "demo-staff": Role.STAFF,
    }
    leader = User.objects.get(username="demo-manager").employee
    assert DepartmentMember.objects.get(employee=leader).is_leader


def test_the_passwords_told_are_the_ones_that_open(db: None, few: None, own_folder: Path, rf: Any) -> None:
    told = fill()
    corp = demo.company()
    assert corp
    access = demo_access.give(corp)
    for username, password in access.logins.items():
        assert password in told
        assert authenticate(rf.post("/admin/login/"), username=username, password=password)
        assert not authenticate(rf.post("/admin/login/"), username=username, password=password + "x")


def test_every_installation_has_passwords_and_a_key_of_its_own(db: None, few: None, own_folder: Path) -> None:
    corp = demo.fill()
    first = demo_access.give(corp)
    demo_access.path().unlink()
    second = demo_access.give(corp)
    assert not set(first.logins.values()) & set(second.logins.values())
    assert first.api_key != second.api_key
    assert User.objects.count() == 4
    account = ApiAccount.objects.get(corp=corp)
    live = account.keys.filter(revoked_at=None)
    assert [key.prefix for key in live] == [second.api_key.split(".")[0]]


def test_the_file_of_another_database_is_not_believed(db: None, few: None, own_folder: Path) -> None:
    corp = demo.fill()
    first = demo_access.give(corp)
    Corp.objects.filter(pk=corp.pk).update(create_time=corp.create_time + dt.timedelta(days=1))
    assert demo_access.give(Corp.objects.get(pk=corp.pk)).logins != first.logins


@pytest.mark.parametrize("content", ["", "{", "[]", '{"made": "2026"}'])
def test_a_broken_file_is_made_anew(db: None, few: None, own_folder: Path, content: str) -> None:
    corp = demo.fill()
    demo_access.path().write_text(content)
    assert demo_access.give(corp) == demo_access.give(corp)


def test_the_neighbour_is_a_company_of_its_own(db: None, few: None) -> None:
    corp = demo.fill()
    other = Corp.objects.exclude(pk=corp.pk).get()
    assert Customer.objects.of_corp(other.pk).count() == demo.NEIGHBOURS
    assert not CustomerTag.objects.filter(corp=corp, tag__corp=other).exists()
    assert not Customer.objects.filter(corp=other).exclude(follow_user__corp=other).exists()


def test_the_departments_hang_below_the_root(db: None, few: None) -> None:
    corp = demo.fill()
    root = Department.objects.get(corp=corp, parent=None)
    below = Department.objects.filter(corp=corp).exclude(pk=root.pk)
    assert below.count() == 3
    assert all(d.parent_id == root.pk and d.path == f"{root.path}{d.pk}/" for d in below)
    moved = staffing.move_department(department=below[0], parent=below[1], by=SYSTEM)
    assert moved.path.startswith(below[1].path)


def test_nobody_in_the_demo_has_a_number_that_could_be_real(db: None, few: None) -> None:
    demo.fill()
    numbers = Customer.objects.exclude(mobile=None).values_list("mobile", flat=True)
    assert all(number.startswith("1990000") for number in numbers if number)
    assert settings.PRODUCTION is False
