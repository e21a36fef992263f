"""What is stored of the catalogue once WeCom has been told. The caller holds it, in the transaction that closes."""

from corps import tickets
from corps.models import Corp
from tags.models import Tag, TagGroup


def told(row: Tag | TagGroup, order: int | None = None) -> None:
    """WeCom has the row as it was sent, perhaps with another order of its own; what was read before is out of date."""
    fields = {"fetch_seq": tickets.draw(row.corp_id)} | ({} if order is None else {"wecom_order": order})
    type(row)._default_manager.filter(pk=row.pk).update(**fields)


def deleted(row: Tag | TagGroup) -> None:
    """WeCom has deleted the row, and a group with its last tag: what is left of that here has no counterpart."""
    ticket = tickets.draw(row.corp_id)
    type(row)._default_manager.filter(pk=row.pk).update(fetch_seq=ticket)
    if isinstance(row, Tag) and not Tag.objects.filter(group=row.group_id).live().exclude(wecom_id=None).exists():
        group = TagGroup.objects.filter(pk=row.group_id).live()
        group.update(wecom_id=None, wecom_order=None, fetch_seq=ticket)


def made(tag: Tag, *, tag_id: str, group_id: str, order: int, group_order: int) -> None:
    """WeCom has given the tag, and perhaps its group, an id. What another row has already is left to that row."""
    ticket = tickets.draw(tag.corp_id)
    corp = Corp(pk=tag.corp_id)
    if not TagGroup.objects.filter(corp=corp, wecom_id=group_id).exists():
        group = TagGroup.objects.filter(pk=tag.group_id, wecom_id=None)
        group.update(wecom_id=group_id, wecom_order=group_order, fetch_seq=ticket)
    if not Tag.objects.filter(corp=corp, wecom_id=tag_id).exists():
        row = Tag.objects.filter(pk=tag.pk, wecom_id=None)
        row.update(wecom_id=tag_id, wecom_order=order, fetch_seq=ticket)
