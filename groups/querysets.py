from collections.abc import Collection
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, QuerySet

from corps.actors import Actor
from corps.querysets import CorpQuerySet, owns_narrowly


class GroupChatQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see the groups they own, managers those of their people, the others the whole corp."""
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(owner_id__in=apps.get_model("corps", "Employee").objects.managed_or_self(actor))

    def living(self) -> Self:
        """Those that have not been dismissed."""
        return self.filter(alive=1)

    def with_customer(self, customer_id: int) -> Self:
        """The groups that a customer is in now."""
        stays = apps.get_model("groups", "GroupMember").objects.filter(customer_id=customer_id, left_at=None)
        return self.filter(pk__in=stays.values("chat_id"))

    def tagged(
        self, *, all_of: Collection[int] = (), any_of: Collection[int] = (), none_of: Collection[int] = ()
    ) -> Self:
        """Groups that have every tag of ``all_of``, at least one of ``any_of`` and none of ``none_of``."""
        found = self
        for tag in dict.fromkeys(all_of):
            found = found.filter(pk__in=_tag_rows(tag_id=tag).values("chat_id"))
        if any_of:
            found = found.filter(pk__in=_tag_rows(tag_id__in=sorted(set(any_of))).values("chat_id"))
        if none_of:
            found = found.filter(~Exists(_tag_rows(tag_id__in=sorted(set(none_of)), chat_id=OuterRef("pk"))))
        return found

    def moved_since(self, column: str, moment: Any, actor: Actor) -> Self:
        """Groups that somebody has joined (``join_time``) or left (``left_at``) since a moment."""
        stays = apps.get_model("groups", "GroupMember").objects.filter(**{f"{column}__gte": moment})
        # The company is named here too, for its days are an index.
        mine = stays if actor.sees_all_corps else stays.filter(corp_id=actor.corp_id)
        return self.filter(pk__in=mine.values("chat_id"))


class GroupMemberQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Whoever may see the group may see who is in it."""
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(chat__in=apps.get_model("groups", "GroupChat").objects.visible_to(actor))

    def current(self) -> Self:
        """The stays that last."""
        return self.filter(left_at=None)


class OwnerFiguresQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see their own figures, managers those of their people."""
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(owner_id__in=apps.get_model("corps", "Employee").objects.managed_or_self(actor))


class GroupTransferJobQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Managers see the jobs that they made: others' hold chats of people who aren't theirs."""
        seen = super().visible_to(actor)
        return seen.filter(actor=actor.label) if owns_narrowly(actor) else seen


# The models import their querysets, so the querysets ask the registry for theirs.
def _tag_rows(**which: Any) -> QuerySet[Any]:
    return apps.get_model("groups", "ChatTag").objects.filter(**which)
