"""The demo company's house: departments, employees, tags."""

from corps import staffing
from corps.actors import SYSTEM
from corps.models import Corp, Department, DepartmentMember, Employee
from scrm_customer import demo_words as words
from tags.models import Tag, TagGroup


def people_of(corp: Corp) -> list[Employee]:
    """The staff, in the order of hiring."""
    return list(Employee.objects.of_corp(corp.pk).order_by("userid"))


def make_company(name: str, wecom_corpid: str, *, departments: list[str], employees: int) -> Corp:
    """A company with its departments below one root, the staff spread over them, a leader in each."""
    corp = Corp.objects.create(name=name, wecom_corpid=wecom_corpid)
    root = staffing.create_department(corp=corp, name=words.ROOT, wecom_id=1, by=SYSTEM)
    rooms = [
        staffing.create_department(corp=corp, name=d, parent=root, wecom_id=n, order=n, by=SYSTEM)
        for n, d in enumerate(departments, start=2)
    ]
    for n in range(employees):
        _hire(corp, rooms[n % len(rooms)], n, leads=n < len(rooms))
    return corp


def _hire(corp: Corp, room: Department, n: int, *, leads: bool) -> None:
    employee = Employee.objects.create(
        corp=corp,
        userid=f"Staff{n + 1:03d}",
        name=words.SURNAMES[-1 - n] + words.GIVEN[n * 2],
        position="部门经理" if leads else "客户顾问",
        can_follow=True,
    )
    DepartmentMember.objects.create(corp=corp, department=room, employee=employee, is_leader=leads, is_main=True)


def make_tags(corp: Corp, groups: dict[str, str]) -> list[Tag]:
    """The tags of ``groups``, whose values are their words, in the order of the catalogue."""
    for n, (name, tags) in enumerate(groups.items()):
        group = TagGroup.objects.create(corp=corp, name=name, order=n)
        Tag.objects.bulk_create(Tag(corp=corp, group=group, name=t, order=o) for o, t in enumerate(tags.split()))
    return list(Tag.objects.of_corp(corp.pk).order_by("group__order", "order"))
