"""Users and the names of those who acted; what each role and scope may do."""

import itertools
from zoneinfo import ZoneInfo

import pytest

from core.errors import Forbidden, RuleViolation
from corps import logins, names
from corps.actors import SYSTEM
from corps.choices import Role, Scope
from corps.models import ApiKey, IdempotencyKey, User
from corps.policy import CONSOLE_ACTS, ROLE_ACTS, SCOPE_ACTS, Act
from tests import make
from tests.conftest import Cast


def fresh(cast: Cast, **fields) -> User:
    return User(**{"username": "new.one", "corp": cast.corp, "role": Role.STAFF} | fields)


def test_an_administrator_makes_users_of_their_own_company(cast: Cast) -> None:
    row = logins.save_user(user=fresh(cast, employee=make.employee(cast.corp)), by=SYSTEM)
    assert User.objects.get(username="new.one").pk == row.pk
    row.role = Role.MANAGER
    logins.save_user(user=row, by=cast.actor("admin"))
    assert User.objects.get(username="new.one").role == Role.MANAGER


@pytest.mark.parametrize("how", ["another company", "no company", "a superuser"])
def test_an_administrator_hands_out_nothing_beyond_their_company(cast: Cast, how: str) -> None:
    fields = {
        "another company": {"corp": cast.other_corp},
        "no company": {"corp": None},
        "a superuser": {"is_superuser": True},
    }[how]
    before = User.objects.count()
    with pytest.raises(Forbidden) as refusal:
        logins.save_user(user=fresh(cast, **fields), by=cast.actor("admin"))
    assert refusal.value.code == "beyond_own_company"
    assert User.objects.count() == before


def test_a_user_who_is_no_superuser_belongs_to_a_company(cast: Cast) -> None:
    root = make.user(None, Role.ADMIN, is_superuser=True).actor
    with pytest.raises(RuleViolation) as refusal:
        logins.save_user(user=fresh(cast, corp=None), by=root)
    assert (refusal.value.code, refusal.value.errors[0].field) == ("company_missing", "corp")
    assert logins.save_user(user=fresh(cast, corp=None, is_superuser=True), by=root).pk


def test_a_user_is_no_employee_of_another_company(cast: Cast) -> None:
    with pytest.raises(RuleViolation) as refusal:
        logins.save_user(user=fresh(cast, employee=cast.stranger), by=cast.actor("admin"))
    assert (refusal.value.code, refusal.value.errors[0].field) == ("employee_foreign", "employeeId")
    assert not User.objects.filter(username="new.one").exists()


def test_those_who_acted_are_named_in_two_statements(cast: Cast, django_assert_num_queries) -> None:
    users = [make.user(cast.corp, name=f"员工{n}") for n in range(3)]
    account = make.account(cast.corp, name="商城")
    labels = [u.actor.label for u in users] + [f"api:{account.pk}"]
    with django_assert_num_queries(2):
        found = names.names_of(labels * 3, corp_id=cast.corp.pk)
    assert found == dict(zip(labels, ["员工0", "员工1", "员工2", "商城"], strict=True))


def test_nobody_of_another_company_is_named_and_a_superuser_is(cast: Cast) -> None:
    root = make.user(None, Role.ADMIN, is_superuser=True, username="root")
    theirs = make.account(cast.other_corp)
    labels = [cast.users["stranger"].actor.label, root.actor.label, f"api:{theirs.pk}"]
    assert names.names_of(labels, corp_id=cast.corp.pk) == {root.actor.label: "root"}


@pytest.mark.parametrize("label", ["system", "", ":", "user:", "user:x", "api:-1", "robot:1", "user:999999", "user:²"])
def test_what_cant_be_named_is_left_out(cast: Cast, label: str) -> None:
    assert names.names_of([label], corp_id=cast.corp.pk) == {}


def test_nothing_to_name_costs_nothing(cast: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert names.names_of(["system"], corp_id=cast.corp.pk) == {}


def test_each_role_may_all_that_the_one_below_it_may() -> None:
    assert ROLE_ACTS[Role.STAFF] < ROLE_ACTS[Role.MANAGER] < ROLE_ACTS[Role.ADMIN] < frozenset(Act)
    assert Act.SYSTEM_MANAGE not in ROLE_ACTS[Role.ADMIN]


def test_scopes_overlap_in_nothing_and_any_set_of_them_is_their_sum(cast: Cast) -> None:
    for one, other in itertools.combinations(Scope, 2):
        assert not SCOPE_ACTS[one] & SCOPE_ACTS[other]
    for count in range(1, 4):
        for scopes in itertools.combinations(Scope, count):
            assert make.service(cast.corp, *scopes).acts == frozenset().union(*(SCOPE_ACTS[s] for s in scopes))
    assert make.user(cast.corp, Role.ADMIN).actor.acts >= SCOPE_ACTS[Scope.TAGS]


def test_an_account_without_a_scope_may_nothing(cast: Cast) -> None:
    assert make.account(cast.corp, scopes=[]).scopes == []
    service = make.actor_of_account(make.account(cast.corp, scopes=[]))
    assert not any(service.may(act) for act in Act)


@pytest.mark.parametrize("role", Role)
def test_the_console_asks_the_same_policy(cast: Cast, role: Role) -> None:
    user = make.user(cast.corp, role)
    for permission, act in CONSOLE_ACTS.items():
        assert user.has_perm(permission) == user.actor.may(act), permission
    assert not user.has_perm("corps.delete_corp")
    assert user.has_module_perms("customers")
    assert not user.has_module_perms("sessions")


def test_whoever_is_switched_off_may_nothing_superuser_or_not(cast: Cast) -> None:
    for fields in ({}, {"is_superuser": True}):
        user = make.user(cast.corp, Role.ADMIN, is_active=False, **fields)
        assert not any(user.has_perm(permission) for permission in CONSOLE_ACTS)
        assert not user.has_module_perms("customers")
        assert not user.is_staff
    root = make.user(None, Role.STAFF, is_superuser=True)
    assert root.has_perm("anything.at_all")
    assert root.has_module_perms("anything")


def test_a_company_counts_its_days_in_its_own_zone(cast: Cast) -> None:
    assert cast.corp.zone == ZoneInfo("Asia/Shanghai")
    assert make.corp(time_zone="Europe/Paris").zone == ZoneInfo("Europe/Paris")


def test_rows_are_called_by_what_people_know_them_by(cast: Cast) -> None:
    account = make.account(cast.corp, name="商城")
    membership = cast.owner.memberships.get()
    assert [str(row) for row in (cast.corp, cast.department, cast.owner, account, membership)] == [
        "甲公司",
        "销售部",
        "王小明",
        "商城",
        "王小明 · 销售部",
    ]
    nameless = make.employee(cast.corp, name="", userid="Zhang3")
    assert (str(nameless), str(make.user(cast.corp, username="zhang3"))) == ("Zhang3", "zhang3")
    assert str(ApiKey(prefix="0a1b2c3d4e5f", digest="d" * 64)) == "0a1b2c3d4e5f…"
    assert str(IdempotencyKey(key="order-1")) == "order-1"


def test_a_label_tells_who_acted_without_saying_who_it_is(cast: Cast) -> None:
    user = cast.users["owner"]
    assert (user.actor.label, SYSTEM.label) == (f"user:{user.pk}", "system")
    assert make.service(cast.corp).label.startswith("api:")
    assert user.actor.pk == user.pk
