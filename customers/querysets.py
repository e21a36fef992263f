import datetime as dt
from collections.abc import Collection
from typing import Any, Self, TypeVar

from django.apps import apps
from django.db.models import Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.lookups import IsNull

from core.sql import fetched, marks
from corps.actors import Actor
from corps.choices import Sight
from corps.querysets import CorpQuerySet, owns_narrowly
from customers.choices import ItemState, RelationStatus, TransferKind

M = TypeVar("M", bound=Model)

# One derived table: two conditions joined by OR would make the database ask both of each customer of the company.
_READABLE = """
SELECT seen.customer_id FROM (
    SELECT customer_id FROM follow_relation WHERE employee_id IN ({0}) AND status = %s
    UNION ALL SELECT customer_id FROM customer_collaborator WHERE employee_id IN ({0})
    UNION ALL SELECT other.customer_id FROM merge_member own JOIN merge_member other ON other.kept_id = own.kept_id
        JOIN follow_relation r ON r.customer_id = own.customer_id WHERE r.employee_id IN ({0}) AND r.status = %s
) seen"""
# Whether there is more to read than what is followed.
_MORE = """
SELECT EXISTS (SELECT 1 FROM customer_collaborator WHERE employee_id IN ({0})) OR EXISTS (
    SELECT 1 FROM merge_member m JOIN follow_relation r ON r.customer_id = m.customer_id
    WHERE r.employee_id IN ({0}) AND r.status = %s)"""


class CustomerQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see the customers they follow or collaborate on, managers those of their people, the others all.

        Of a person with several records, whoever follows one sees all."""
        seen = super().visible_to(actor)
        return seen.readable_by(_people_of(actor)) if owns_narrowly(actor) else seen

    def readable_by(self, ids: Collection[int]) -> Self:
        """Those whom any of these employees follows or collaborates on, in whichever record."""
        # Most collaborate nowhere and follow nobody who was merged, and their list is then read along the index of the
        # relations: of who has twenty thousand customers it takes a millisecond, the union twelve.
        following = [*ids, int(RelationStatus.ACTIVE)]
        if not (ids and fetched(_MORE.format(marks(len(ids))), [*ids, *following])[0][0]):
            return self.followed_by(ids)
        return self.filter(pk__in=RawSQL(_READABLE.format(marks(len(ids))), [*following, *ids, *following]))  # noqa: S611

    def changeable_by(self, actor: Actor) -> Self:
        """Those of ``visible_to`` that the actor may change: a collaborator only reads."""
        seen = super().visible_to(actor)
        return seen.followed_by(_people_of(actor)) if owns_narrowly(actor) else seen

    def merged_with_own(self, actor: Actor) -> Self:
        """Records of persons of whom the actor, who sees less than the company, may change another record."""
        members = apps.get_model("customers", "MergeMember").objects
        own = members.filter(customer__in=self.model.objects.changeable_by(actor)).values("kept_id")
        return super().visible_to(actor).filter(pk__in=members.filter(kept_id__in=own).values("customer_id"))

    def alive(self) -> Self:
        return self.filter(alive=1)

    def not_blacklisted(self) -> Self:
        """Those that may be assigned, handed over and addressed: who is on the blacklist is left out of all three."""
        return self.filter(blacklisted=False)

    def followed_by(self, employees: Collection[int] | int) -> Self:
        """Customers with a living relation to one of the employees, main follower or not."""
        ids = [employees] if isinstance(employees, int) else list(employees)
        rows = _relations().filter(employee_id__in=ids, status=RelationStatus.ACTIVE)
        return self.filter(pk__in=rows.values("customer_id"))

    def having(self, rows: QuerySet[Any], *, common: bool) -> Self:
        """Customers that have one of ``rows``, of a model with a ``customer``.

        Args:
            common: whether there are so many that it is cheaper to look at customers in order and ask each than to
                gather the rows first. The optimisers don't know that a page ends after twenty; for common rows they
                gather, and take seconds. A scalar subquery can't be turned into that.
        """
        if not common:
            return self.filter(pk__in=rows.values("customer_id"))
        return self.filter(IsNull(_probe(rows), False))

    def lacking(self, rows: QuerySet[Any]) -> Self:
        """Customers that have none of ``rows``."""
        return self.filter(IsNull(_probe(rows), True))

    def tagged(
        self,
        *,
        all_of: Collection[int] = (),
        any_of: Collection[int] = (),
        none_of: Collection[int] = (),
        common: Collection[int] = (),
    ) -> Self:
        """Customers that have every tag of ``all_of``, at least one of ``any_of`` and none of ``none_of``.

        Args:
            common: those of the tags that very many customers have (see ``having``).
        """
        found = self
        for tag in dict.fromkeys(all_of):
            found = found.having(_tag_rows().filter(tag_id=tag), common=tag in common)
        if any_of:
            rows = _tag_rows().filter(tag_id__in=sorted(set(any_of)))
            found = found.having(rows, common=bool(set(any_of) & set(common)))
        return found.lacking(_tag_rows().filter(tag_id__in=sorted(set(none_of)))) if none_of else found

    def untagged(self) -> Self:
        return self.lacking(_tag_rows())

    def added_between(self, start: dt.datetime | None, end: dt.datetime | None) -> Self:
        """Added at or after ``start`` and before ``end``; None leaves that side open."""
        span = Q()
        if start:
            span &= Q(add_time__gte=start)
        if end:
            span &= Q(add_time__lt=end)
        return self.filter(span)

    def matching(self, keys: tuple[list[str], bool], word: str, *, whole_for: Actor | None = None) -> Self:
        """Customers found by a keyword: ``keys`` as ``search.keys_of`` gives them, ``word`` normalised.

        A join per gram: as an EXISTS, SQLite would look at every customer.

        Args:
            whole_for: an actor who finds only what is, as a whole, the word (``search.guards``).
        """
        grams, exact = keys
        found = self
        for gram in grams:
            found = found.filter(grams__corp_id=F("corp_id"), grams__gram=gram)
        if whole_for is not None:
            return found.filter(_as_a_line(word) | _of_own(word, whole_for))
        return found if exact else found.filter(search_text__contains=word)


class OfVisibleCustomers(CorpQuerySet[M]):
    """Rows of a model with a ``customer``: whoever may see the customer may see them."""

    def visible_to(self, actor: Actor) -> Self:
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(customer__in=apps.get_model("customers", "Customer").objects.visible_to(actor))


class OfVisibleWords(OfVisibleCustomers[M]):
    """The same of rows in which somebody wrote of the customer: each knows whether the reader sees its numbers."""

    def visible_to(self, actor: Actor) -> Self:
        return knowing_sight(super().visible_to(actor), actor)


def knowing_sight(rows: Any, actor: Actor) -> Any:
    """Rows with a ``customer`` that have ``hides_numbers``, which ``privacy/wording.py`` asks: by the statement that
    reads them, and not by one more."""
    if actor.sight is not Sight.OWN:
        return rows.annotate(hides_numbers=Value(actor.sight is not Sight.FULL))
    mine = _relations().filter(employee_id=actor.employee_id or 0, status=RelationStatus.ACTIVE)
    return rows.annotate(hides_numbers=~Exists(mine.filter(customer_id=OuterRef("customer_id"))))


class OfVisiblePairs(CorpQuerySet[M]):
    """Rows of a model with ``first`` and ``second``: for whoever may see both customers."""

    def visible_to(self, actor: Actor) -> Self:
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        people = apps.get_model("customers", "Customer").objects.visible_to(actor)
        return seen.filter(first__in=people, second__in=people)


class OfVisibleMerges(CorpQuerySet[M]):
    """Merges: for whoever may see the customer that was kept."""

    def visible_to(self, actor: Actor) -> Self:
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(kept__in=apps.get_model("customers", "Customer").objects.visible_to(actor))


class TransferJobQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Managers see the transfers of their people's customers; staff may see none, and would see their own."""
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(handover_id__in=apps.get_model("corps", "Employee").objects.managed_or_self(actor))


