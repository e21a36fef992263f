import datetime as dt
from collections.abc import Collection
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q

from corps.actors import Actor
from corps.choices import Role
from corps.querysets import CorpQuerySet, owns_narrowly
from customers.choices import RelationStatus


class CustomerQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see the customers they follow, managers those of their people, the others the whole corp."""
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.followed_by(_people_of(actor))

    def alive(self) -> Self:
        return self.filter(alive=1)

    def followed_by(self, employees: Collection[int] | int) -> Self:
        """Customers with a living relation to one of the employees, main follower or not."""
        ids = [employees] if isinstance(employees, int) else list(employees)
        rows = _relations().filter(employee_id__in=ids, status=RelationStatus.ACTIVE)
        return self.filter(pk__in=rows.values("customer_id"))

    def tagged(
        self, *, all_of: Collection[int] = (), any_of: Collection[int] = (), none_of: Collection[int] = ()
    ) -> Self:
        """Customers that have every tag of ``all_of``, at least one of ``any_of`` and none of ``none_of``."""
        found = self
        for tag in dict.fromkeys(all_of):
            found = found.filter(pk__in=_tag_rows().filter(tag_id=tag).values("customer_id"))
        if any_of:
            found = found.filter(pk__in=_tag_rows().filter(tag_id__in=set(any_of)).values("customer_id"))
        if none_of:
            found = found.filter(~Exists(_tag_rows().filter(customer_id=OuterRef("pk"), tag_id__in=set(none_of))))
        return found

    def untagged(self) -> Self:
        return self.filter(~Exists(_tag_rows().filter(customer_id=OuterRef("pk"))))

    def added_by_way(self, ways: Collection[int]) -> Self:
        """Customers that some relation brought in by one of the ways."""
        return self.filter(pk__in=_relations().filter(add_way__in=set(ways)).values("customer_id"))

    def added_between(self, start: dt.datetime | None, end: dt.datetime | None) -> Self:
        """Added at or after ``start`` and before ``end``; None leaves that side open."""
        span = Q()
        if start:
            span &= Q(add_time__gte=start)
        if end:
            span &= Q(add_time__lt=end)
        return self.filter(span)

    def matching(self, keys: tuple[list[str], bool], word: str) -> Self:
        """Customers found by a keyword: ``keys`` as ``search.keys_of`` gives them, ``word`` normalised.

        A join per gram: as an EXISTS, SQLite would look at every customer.
        """
        grams, exact = keys
        found = self
        for gram in grams:
            found = found.filter(grams__corp_id=F("corp_id"), grams__gram=gram)
        return found if exact else found.filter(search_text__contains=word)


def _people_of(actor: Actor) -> list[int]:
    """The employees whose customers a staff member or manager may see. The scope of the corp is already applied."""
    if actor.role == Role.STAFF:
        return [actor.employee_id or 0]
    employee = apps.get_model("corps", "Employee")
    return list(employee.objects.managed_by(actor).values_list("pk", flat=True))


# The models import their querysets, so the querysets ask the registry for theirs.
def _relations() -> CorpQuerySet:
    return apps.get_model("customers", "FollowRelation").objects.all()


def _tag_rows() -> CorpQuerySet:
    return apps.get_model("customers", "CustomerTag").objects.all()
