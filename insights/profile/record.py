"""What the record holds of one customer beside the detail, by one statement, each part with a bound."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, F, Min, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from core.gathering import gathered
from corps.models import Corp
from customers.history import reading as history
from customers.models import ChannelKey, Customer, CustomerTag, FollowRelation, RelationEpisode, StageChange
from followups.choices import Direction, EntryKind
from followups.models import Communication, FollowUp, TimelineEntry
from groups.models import GroupMember
from insights.models import ChurnScore, ProfileSetting, RiskAlert
from segments.models import RuleRun, SegmentStay

# How long the lists of a profile get; one more row is read, and tells that there are more.
MOST = {"relations": 50, "episodes": 200, "tags": 200, "groups": 50, "segments": 50, "warnings": 20, "churn": 50}
# The newest so many of each kind of entry are what behaviour is computed from.
ENTRIES = 500
# Read from the tables that they are about: what is older than the timeline is in no entry of it.
_ELSEWHERE = (EntryKind.FOLLOWED, EntryKind.UNFOLLOWED, EntryKind.FOLLOW_UP, EntryKind.COMMUNICATION)
_STAY = ("entered_at", "entered_by", "left_at", "left_by", "left_run")

Record = dict[str, list[tuple[Any, ...]]]


def of(customer_ids: Sequence[int], *, corp_id: int, people: list[int] | None) -> Record:
    """The rows of each part, for somebody who may see the customer, by one statement. Each says last of which record it
    is; entries, stays and follow-ups don't.

    Args:
        customer_ids: the records of the person, the customer's own first.
        people: whose matters are shown, of a reader who sees only those of their people; None: everybody's.
    """
    parts = _friends(customer_ids, corp_id) | _marks(customer_ids) | _narrow(customer_ids, people)
    return gathered(parts | _past(customer_ids) | _entries(customer_ids))


def _own_first(customer_ids: Sequence[int]) -> list[Any]:
    """An order in which the customer's own rows come before those of records merged into it; none where it has none."""
    own = Case(When(customer_id=customer_ids[0], then=Value(0)), default=Value(1))
    return [own, "customer_id"] if len(customer_ids) > 1 else []


def _friends(customer_ids: Sequence[int], corp_id: int) -> dict[str, Any]:
    relations = FollowRelation.objects.filter(customer_id__in=customer_ids)
    keys = ChannelKey.objects.of_corp(corp_id).filter(
        Q(state__in=relations.values("state")) | Q(add_way__in=relations.values("add_way"))
    )
    stays = RelationEpisode.objects.filter(customer_id__in=customer_ids).order_by("-began_at", "-pk")
    return {
        "corp": Corp.objects.filter(pk=corp_id).values_list("time_zone"),
        "setting": ProfileSetting.objects.of_corp(corp_id).values_list("recency", "frequency", "ties"),
        "relations": relations.order_by(*_own_first(customer_ids), "pk").values_list(
            "employee_id", "employee__name", "fetch_seq", "update_time", *history.MADE, "customer_id"
        )[: MOST["relations"] + 1],
        "channels": keys.values_list("state", "add_way", "channel_id", "channel__name")[: 2 * MOST["relations"]],
        "episodes": stays.values_list("employee_id", "began_at", "ended_at", "ended_by", "noticed", "customer_id")[
            : MOST["episodes"] + 1
        ],
    }


def _marks(customer_ids: Sequence[int]) -> dict[str, Any]:
    runs = RuleRun.objects.filter(pk=OuterRef("run_id"), corp_id=OuterRef("corp_id"))
    tags = CustomerTag.objects.filter(customer_id__in=customer_ids, tag__deleted_at=None).annotate(
        rule_id=Subquery(runs.values("rule_id")[:1]), rule_name=Subquery(runs.values("rule__name")[:1])
    )
    why = ("tag_id", "tag__name", "tag__group_id", "tag__group__name", "follower_id", "kind")
    steps = StageChange.objects.filter(customer_id=customer_ids[0]).order_by("-pk")
    return {
        "tags": tags.order_by("tag_id", *_own_first(customer_ids), "follower_key").values_list(
            *why, "source", "actor", "run_id", "create_time", "rule_id", "rule_name", "customer_id"
        )[: MOST["tags"] + 1],
        "stage": steps.values_list(
            "to_stage_id", "to_stage__name", "to_stage__outcome", "at", "actor", "source", "run_id"
        )[:1],
    }


def _narrow(customer_ids: Sequence[int], people: list[int] | None) -> dict[str, Any]:
    """What staff and managers see of their own people alone: as ``visible_to`` has it, asked once for all three."""

    def seen(rows: Any, column: str) -> Any:
        return rows if people is None else rows.filter(**{f"{column}__in": people})

    groups = seen(GroupMember.objects.filter(customer_id__in=customer_ids), "chat__owner_id")
    warnings = seen(RiskAlert.objects.filter(customer_id__in=customer_ids).waiting(), "employee_id")
    churn = seen(ChurnScore.objects.filter(customer_id__in=customer_ids), "employee_id")
    return {
        "groups": groups.order_by("-join_time", "-pk").values_list(
            "chat_id", "chat__name", "join_time", "left_at", "quit_scene", "join_scene", "customer_id"
        )[: MOST["groups"] + 1],
        "warnings": warnings.order_by("-opened_at", "-pk").values_list(
            "id", "kind", "level", "state", "facts", "employee_id", "employee__name", "opened_at", "customer_id"
        )[: MOST["warnings"] + 1],
        "churn": churn.order_by("-score", "-pk").values_list(
            "employee_id", "employee__name", "score", "level", "reasons", "as_of", "customer_id"
        )[: MOST["churn"] + 1],
    }


def _past(customer_ids: Sequence[int]) -> dict[str, Any]:
    stays = SegmentStay.objects.filter(customer_id__in=customer_ids, segment__deleted_at=None).shown()
    return {
        "changes": history.latest(customer_ids),
        "made": Customer.objects.filter(pk=customer_ids[0]).values_list(*history.MADE),
        "segments": stays.annotate(run=F("segment__standing__run"))
        .order_by("-entered_at", "-pk")
        .values_list("segment_id", "segment__name", *_STAY, "run", "customer_id")[: MOST["segments"] + 1],
    }


def _entries(customer_ids: Sequence[int]) -> dict[str, Any]:
    told = TimelineEntry.objects.filter(customer_id__in=customer_ids).exclude(kind__in=_ELSEWHERE)
    written = FollowUp.objects.filter(customer_id__in=customer_ids)
    # One of each day, at the customer's own first word, or at ours where they said none: that is an hour of theirs.
    days = Communication.objects.filter(customer_id__in=customer_ids).order_by("-day").values_list("day")
    theirs = Min("at", filter=Q(direction=Direction.IN))
    return {
        "entries": told.order_by("-at", "-pk").values_list("kind", "at")[: ENTRIES + 1],
        "talks": days.annotate(first=Coalesce(theirs, Min("at"))).values_list("first")[: ENTRIES + 1],
        "follow_ups": written.order_by("-happened_at", "-pk").values_list("happened_at")[: ENTRIES + 1],
    }
