"""What the old follower knew goes along: notes where the new one has none, the company's tags. Follow-ups are the
customer's, and so the new follower's to read."""

from typing import Any

from core.locks import lock
from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from customers import remarks, tagging
from customers.choices import CustomerStatus, ItemState, RelationStatus, Source
from customers.models import FollowRelation, TransferItem
from customers.writeback import NOTED
from tags.models import Tag


@atomic
def carry_over(*, item: TransferItem, by: Actor, final: bool = False) -> bool:
    """Carry over the notes and tags of a finished transfer, once, and want them written back.

    Remarks, description, company and mobiles are put only where the new relation has none: what the new follower has
    noted already is theirs. Tags come beside theirs, with ``transfer`` as their source.

    Args:
        final: leave it where the new relation is not shown by now.

    Returns: whether it is settled; not before the mirror shows the new relation.
    """
    customer = lock(item.customer)
    row = TransferItem.objects.get(pk=item.pk)
    if row.state != ItemState.DONE or row.carried_at:
        return True
    relation = FollowRelation.objects.filter(customer=customer, employee=row.taker).first()
    living = relation is not None and relation.status == RelationStatus.ACTIVE
    if not living and not final:
        return False
    if living and customer.status != CustomerStatus.DELETED:
        _put(row, relation, by)  # type: ignore[arg-type]
    TransferItem.objects.filter(pk=row.pk).update(carried_at=now())
    return True


def _put(row: TransferItem, relation: FollowRelation, by: Actor) -> None:
    acting: dict[str, Any] = {"by": by, "source": Source.TRANSFER.value}
    notes = {
        column: row.snapshot[column] for column in NOTED if row.snapshot.get(column) and not getattr(relation, column)
    }
    if notes:
        remarks.change_remark(customer=row.customer, employee_id=relation.employee_id, **notes, **acting)
    wanted = row.snapshot.get("tag_ids", [])[: tagging.MAX_TAGS]
    # One that has ended since then is not carried along.
    tags = list(Tag.objects.of_corp(row.corp_id).filter(pk__in=wanted).live().values_list("pk", flat=True))
    if tags:
        tagging.add_tags(customer=row.customer, tag_ids=tags, follower_id=relation.employee_id, **acting)
