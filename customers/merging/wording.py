"""A person is found by the words of all their records, and shown once: under the one that was kept."""

from typing import Any

from core import rows
from customers import search
from customers.choices import CustomerStatus
from customers.models import Customer, FollowRelation, MergeMember
from customers.privacy import tombstones


def learn(kept: Customer) -> None:
    """Have the search find a (locked) record by the words of those merged into it, and the record say how many they
    are. Their words are as their own rows have them; nobody is told, for what the record shows of itself stays."""
    if kept.status == CustomerStatus.DELETED and tombstones.stands_for(kept):
        return
    members = MergeMember.objects.filter(kept=kept).exclude(customer=kept).order_by("customer_id")
    texts = list(members.values_list("customer__search_text", flat=True))
    before, known = kept.search_text, (kept.merged_text, kept.merged_count)
    kept.merged_text, kept.merged_count = search.together(texts), len(texts)
    relations: Any = FollowRelation.objects.filter(customer=kept).only("id", "remark", "remark_mobiles")
    kept.search_text = search.text_of(
        name=kept.name, mobile=kept.mobile, remarks=search.remarks_of(relations), others=kept.merged_text
    )
    if (kept.search_text, kept.merged_text, kept.merged_count) == (before, *known):
        return
    search.reindex(kept, before=before)
    rows.update(kept, ["merged_text", "merged_count", "search_text"])
