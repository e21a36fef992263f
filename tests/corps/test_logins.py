"""Who may make and change the console's users, and how records name who acted."""

import pytest

from core.errors import Forbidden, RuleViolation
from corps import logins
from corps.choices import Role
from corps.models import User
from corps.names import names_of
from tests import make
from tests.conftest import Cast


def fresh(cast: Cast, **fields: object) -> User:
    return User(**{"username": "fresh", "corp": cast.corp, "role": Role.STAFF} | fields)


def test_an_administrator_stores_a_user_of_the_own_company(cast: Cast) -> None:
    user = logins.save_user(user=fresh(cast), by=cast.actor("admin"))
    assert User.objects.get(pk=user.pk).corp_id == cast.corp.pk


@pytest.mark.parametrize("change", ["superuser", "corp", "none"])
def test_an_administrator_can_not_reach_beyond_the_company(cast: Cast, change: str) -> None:
    fields = {
        "superuser": {"is_superuser": True},
        "corp": {"corp": cast.other_corp},
        "none": {"corp": None},
    }[change]
    with pytest.raises(Forbidden) as refusal:
        logins.save_user(user=fresh(cast, **fields), by=cast.actor("admin"))
    assert refusal.value.code == "beyond_own_company"
    assert not User.objects.filter(username="fresh").exists()


def test_a_superuser_makes_both_but_an_ordinary_user_needs_a_company(cast: Cast) -> None:
    root = User.objects.create_superuser("root", "correct horse battery")
    logins.save_user(user=fresh(cast, username="other", corp=cast.other_corp), by=root.actor)
    logins.save_user(user=fresh(cast, username="second", corp=None, is_superuser=True), by=root.actor)
    with pytest.raises(RuleViolation) as refusal:
        logins.save_user(user=fresh(cast, corp=None), by=root.actor)
    assert refusal.value.code == "company_missing"
    assert not User.objects.filter(username="fresh").exists()


def test_a_user_is_no_employee_of_another_company(cast: Cast) -> None:
    with pytest.raises(RuleViolation) as refusal:
        logins.save_user(user=fresh(cast, employee=cast.stranger), by=cast.actor("admin"))
    assert (refusal.value.code, refusal.value.errors[0].field) == ("employee_foreign", "employeeId")
    assert not User.objects.filter(username="fresh").exists()


def test_users_and_accounts_are_named_and_the_rest_is_left_out(cast: Cast) -> None:
    user, account = cast.users["owner"], make.account(cast.corp, name="CRM")
    labels = [f"user:{user.pk}", f"api:{account.pk}", "system", "user:999999", "rule:3", "user:x", ""]
    assert names_of(labels, corp_id=cast.corp.pk) == {f"user:{user.pk}": str(user), f"api:{account.pk}": "CRM"}


def test_another_companys_people_are_not_named(cast: Cast) -> None:
    stranger, account = cast.users["stranger"], make.account(cast.other_corp)
    assert names_of([f"user:{stranger.pk}", f"api:{account.pk}"], corp_id=cast.corp.pk) == {}


def test_a_superuser_is_named_everywhere(cast: Cast) -> None:
    root = User.objects.create_superuser("root", "correct horse battery", name="平台")
    assert names_of([f"user:{root.pk}"], corp_id=cast.corp.pk) == {f"user:{root.pk}": "平台"}


def test_naming_nobody_asks_the_database_nothing(cast: Cast, django_assert_num_queries) -> None:
    with django_assert_num_queries(0):
        assert names_of(["system", ""], corp_id=cast.corp.pk) == {}
