"""What has become of tags since somebody wrote their ids down (docs/decisions/0012-deleted-and-merged-tags.md)."""

from collections.abc import Collection

from tags.models import Tag


def heirs(corp_id: int, tag_ids: Collection[int]) -> dict[int, int]:
    """Tag id → the living tag it is, or was merged into. Who is deleted, or of another company, is missing.

    One statement, and one more for each merger of a merged tag.
    """
    found: dict[int, int] = {}
    asked = {tag: tag for tag in tag_ids}
    while asked:
        rows = Tag.objects.of_corp(corp_id).filter(pk__in=set(asked.values()))
        known = {pk: (deleted, into) for pk, deleted, into in rows.values_list("pk", "deleted_at", "merged_into_id")}
        found |= {tag: now for tag, now in asked.items() if now in known and not known[now][0]}
        asked = {tag: known[now][1] for tag, now in asked.items() if now in known and known[now][0] and known[now][1]}
    return found
