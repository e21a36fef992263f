"""The demo company from a visitor's side: what each login sees, what the key opens, whose rows are whose."""

import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.management import call_command
from django.db import models
from django.test import Client, override_settings
from django.urls import reverse
from rest_framework.test import APIClient

from core.time import now
from corps.choices import EmployeeStatus, Scope
from corps.models import ApiAccount, ApiKey, Corp, Department, DepartmentMember, Employee, User
from customers.choices import RelationStatus
from customers.models import Customer, CustomerGram, CustomerTag, FollowRelation, RelationEpisode
from followups.models import FollowUp
from groups.models import GroupChat, GroupMember
from insights.models import StatWindow
from insights.stats.terms import Span
from scrm_customer import demo, demo_access, demo_extras, demo_words
from scrm_customer.demo_access import Access
from tags.models import Tag, TagGroup
from tests import make
from tests.world import undone

FEW = 40
LOGINS = ["demo-root", "demo-admin", "demo-manager", "demo-staff"]


@pytest.fixture(scope="module")
def _filled(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Access]:
    """The demo company with few customers, and how to get in: made once for all of these tests."""
    folder = tmp_path_factory.mktemp("demo")
    alone = override_settings(DATA_DIR=folder, SYNC_CALLS_AT_ONCE=1)
    with django_db_blocker.unblock(), undone(), alone, pytest.MonkeyPatch.context() as few:
        few.setattr(demo, "CUSTOMERS", FEW)
        few.setattr(demo_extras, "FOLLOW_UPS", 10)
        with demo.sandbox() as sandbox:
            yield demo_access.give(demo.fill(sandbox.url))


@pytest.fixture
def access(_filled: Access, db: None) -> Access:
    return _filled


def corp() -> Corp:
    found = demo.company()
    assert found
    return found


def entered(access: Access, login: str) -> Client:
    """A browser that has come in through the login page."""
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": login, "password": access.logins[login]})
    assert (answer.status_code, SESSION_KEY in client.session) == (302, True)
    return client


def api(access: Access) -> Any:
    return APIClient(headers={"X-Api-Key": access.api_key})


# --- logins ---


@pytest.mark.parametrize("login", LOGINS)
def test_a_login_opens_the_console_through_the_login_page(access: Access, login: str) -> None:
    assert entered(access, login).get(reverse("admin:customers_customer_changelist")).status_code == 200


@pytest.mark.parametrize("login", LOGINS)
def test_anothers_password_does_not(access: Access, login: str) -> None:
    other = LOGINS[(LOGINS.index(login) + 1) % len(LOGINS)]
    client = Client()
    answer = client.post(reverse("admin:login"), {"username": login, "password": access.logins[other]})
    assert answer.status_code == 200
    assert SESSION_KEY not in client.session


@pytest.mark.parametrize(
    ("login", "page", "status"),
    [
        ("demo-root", "corps_corp", 200),
        ("demo-admin", "corps_apiaccount", 200),
        ("demo-admin", "messaging_outboxevent", 200),
        ("demo-admin", "django_celery_beat_periodictask", 403),
        ("demo-manager", "tags_tag", 200),
        ("demo-manager", "corps_apiaccount", 403),
        ("demo-staff", "customers_customer", 200),
        ("demo-staff", "corps_user", 403),
        ("demo-staff", "messaging_outboxevent", 403),
    ],
)
def test_a_role_opens_its_pages_and_no_others(access: Access, login: str, page: str, status: int) -> None:
    assert entered(access, login).get(reverse(f"admin:{page}_changelist")).status_code == status


def test_the_manager_and_the_staff_member_work_in_the_same_department(access: Access) -> None:
    people = {u.username: u.employee for u in User.objects.exclude(employee=None)}
    manager, staff = people["demo-manager"], people["demo-staff"]
    assert manager and staff
    of = {m.employee_id: m for m in DepartmentMember.objects.filter(employee__in=[manager, staff])}
    assert of[manager.pk].department_id == of[staff.pk].department_id
    assert (of[manager.pk].is_leader, of[staff.pk].is_leader) == (True, False)


