"""What is known of customers that speaks for or against handing them over, read for some hundred at once."""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet

from core.time import day_range, now
from corps.models import Employee
from customers.choices import ItemState, RelationStatus, TransferKind
from customers.models import Customer, FollowRelation, RelationEpisode, TransferItem

# WeCom's: twice within so many natural days (page 96325), and how long ago a leaver may have left (page 96331).
DAYS, MOST_TIMES = 90, 2
LEAVERS_DAYS = 365
# For how long a login that WeCom missed is taken for missing still: somebody may have been asked to log in.
_LOGIN_REMEMBERED = dt.timedelta(days=1)
LOGIN_EXPIRED_CODE = 40205
_BEGUN = (ItemState.SENDING, ItemState.WAITING)


@dataclass(slots=True)
class Facts:
    """Attributes:
    people: customer id → (status, blacklisted).
    follows: (customer id, employee id) → status of the relation, of the giver and the takers.
    open: customers on their way, by whomever.
    times: how often each was handed over lately.
    refused: who has refused to be handed over by this giver.
    logged_out: takers with whom WeCom missed a login.
    """

    handover: Employee
    kind: str
    people: dict[int, tuple[int, bool]] = field(default_factory=dict)
    follows: dict[tuple[int, int], int] = field(default_factory=dict)
    open: set[int] = field(default_factory=set)
    times: Counter[int] = field(default_factory=Counter)
    refused: set[int] = field(default_factory=set)
    logged_out: set[int] = field(default_factory=set)


def gather(*, handover: Employee, kind: str, takers: Sequence[Employee], customer_ids: Collection[int]) -> Facts:
    """The facts of these customers, by the same few statements however many they are."""
    ids = list(customer_ids)
    facts = Facts(handover, kind)
    people = Customer.objects.filter(pk__in=ids, corp_id=handover.corp_id)
    facts.people = {pk: (status, listed) for pk, status, listed in people.values_list("pk", "status", "blacklisted")}
    pairs = FollowRelation.objects.filter(customer_id__in=ids, employee__in=[handover, *takers])
    facts.follows = {(c, e): status for c, e, status in pairs.values_list("customer_id", "employee_id", "status")}
    attempts = TransferItem.objects.filter(customer_id__in=ids)
    facts.open = set(attempts.under_way().values_list("customer_id", flat=True))
    if kind == TransferKind.ON_JOB:
        facts.times = _times(handover, ids)
    else:
        mine = attempts.refused_a_leaver().filter(handover=handover)
        facts.refused = set(mine.values_list("customer_id", flat=True))
    late = TransferItem.objects.filter(handover=handover, settled_at__gte=now() - _LOGIN_REMEMBERED)
    facts.logged_out = set(late.filter(error_code=LOGIN_EXPIRED_CODE).values_list("taker_id", flat=True))
    return facts


def _times(handover: Employee, ids: list[int]) -> Counter[int]:
    """Transfers of employees who work here, in 90 natural days. Those that are over are known as stays that ended by
    one, whoever began it, and as attempts of ours; those of ours that wait come on top."""
    zone = handover.corp.zone
    since = day_range(now().astimezone(zone).date() - dt.timedelta(days=DAYS), zone)[0]
    stays = RelationEpisode.objects.filter(customer_id__in=ids, ended_by=RelationStatus.ENDED_BY_TRANSFER)
    # A leaver's customers don't count: WeCom limits only what working members hand over.
    worked = Q(employee__left_at=None) | Q(employee__left_at__gt=F("ended_at"))
    ours = TransferItem.objects.filter(customer_id__in=ids, job__kind=TransferKind.ON_JOB)
    over = _count(stays.filter(worked, ended_at__gte=since)) | _count(ours.filter(state="done", sent_at__gte=since))
    return over + _count(ours.filter(state__in=_BEGUN))


def _count(rows: QuerySet[Any]) -> Counter[int]:
    return Counter(rows.values_list("customer_id", flat=True))
