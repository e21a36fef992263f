"""Insights in words, in the language now active."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, ngettext, pgettext

from insights.findings.known import Finding

# The numbers, and the names of the employees and the stage that the evidence holds.
Told = dict[str, Any]


def sentence(finding: Finding, names: Mapping[int, str], stage: str = "") -> str:
    """One insight as people read it. An employee without a name is shown by the id."""
    who = [names.get(one, str(one)) for one in finding.evidence.get("employeeIds", ())]
    return _WORDS[finding.code]({**finding.numbers, "who": who, "stage": stage})


def _joined(names: list[str]) -> str:
    return pgettext("between values", ", ").join(names)


def _silent(told: Told) -> str:
    if "usual" not in told:
        return ngettext("Silent for %(days)d day.", "Silent for %(days)d days.", told["days"]) % told
    return (
        ngettext(
            "Silent for %(days)d day; usually %(usual)d pass between contacts.",
            "Silent for %(days)d days; usually %(usual)d pass between contacts.",
            told["days"],
        )
        % told
    )


def _lost(told: Told) -> str:
    lost, *friends = told["who"]
    given = {"lost": lost, "friends": _joined(friends)}
    if told["byCustomer"]:
        return gettext("Has deleted %(lost)s, but is still a friend of %(friends)s.") % given
    return gettext("Was deleted by %(lost)s, but is still a friend of %(friends)s.") % given


def _came_back(told: Told) -> str:
    given = {"days": told["days"], "who": _joined(told["who"])}
    if not told["days"]:
        return gettext("Came back to %(who)s on the same day.") % given
    return (
        ngettext("Came back to %(who)s after %(days)d day.", "Came back to %(who)s after %(days)d days.", told["days"])
        % given
    )


def _best(told: Told) -> str:
    given = told | {"weekday": WEEKDAYS[told["weekday"] - 1], "hour": f"{told['hour']:02d}:00"}
    return gettext("Best reached on %(weekday)s about %(hour)s (%(contacts)d of %(of)d contacts on that day).") % given


def _several(told: Told) -> str:
    return (
        ngettext(
            "Added by %(colleagues)d colleagues within %(days)d day.",
            "Added by %(colleagues)d colleagues within %(days)d days.",
            told["days"],
        )
        % told
    )


def _left_groups(told: Told) -> str:
    return (
        ngettext(
            "Left %(groups)d group chat in the last %(days)d days.",
            "Left %(groups)d group chats in the last %(days)d days.",
            told["groups"],
        )
        % told
    )


def _nobody(told: Told) -> str:
    days = told["days"]
    return ngettext("Nobody follows them for %(days)d day.", "Nobody follows them for %(days)d days.", days) % told


def _stuck(told: Told) -> str:
    days = told["days"]
    return ngettext("In stage %(stage)s for %(days)d day.", "In stage %(stage)s for %(days)d days.", days) % told


def _likely(told: Told) -> str:
    given = {"score": told["score"], "who": _joined(told["who"])}
    return gettext("Likely to leave: %(score)d of 100 with %(who)s.") % given


_WORDS: dict[str, Callable[[Told], str]] = {
    "likely_to_leave": _likely,
    "nobody_left": _nobody,
    "silent": _silent,
    "lost_but_friend": _lost,
    "left_groups": _left_groups,
    "came_back": _came_back,
    "contact_rising": lambda told: (
        gettext("Contact grows: %(recent)d in the last 30 days, %(before)d in the 60 before.") % told
    ),
    "contact_falling": lambda told: (
        gettext("Contact fades: %(recent)d in the last 30 days, %(before)d in the 60 before.") % told
    ),
    "added_by_several": _several,
    "called_differently": lambda told: (
        ngettext(
            "Colleagues know them by %(names)d name.",
            "Colleagues know them by %(names)d different names.",
            told["names"],
        )
        % told
    ),
    "stuck_in_stage": _stuck,
    "in_groups": lambda told: (
        ngettext("In %(groups)d group of ours.", "In %(groups)d groups of ours.", told["groups"]) % told
    ),
    "best_reached": _best,
}
