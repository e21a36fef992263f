"""WeCom's order that puts a row where it is here: larger comes first there."""

from django.db.models import QuerySet

from tags.models import Tag, TagGroup


def wanted(row: Tag | TagGroup) -> int:
    """The least order with which the row comes before those behind it here; its present one where that does already.

    Rows behind it that are still to be moved have their own commands, and only ever go up.
    """
    behind = [other for other in _beside(row).order_by("order", "pk") if _place(other) > _place(row)]
    least = 0
    for other in reversed(behind):
        if other.wecom_order is not None:
            least = max(other.wecom_order, least) + 1
    return max(row.wecom_order or 0, least)


def _beside(row: Tag | TagGroup) -> QuerySet:
    if isinstance(row, TagGroup):
        return TagGroup.objects.of_corp(row.corp_id).live().filter(kind=row.kind)
    return Tag.objects.filter(group_id=row.group_id).live()


def _place(row: Tag | TagGroup) -> tuple[int, int]:
    return row.order, row.pk