def test_the_manager_sees_the_departments_customers_and_the_staff_member_the_own(access: Access) -> None:
    staff, manager = (User.objects.get(username=f"demo-{role}") for role in ("staff", "manager"))
    room = DepartmentMember.objects.get(employee=manager.employee).department
    followed = FollowRelation.objects.filter(corp=corp(), status=RelationStatus.ACTIVE)
    below = followed.filter(employee__memberships__department=room)
    for who, theirs in ((manager, below), (staff, followed.filter(employee=staff.employee))):
        seen = Customer.objects.visible_to(who.actor).values_list("pk", flat=True)
        assert set(seen) == set(theirs.values_list("customer_id", flat=True))


@pytest.mark.parametrize("login", LOGINS[1:])
def test_nobody_of_the_company_sees_the_neighbour(access: Access, login: str) -> None:
    actor = User.objects.get(username=login).actor
    for model in (Customer, Tag, TagGroup, Employee, Department):
        seen = model.objects.visible_to(actor).values_list("corp_id", flat=True)  # type: ignore[attr-defined]
        assert set(seen) <= {corp().pk}, model


def test_a_password_told_is_kept_nowhere_in_the_database(access: Access) -> None:
    stored = " ".join(map(str, User.objects.values_list("password", flat=True)))
    keys = " ".join(map(str, ApiKey.objects.values_list("digest", flat=True)))
    assert not any(password in stored for password in access.logins.values())
    assert access.api_key.split(".")[1] not in keys
    assert len({*access.logins.values()}) == len(LOGINS)


# --- the key ---


def test_the_key_lists_the_companys_customers_alone(access: Access) -> None:
    answer = api(access).get("/api/v1/customers/", {"size": 100}).json()
    assert answer["total"] == Customer.objects.of_corp(corp().pk).alive().count()
    assert {row["corpId"] for row in answer["list"]} == {corp().pk}


def test_the_key_may_do_everything_an_interface_can(access: Access) -> None:
    account = ApiAccount.objects.get(corp=corp())
    assert set(account.scopes) == set(Scope.values)
    client = api(access)
    made = client.post("/api/v1/customers/", {"externalUserid": "wmNew", "name": "新客户"}, format="json")
    assert made.status_code == 201
    tag = Tag.objects.of_corp(corp().pk).first()
    assert tag
    tagged = client.post(f"/api/v1/customers/{made.json()['id']}/tags", {"tagIds": [tag.pk]}, format="json")
    assert tagged.status_code == 200


def test_the_key_finds_nothing_of_the_neighbour(access: Access) -> None:
    foreign = Customer.objects.exclude(corp=corp()).first()
    assert foreign
    assert api(access).get(f"/api/v1/customers/{foreign.pk}").status_code == 404


def test_a_demo_customer_is_found_by_any_part_of_its_number(access: Access) -> None:
    drawn = FollowRelation.objects.filter(corp=corp()).exclude(remark_mobiles=[]).first()
    assert drawn
    found = api(access).get("/api/v1/customers/", {"keyword": drawn.remark_mobiles[0][-5:]}).json()["list"]
    assert drawn.customer_id in [row["id"] for row in found]


def test_the_lines_for_people_name_every_login_and_the_key(access: Access) -> None:
    lines = access.lines()
    assert [line.split()[0] for line in lines] == [*LOGINS, "API"]
    assert lines[-1].split()[-1] == access.api_key


# --- whose rows are whose ---


def models_of_a_corp() -> list[type[models.Model]]:
    house = [Department, DepartmentMember, Employee, TagGroup, Tag]
    people = [Customer, FollowRelation, RelationEpisode, CustomerTag, FollowUp]
    return [*house, *people, GroupChat, GroupMember]


@pytest.mark.parametrize("model", models_of_a_corp(), ids=lambda m: m.__name__)
def test_no_row_leads_into_the_other_company(access: Access, model: Any) -> None:
    """Every reference of every row ends in the row's own company."""
    links = [f for f in model._meta.concrete_fields if f.many_to_one and hasattr(f.related_model, "corp")]
    for row in model.objects.select_related(*(f.name for f in links)):
        for link in links:
            far = getattr(row, link.name)
            assert far is None or far.corp_id == row.corp_id, (model, link.name)