class TransferItemQuerySet(TransferJobQuerySet):
    def under_way(self) -> Self:
        return self.filter(open_mark=1)

    def refused_a_leaver(self) -> Self:
        """Those after which no relation is left; who refused somebody who works here stays with them."""
        return self.filter(state=ItemState.REFUSED, job__kind=TransferKind.LEAVER)


def _people_of(actor: Actor) -> list[int]:
    return apps.get_model("corps", "Employee").objects.managed_or_self(actor)


def _as_a_line(word: str) -> Q:
    """The word is all of a name, a mobile or a remark."""
    first, last = Q(search_text__startswith=f"{word}\n"), Q(search_text__endswith=f"\n{word}")
    return Q(search_text=word) | first | last | Q(search_text__contains=f"\n{word}\n")


def _of_own(word: str, actor: Actor) -> Q:
    """The word is a part of them, of a customer whose numbers the actor sees. Of a person with several records the text
    holds those of records that others follow, too."""
    if actor.sight is not Sight.OWN:
        return Q(pk__in=[])
    rows = _relations().filter(employee_id=actor.employee_id or 0, status=RelationStatus.ACTIVE)
    return Q(search_text__contains=word, merged_text="", pk__in=rows.values("customer_id"))


def _probe(rows: QuerySet[Any]) -> Subquery:
    return Subquery(rows.filter(customer_id=OuterRef("pk")).order_by().values("customer_id")[:1])


# The models import their querysets, so the querysets ask the registry for theirs.
def _relations() -> CorpQuerySet:
    return apps.get_model("customers", "FollowRelation").objects.all()


def _tag_rows() -> CorpQuerySet:
    return apps.get_model("customers", "CustomerTag").objects.all()
