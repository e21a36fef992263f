from typing import Any, Self

from django.apps import apps

from corps.actors import Actor
from corps.querysets import CorpQuerySet, owns_narrowly
from groups.choices import ChatStatus


class GroupChatQuerySet(CorpQuerySet[Any]):
    def visible_to(self, actor: Actor) -> Self:
        """Staff see the groups they own, managers those of their people, the others the whole corp."""
        seen = super().visible_to(actor)
        if not owns_narrowly(actor):
            return seen
        return seen.filter(owner_id__in=apps.get_model("corps", "Employee").objects.managed_or_self(actor))

    def living(self) -> Self:
        return self.exclude(status=ChatStatus.DISMISSED)
