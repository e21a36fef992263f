from typing import TYPE_CHECKING, Self, TypeVar

from django.apps import apps
from django.db import models

from core.locks import LockingQuerySet
from corps.actors import Actor
from corps.choices import Role

if TYPE_CHECKING:
    from corps.models import Employee  # noqa: F401

M = TypeVar("M", bound=models.Model)


class CorpQuerySet(LockingQuerySet[M]):
    """Rows of one corp. ``visible_to`` is the only way in for doors: a foreign row is not there."""

    def of_corp(self, corp_id: int) -> Self:
        return self.filter(corp_id=corp_id)

    def visible_to(self, actor: Actor) -> Self:
        """The rows the actor may see: here, all of their corp. Models with owners narrow it further."""
        return self if actor.sees_all_corps else self.filter(corp_id=actor.corp_id)


class EmployeeQuerySet(CorpQuerySet["Employee"]):
    def managed_by(self, actor: Actor) -> Self:
        """The employees of the departments the actor leads or belongs to, those below them, and the actor.

        A manager who is no employee, or in no department, manages nobody else.
        """
        mine = self.model._base_manager.filter(pk=actor.employee_id or 0, corp_id=actor.corp_id or 0)
        managed = models.Q(pk=actor.employee_id or 0)
        for path in mine.values_list("departments__path", flat=True):
            if path:
                managed |= models.Q(memberships__department__path__startswith=path)
        return self.filter(managed, corp_id=actor.corp_id).distinct()

    def managed_or_self(self, actor: Actor) -> list[int]:
        """The ids of the employees whose rows a staff member (their own) or a manager (their people's) may see."""
        if actor.people is not None:
            return list(actor.people)
        if actor.role == Role.STAFF:
            return [actor.employee_id or 0]
        return list(self.managed_by(actor).values_list("pk", flat=True))

    def in_department(self, department_id: int, actor: Actor) -> Self:
        """The members of a department that the actor may see and of those below it; of an unknown one, nobody."""
        department = apps.get_model("corps", "Department").objects.visible_to(actor).filter(pk=department_id).first()
        if department is None:
            return self.none()
        below = apps.get_model("corps", "DepartmentMember").objects.of_corp(department.corp_id)
        return self.filter(pk__in=below.filter(department__path__startswith=department.path).values("employee_id"))


def owns_narrowly(actor: Actor) -> bool:
    """Whether this actor sees less than the whole corp: staff and managers do."""
    return actor.role in (Role.STAFF, Role.MANAGER) and actor.kind == "user"


def sees_whole_corp(actor: Actor) -> bool:
    """Whether this actor sees one corp, and all of it: a plain ``corp_id = …`` is its scope."""
    return not (actor.sees_all_corps or owns_narrowly(actor))
