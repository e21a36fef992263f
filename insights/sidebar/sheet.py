"""A profile as it is shown beside a chat: the part that helps while talking."""

from typing import Any

from corps.actors import Actor
from corps.models import User
from corps.policy import Act
from customers import finding
from customers.choices import CustomerStatus
from customers.models import Stage
from customers.privacy import wording
from customers.querysets import knowing_sight
from followups.models import FollowUp
from insights.console import profile_words as words
from insights.profile.relations import friends
from tags.models import Tag

FACTS = ("mobile", "gender", "city", "channel")
NOTES = ("remark", "description", "remarkCorpName", "remarkMobiles", "addTime", "addWay")
_FOLLOW_UPS, _OFFERED, _FOUND = 5, 12, 30
_ACTS = {"write": Act.FOLLOWUP_WRITE, "tag": Act.CUSTOMER_TAG, "stage": Act.CUSTOMER_WRITE}


def of(told: dict[str, Any], *, user: User, pk: int, sought: str) -> dict[str, Any]:
    """What the template shows, by five statements more than the profile took.

    Args:
        told: the profile (``insights.profile.answer``).
        sought: part of the name of a tag to be put on.
    """
    facts, actor = told["facts"], user.actor
    changes = finding.may_change(pk, actor)
    may = {name: changes and actor.may(act) for name, act in _ACTS.items()}
    held = {tag["tagId"] for tag in told["tags"]["list"]}
    mine, others = _relations(told, user.employee_id)
    return {
        "name": facts["name"] or facts["externalUserid"],
        "status": facts["status"],
        "lost": facts["status"] != CustomerStatus.NORMAL,
        "status_label": CustomerStatus(facts["status"]).label,
        "blacklisted": facts["blacklisted"],
        "stage": told["stage"],
        "stages": _stages(user) if may["stage"] else [],
        "insights": told["insights"],
        "facts": _lines(FACTS, facts),
        "notes": _lines(NOTES, mine) if mine else [],
        "others": others,
        "tags": told["tags"]["list"],
        "offered": _offered(user, held, sought) if may["tag"] else [],
        "sought": sought,
        "groups": told["groups"]["list"],
        "segments": told["segments"]["list"],
        "warnings": told["warnings"]["list"],
        "follow_ups": _follow_ups(pk, actor),
        "may": may,
    }


def _relations(told: dict[str, Any], employee_id: int | None) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The relation of whoever looks, and those of colleagues that last."""
    living = friends(told["relations"]["list"])
    mine = next((one for one in living if one["employeeId"] == employee_id), None)
    return mine, [one | {"since": words.when(one["addTime"])} for one in living if one is not mine]


def _lines(names: tuple[str, ...], values: dict[str, Any]) -> list[tuple[Any, Any]]:
    shown = [(words.NAMES[name], words.value(name, values.get(name))) for name in names]
    return [(label, value) for label, value in shown if value != words.NOTHING]


def _stages(user: User) -> list[Stage]:
    return list(Stage.objects.of_corp(user.corp_id or 0).filter(active=True).order_by("order", "id"))


def _offered(user: User, held: set[int], sought: str) -> list[Tag]:
    """The tags that most customers have, or those of the name that was sought."""
    rows = Tag.objects.of_corp(user.corp_id or 0).live().exclude(pk__in=held).select_related("group")
    if sought:
        return list(rows.filter(name__icontains=sought).order_by("-use_count", "id")[:_FOUND])
    return list(rows.order_by("-use_count", "id")[:_OFFERED])


def _follow_ups(pk: int, actor: Actor) -> list[FollowUp]:
    rows = FollowUp.objects.filter(customer=pk).select_related("employee").order_by("-happened_at", "-id")
    found = list(knowing_sight(rows, actor)[:_FOLLOW_UPS])
    for row in found:
        row.content = wording.shown(row, row.content)
    return found
