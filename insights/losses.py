"""The deletion records (删除记录): every ended stay, and how things stood when it ended.

They follow the episodes of the relations, in whatever order is heard of them, and a repeat changes nothing.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from core.transactions import atomic
from corps.actors import SYSTEM
from customers import tagging
from customers.choices import CustomerStatus, RelationStatus, Source
from customers.models import Customer, CustomerTag, RelationEpisode
from followups.models import FollowUp
from insights import talks
from insights.models import Loss, RiskSetting
from tags.models import Tag

BATCH = 500
# What may be corrected later; tags and last contact stay as they were noted.
_FOLLOWS = ("ended_at", "ended_by", "noticed", "days", "add_way", "state")
_Pair = tuple[int, int]


@dataclass(slots=True)
class Outcome:
    """What differed: records that are new, that were corrected, and that are gone since the stay goes on."""

    new: list[Loss]
    corrected: list[Loss]
    gone: list[int]

    def __bool__(self) -> bool:
        return bool(self.new or self.corrected or self.gone)


@atomic
def settle(*, corp_id: int, customer_ids: Collection[int]) -> Outcome:
    """Bring the deletion records of these customers into step with their episodes.

    Nobody is told: the ends themselves are told by ``customer.unfollowed``.
    """
    # Two who settle one customer at once would insert the same record.
    ids = list(Customer.objects.of_corp(corp_id).filter(pk__in=customer_ids).order_by("pk").select_for_update())
    stays = list(RelationEpisode.objects.filter(customer__in=ids).order_by("began_at"))
    known = {_key(loss): loss for loss in Loss.objects.filter(customer__in=ids)}
    ended = {_key(stay): stay for stay in stays if stay.ended_at}
    fresh = [_of(stay) for key, stay in ended.items() if key not in known]
    _note(fresh, stays)
    corrected = [loss for key, loss in known.items() if key in ended and _follow(loss, ended[key])]
    outcome = Outcome(fresh, corrected, [loss.pk for key, loss in known.items() if key not in ended])
    Loss.objects.bulk_create(fresh, batch_size=BATCH)
    Loss.objects.bulk_update(corrected, _FOLLOWS, batch_size=BATCH)
    Loss.objects.filter(pk__in=outcome.gone).delete()
    return outcome


@atomic
def tag_deserters(*, corp_id: int, losses: Iterable[Loss]) -> list[int]:
    """Put the company's tag, if it has named one, on the customers who deleted an employee by these records.

    Returns: the ids of the customers that have it now and had it not.
    """
    tag_id = RiskSetting.objects.of_corp(corp_id).values_list("deserter_tag", flat=True).first()
    # Who has come back since has no tags noted.
    ours = [loss for loss in losses if loss.tags is not None]
    deserted = [loss for loss in ours if loss.ended_by == RelationStatus.ENDED_BY_CUSTOMER]
    if not deserted or not Tag.objects.of_corp(corp_id).live().filter(pk=tag_id or 0).exists():
        return []
    return [loss.customer_id for loss in deserted if _tag(loss, int(tag_id or 0))]


def _tag(loss: Loss, tag_id: int) -> bool:
    customer = Customer.objects.locked(pk=loss.customer_id)
    if customer.status == CustomerStatus.DELETED:
        return False
    change = tagging.add_tags(
        customer=customer, tag_ids=[tag_id], by=SYSTEM, source=Source.RULE, follower_id=loss.employee_id
    )
    return bool(change.added)


def _key(row: Loss | RelationEpisode) -> tuple[int, int, dt.datetime]:
    return row.customer_id, row.employee_id, row.began_at


def _of(stay: RelationEpisode) -> Loss:
    loss = Loss(
        corp_id=stay.corp_id, customer_id=stay.customer_id, employee_id=stay.employee_id, began_at=stay.began_at
    )
    _follow(loss, stay)
    return loss


def _follow(loss: Loss, stay: RelationEpisode) -> bool:
    """Copy from the episode what differs; whether anything did."""
    # One that was told to have ended before it began (two clocks) was kept for no day.
    values = {name: getattr(stay, name) for name in _FOLLOWS} | {"days": max(0, stay.days or 0)}
    changed = [name for name, value in values.items() if getattr(loss, name) != value]
    for name in changed:
        setattr(loss, name, values[name])
    return bool(changed)


def _note(fresh: list[Loss], stays: list[RelationEpisode]) -> None:
    """Note the tags and the last contact of new records."""
    if not fresh:
        return
    newest = {(stay.customer_id, stay.employee_id): stay.began_at for stay in stays}
    # What an ended pair had is still there, until it begins anew.
    last = [loss for loss in fresh if newest[loss.customer_id, loss.employee_id] == loss.began_at]
    tags = _tags({(loss.customer_id, loss.employee_id) for loss in last})
    for loss in last:
        loss.tags = tags[loss.customer_id, loss.employee_id]
    contacts = _contacts({loss.customer_id for loss in fresh})
    for loss in fresh:
        before = [at for at in contacts[loss.customer_id] if loss.began_at <= at <= loss.ended_at]
        loss.last_contact_at = max(before, default=None)


def _tags(pairs: Collection[_Pair]) -> dict[_Pair, list[list[int | str]]]:
    held: dict[_Pair, list[list[int | str]]] = defaultdict(list)
    rows = CustomerTag.objects.filter(customer_id__in={c for c, _e in pairs}, follower_id__in={e for _c, e in pairs})
    # What was put because they left was not there before.
    rows = rows.filter(tag__deleted_at=None).exclude(Q(source=Source.RULE) & Q(tag__in=_deserter_tags(pairs)))
    for customer, follower, tag, name in rows.order_by("id").values_list(
        "customer_id", "follower_id", "tag_id", "tag__name"
    ):
        held[customer, follower].append([tag, name])
    return held


def _deserter_tags(pairs: Collection[_Pair]) -> list[int]:
    corps = Customer.objects.filter(pk__in={c for c, _e in pairs}).values("corp_id")
    return list(
        RiskSetting.objects.filter(corp_id__in=corps, deserter_tag__isnull=False).values_list("deserter_tag", flat=True)
    )


def _contacts(customer_ids: Collection[int]) -> dict[int, list[dt.datetime]]:
    found: dict[int, list[dt.datetime]] = defaultdict(list)
    rows = FollowUp.objects.filter(customer_id__in=customer_ids).values_list("customer_id", "happened_at")
    for customer, at in [*rows, *talks.moments(customer_ids)]:
        found[customer].append(at)
    return found
