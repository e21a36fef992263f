"""Insights about contact, group chats, stages and what may come."""

from groups.choices import QuitScene
from insights.behaviour.counts import FALLING, RISING
from insights.behaviour.entries import DAY
from insights.choices import ChurnLevel
from insights.findings.known import Finding, Known

# So long a silence is worth a word, if it is also twice the usual.
LEAST_SILENCE = 14
# Where no gap is usual yet, silence has to be longer.
LONG_SILENCE = 30
LEAST_GROUPS, LATELY, STUCK = 2, 30, 60


def silent(known: Known) -> Finding | None:
    """Nothing for much longer than usual."""
    days, usual = known.behaviour.get("silentDays"), known.behaviour.get("usualGapDays")
    if days is None or days < (LONG_SILENCE if usual is None else max(LEAST_SILENCE, 2 * usual)):
        return None
    numbers = {"days": days} | ({} if usual is None else {"usual": usual})
    return Finding("silent", numbers, {"from": known.behaviour.get("lastAt")})


def pace(known: Known) -> Finding | None:
    """Contact becomes clearly more, or less."""
    trend, months = known.behaviour.get("trend"), known.behaviour.get("contacts", {})
    if trend not in (RISING, FALLING):
        return None
    recent = months["days30"]
    numbers = {"recent": recent, "before": months["days90"] - recent}
    return Finding(f"contact_{trend}", numbers, {"to": known.moment})


def best_reached(known: Known) -> Finding | None:
    """The weekday and hour at which most contact was."""
    best = known.behaviour.get("bestTime")
    if not best:
        return None
    numbers = {"weekday": best["weekday"], "hour": best["hour"], "contacts": best["onWeekday"], "of": best["of"]}
    return Finding("best_reached", numbers)


def in_groups(known: Known) -> Finding | None:
    """In several group chats of ours at once."""
    chats = sorted({stay.chat_id for stay in known.groups if stay.left_at is None})
    return Finding("in_groups", {"groups": len(chats)}, {"groupIds": chats}) if len(chats) >= LEAST_GROUPS else None


def left_groups(known: Known) -> Finding | None:
    """Has walked out of group chats lately."""
    since = known.moment - LATELY * DAY
    gone = [
        stay for stay in known.groups if stay.quit_scene == QuitScene.LEFT and stay.left_at and stay.left_at > since
    ]
    chats = sorted({stay.chat_id for stay in gone})
    return Finding("left_groups", {"groups": len(chats), "days": LATELY}, {"groupIds": chats}) if chats else None


def likely_to_leave(known: Known) -> Finding | None:
    """The worst churn score, where it is high; the reasons stand beside it in the profile."""
    high = [(score, employee) for employee, score, level in known.churn if level == ChurnLevel.HIGH]
    if not high:
        return None
    score, employee = max(high)
    return Finding("likely_to_leave", {"score": score}, {"employeeIds": [employee]})


def stuck(known: Known) -> Finding | None:
    """Long in a stage that is no end."""
    if not known.stage or known.stage[2]:
        return None
    stage, since, _outcome = known.stage
    days = (known.moment - since) // DAY
    return Finding("stuck_in_stage", {"days": days}, {"stageId": stage, "from": since}) if days >= STUCK else None
