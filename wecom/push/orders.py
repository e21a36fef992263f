"""WeCom's orders that put rows where they are here: larger comes first there."""

from collections.abc import Iterable

from tags.models import Tag, TagGroup

Rows = list[Tag] | list[TagGroup]


def needed(rows: Iterable[Tag | TagGroup]) -> dict[int, int]:
    """The order that each row of this sequence needs, by its id: its present one where that does, else one higher than
    all behind it. Rows that WeCom doesn't have yet get one too."""
    found: dict[int, int] = {}
    least = 0
    for row in reversed(list(rows)):
        found[row.pk] = max(row.wecom_order or 0, least)
        least = found[row.pk] + 1
    return found


def of_new(row: Tag | TagGroup) -> int:
    """The order for a row that is made now: before all that are behind it here."""
    rows = beside(row)
    return needed(rows[rows.index(row) :])[row.pk] if row in rows else 0  # type: ignore[arg-type]


def beside(row: Tag | TagGroup) -> Rows:
    """The living rows among which this one has its place, itself one of them, in their order."""
    return groups(row.corp_id) if isinstance(row, TagGroup) else tags(row.group_id)


def groups(corp_id: int) -> list[TagGroup]:
    return list(TagGroup.objects.of_corp(corp_id).live().order_by("order", "pk"))


def tags(group_id: int) -> list[Tag]:
    return list(Tag.objects.filter(group_id=group_id).live().order_by("order", "pk"))
