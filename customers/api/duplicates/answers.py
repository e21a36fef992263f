"""Candidates, plans and merges as the wire carries them. Numbers aren't in them: reasons tell of them."""

from typing import Any

from customers.duplicates.reasons import codes, is_weak
from customers.merging.planning import Plan, wire
from customers.models import Customer, CustomerMerge, DuplicatePair


def pair(row: DuplicatePair) -> dict[str, Any]:
    return {
        "id": row.pk,
        "state": row.state,
        "reasons": codes(row.reasons),
        "confidence": "low" if is_weak(row.reasons) else "high",
        "customers": [person(row.first), person(row.second)],
        "foundAt": row.create_time,
        "dismissedAt": row.dismissed_at,
        "dismissedBy": row.actor,
    }


def person(row: Customer) -> dict[str, Any]:
    named = {"id": row.pk, "externalUserid": row.external_userid, "name": row.name}
    return named | {"followUserId": row.follow_user_id, "addTime": row.add_time}


def planned(plan: Plan) -> dict[str, Any]:
    sides = [person(s.customer) | {"followers": s.followers, "tags": s.tags} for s in plan.sides]
    takes = [{"field": wire([column])[0], "fromId": row.pk} for column, row in plan.takes.items()]
    stays = [{"field": wire([column])[0], "customerIds": ids} for column, ids in plan.stays.items()]
    return {"customers": sides, "takes": takes, "stays": stays, "reasons": codes(plan.reasons)}


def merged(row: CustomerMerge) -> dict[str, Any]:
    return {
        "id": row.pk,
        "keptId": row.kept_id,
        "otherIds": row.other_ids,
        "filled": wire(list(row.filled)),
        "source": row.source,
        "actor": row.actor,
        "createTime": row.create_time,
        "undoneAt": row.undone_at,
        "undoneBy": row.undone_by,
        "left": wire(row.left),
    }
