from typing import Any, Self

from django.apps import apps

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
