import datetime as dt
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from corps.actors import Actor
from corps.querysets import CorpQuerySet, owns_narrowly
from customers.choices import RelationStatus


class OfEmployees(CorpQuerySet[Any]):
    """Rows of a model with an ``employee`` whose matter they are. The customer may be nobody's any more."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff see their own, managers those of their people, the others the whole corp."""
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(employee_id__in=apps.get_model("corps", "Employee").objects.managed_or_self(actor))

    def in_department(self, department_id: int, actor: Actor) -> Self:
        """Those of the people in a department and below it."""
        people = apps.get_model("corps", "Employee").objects.in_department(department_id, actor)
        return self.filter(employee__in=people.values("pk"))


class LossQuerySet(OfEmployees):
    def with_still_friend(self) -> Self:
        """Adds ``still_friend``: whether the customer is another employee's friend today."""
        return self.annotate(still_friend=_elsewhere())

    def still_friends(self, still: bool) -> Self:
        """Those of customers who are, or aren't, another employee's friend today."""
        return self.filter(_elsewhere() if still else ~_elsewhere())


def _elsewhere() -> Exists:
    relations = apps.get_model("customers", "FollowRelation").objects.filter(
        customer_id=OuterRef("customer_id"), status=RelationStatus.ACTIVE
    )
    return Exists(relations.exclude(employee_id=OuterRef("employee_id")))


class AlertQuerySet(OfEmployees):
    def waiting(self) -> Self:
        """Those that somebody should look at: open or acknowledged."""
        return self.filter(open_mark=1)

    def audible(self, moment: dt.datetime) -> Self:
        """Those that nobody has muted beyond this moment."""
        return self.filter(Q(muted_until=None) | Q(muted_until__lte=moment))
