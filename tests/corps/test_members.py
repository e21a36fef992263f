"""Employees who come from WeCom: one user each, a session that opens the sidebar, and nothing for those who left."""

from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory

from core.errors import Forbidden
from corps import members
from corps.actors import SYSTEM
from corps.choices import EmployeeStatus, Role
from corps.models import User
from tests import make
from tests.conftest import Cast


@pytest.fixture
def request_(db: None) -> Any:
    made = RequestFactory().get("/")
    made.session = SessionStore()
    made.session.create()
    return made


class TestAdmitting:
    def test_who_has_no_user_gets_one_that_no_password_opens(self, cast: Cast) -> None:
        employee = make.employee(cast.corp, name="新来的")
        user = members.admit(employee=employee, by=SYSTEM)
        stored = User.objects.get(employee=employee)
        assert (stored.pk, stored.name, stored.corp, stored.role) == (user.pk, "新来的", cast.corp, Role.STAFF)
        assert (stored.is_superuser, stored.has_usable_password()) == (False, False)
        assert user.actor.employee_id == employee.pk

    def test_who_has_one_keeps_it_with_its_role(self, cast: Cast) -> None:
        before = User.objects.count()
        assert members.admit(employee=cast.manager, by=SYSTEM) == cast.users["manager"]
        assert (cast.users["manager"].role, User.objects.count()) == (Role.MANAGER, before)

    @pytest.mark.parametrize("status", [EmployeeStatus.DISABLED, EmployeeStatus.INACTIVE, EmployeeStatus.LEFT])
    def test_who_does_not_work_here_any_more_is_refused_and_leaves_no_user(
        self, cast: Cast, status: EmployeeStatus
    ) -> None:
        employee = make.employee(cast.corp, status=status)
        with pytest.raises(Forbidden) as refused:
            members.admit(employee=employee, by=SYSTEM)
        assert refused.value.code == "member_gone"
        assert not User.objects.filter(employee=employee).exists()

    def test_one_whose_account_was_switched_off_stays_out(self, cast: Cast) -> None:
        User.objects.filter(pk=cast.users["owner"].pk).update(is_active=False)
        with pytest.raises(Forbidden):
            members.admit(employee=cast.owner, by=SYSTEM)
        assert not User.objects.get(pk=cast.users["owner"].pk).is_active


class TestTheSession:
    def test_nobody_is_in_it_at_first(self, request_: Any) -> None:
        assert members.member(request_) is None

    def test_it_is_another_one_after_the_login_and_says_who(self, cast: Cast, request_: Any) -> None:
        before = request_.session.session_key
        members.remember(request_, cast.users["owner"])
        assert request_.session.session_key != before
        assert members.member(request_) == cast.users["owner"]

    def test_it_ends_for_those_who_left_and_when_it_is_forgotten(self, cast: Cast, request_: Any) -> None:
        members.remember(request_, cast.users["owner"])
        cast.owner.status = EmployeeStatus.LEFT
        cast.owner.save(update_fields=["status"])
        assert members.member(request_) is None
        cast.owner.status = EmployeeStatus.ACTIVE
        cast.owner.save(update_fields=["status"])
        assert members.member(request_) == cast.users["owner"]
        members.forget(request_)
        assert members.member(request_) is None

    def test_a_user_who_is_no_employee_has_no_chats(self, cast: Cast, request_: Any) -> None:
        members.remember(request_, cast.users["admin"])
        assert members.member(request_) is None


def test_two_who_come_at_once_become_one_user(cast: Cast) -> None:
    employee = make.employee(cast.corp)
    first = members.admit(employee=employee, by=SYSTEM)
    # The second looked before the first was there, and finds it when it writes.
    again = members.admit(employee=type(employee).objects.get(pk=employee.pk), by=SYSTEM)
    assert first == again
    assert User.objects.filter(employee=employee).count() == 1


def test_the_name_of_the_login_can_be_nobody_elses(cast: Cast) -> None:
    one, other = make.employee(cast.corp, userid="Lina"), make.employee(cast.other_corp, userid="Lina")
    names = {members.admit(employee=employee, by=SYSTEM).username for employee in (one, other)}
    assert names == {f"wecom:{one.pk}", f"wecom:{other.pk}"}
