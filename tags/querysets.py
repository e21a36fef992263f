from typing import TYPE_CHECKING, Self

from corps.querysets import CorpQuerySet

if TYPE_CHECKING:
    from tags.models import Tag, TagGroup  # noqa: F401


class TagGroupQuerySet(CorpQuerySet["TagGroup"]):
    def live(self) -> Self:
        """Those not deleted."""
        return self.filter(deleted_at=None)


class TagQuerySet(CorpQuerySet["Tag"]):
    def live(self) -> Self:
        """Those not deleted."""
        return self.filter(deleted_at=None)
