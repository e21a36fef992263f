"""Rows for tests. Each function makes one valid row; what a test cares about it passes in."""

import itertools
from typing import Any

from core.time import now
from corps import staffing
from corps.actors import SYSTEM, Actor
from corps.choices import Role
from corps.models import ApiAccount, Corp, Department, DepartmentMember, Employee, User
from corps.policy import actor_of_account
from customers import lifecycle, tagging
from customers.models import Customer, FollowRelation
from tags.models import Tag, TagGroup

_serial = itertools.count(1)


def corp(**fields: Any) -> Corp:
    n = next(_serial)
    return Corp.objects.create(**{"name": f"公司{n}", "wecom_corpid": f"ww{n:016d}"} | fields)


def department(corp: Corp, parent: Department | None = None, **fields: Any) -> Department:
    name = fields.pop("name", f"部门{next(_serial)}")
    return staffing.create_department(corp=corp, name=name, parent=parent, by=SYSTEM, **fields)


def employee(corp: Corp, department: Department | None = None, *, leads: bool = False, **fields: Any) -> Employee:
    n = next(_serial)
    row = Employee.objects.create(corp=corp, **{"userid": f"Staff{n}", "name": f"员工{n}", "can_follow": True} | fields)
    if department:
        DepartmentMember.objects.create(corp=corp, department=department, employee=row, is_leader=leads, is_main=True)
    return row


def user(corp: Corp | None, role: Role = Role.STAFF, employee: Employee | None = None, **fields: Any) -> User:
    name = fields.pop("username", f"user{next(_serial)}")
    return User.objects.create_user(name, "correct horse battery", corp=corp, role=role, employee=employee, **fields)


def account(corp: Corp, *scopes: str, **fields: Any) -> ApiAccount:
    scopes = scopes or ("read", "write", "tags")
    return ApiAccount.objects.create(corp=corp, **{"name": "CRM", "scopes": list(scopes)} | fields)


def service(corp: Corp, *scopes: str) -> Actor:
    """The actor of a fresh API account with these scopes, by default all."""
    return actor_of_account(account(corp, *scopes))


def group(corp: Corp, **fields: Any) -> TagGroup:
    return TagGroup.objects.create(corp=corp, **{"name": f"标签组{next(_serial)}"} | fields)


def tag(group: TagGroup, **fields: Any) -> Tag:
    return Tag.objects.create(corp_id=group.corp_id, group=group, **{"name": f"标签{next(_serial)}"} | fields)


def customer(corp: Corp, follower: Employee | None = None, **fields: Any) -> Customer:
    """A customer made by the rule itself, so with its relation, grams and event."""
    fields = {"external_userid": f"wmTest{next(_serial)}", "name": "张三丰", "add_time": now()} | fields
    if follower:
        fields["follow_user_id"] = follower.pk
    return lifecycle.create(corp_id=corp.pk, by=SYSTEM, source="system", **fields)


def tagged(customer: Customer, *tags: Tag) -> Customer:
    tagging.add_tags(customer=customer, tag_ids=[t.pk for t in tags], by=SYSTEM, source="system")
    return Customer.objects.get(pk=customer.pk)


def relation(customer: Customer, employee: Employee, **fields: Any) -> FollowRelation:
    return FollowRelation.objects.create(corp_id=customer.corp_id, customer=customer, employee=employee, **fields)