def test_grams_belong_to_the_company_of_their_customer(access: Access) -> None:
    owners = dict(Customer.objects.values_list("pk", "corp_id"))
    assert all(owners[g.customer_id] == g.corp_id for g in CustomerGram.objects.all())


def test_the_neighbour_has_two_people_one_group_and_no_login(access: Access) -> None:
    other = Corp.objects.exclude(pk=corp().pk).get()
    assert (other.name, other.wecom_corpid) == demo_words.NEIGHBOUR
    assert not other.mirrored
    counts = [m.objects.filter(corp=other).count() for m in (Employee, TagGroup, Tag, Customer, User, ApiAccount)]
    assert counts == [2, 1, 10, 12, 0, 0]


# --- the house ---


def test_departments_have_a_leader_each_and_staff_are_spread_evenly(access: Access) -> None:
    rooms = Department.objects.filter(corp=corp()).exclude(parent=None)
    sizes = Counter(DepartmentMember.objects.filter(corp=corp()).values_list("department__name", flat=True))
    assert sizes == {"销售一部": 7, "销售二部": 7, "客户成功部": 6}
    for room in rooms:
        assert DepartmentMember.objects.filter(department=room, is_leader=True).count() == 1
    assert DepartmentMember.objects.filter(corp=corp(), is_main=False).count() == 0


def test_every_employee_works_and_may_follow(access: Access) -> None:
    staff = Employee.objects.of_corp(corp().pk)
    assert set(staff.values_list("status", "can_follow")) == {(EmployeeStatus.ACTIVE, True)}
    assert staff.count() == 20


def test_the_words_are_thirty_groups_of_ten_different_tags() -> None:
    assert len(demo_words.TAGS) == 30
    for group, tags in demo_words.TAGS.items():
        assert len(set(tags.split())) == len(tags.split()) == 10, group
    assert len(demo_words.PLACES) == 18
    assert all(len(place) == 2 for place in demo_words.PLACES)


def test_tags_stand_in_the_order_of_the_words(access: Access) -> None:
    groups = TagGroup.objects.of_corp(corp().pk).order_by("order")
    assert [g.name for g in groups] == list(demo_words.TAGS)
    for group in groups:
        names = group.tags.order_by("order").values_list("name", flat=True)
        assert list(names) == demo_words.TAGS[group.name].split()


def test_customers_and_groups_are_what_the_sandbox_has(access: Access) -> None:
    assert Customer.objects.filter(corp=corp()).count() == FEW
    assert GroupChat.objects.filter(corp=corp()).exists()
    assert not FollowRelation.objects.filter(corp=corp(), fetch_seq=0).exists()


def test_follow_ups_lie_between_the_adding_and_now(access: Access) -> None:
    assert FollowUp.objects.filter(corp=corp()).count() == 10
    for row in FollowUp.objects.select_related("customer"):
        assert row.customer.add_time
        assert row.customer.add_time <= row.happened_at <= now()
        assert row.employee_id == row.customer.follow_user_id


# --- a database that is not empty ---


def test_two_months_are_counted_so_that_the_first_page_has_numbers(access: Access) -> None:
    windows = StatWindow.objects.filter(corp__wecom_corpid=demo.access().corpid, span=Span.DAY)
    assert windows.count() == 61
    assert set(StatWindow.objects.values_list("corp__wecom_corpid", flat=True)) == {demo.access().corpid}


def test_a_company_that_was_there_before_is_left_alone(access: Access) -> None:
    mine = make.corp(name="自己的公司")
    customer = make.customer(mine, make.employee(mine))
    out = io.StringIO()
    call_command("fill_demo", stdout=out)
    assert demo_access.give(corp()) == access
    assert Customer.objects.get(pk=customer.pk).version == customer.version
    assert "filled" not in out.getvalue()
