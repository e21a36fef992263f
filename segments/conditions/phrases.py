"""How each question is said. The texts are lazy: a sentence is in the language that is active when it is said."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# By the question; ``value`` is what is asked for, as a list where there are several.
_QUESTIONS: dict[str, Any] = {
    "is": _("%(field)s is %(value)s"),
    "isNot": _("%(field)s is not %(value)s"),
    "in": _("%(field)s is %(value)s"),
    "notIn": _("%(field)s is not %(value)s"),
    "set": _("%(field)s is filled in"),
    "unset": _("%(field)s is empty"),
    "contains": _("%(field)s contains %(value)s"),
    "notContains": _("%(field)s doesn't contain %(value)s"),
    "startsWith": _("%(field)s begins with %(value)s"),
    "gt": _("%(field)s is more than %(value)s"),
    "gte": _("%(field)s is at least %(value)s"),
    "lt": _("%(field)s is less than %(value)s"),
    "lte": _("%(field)s is at most %(value)s"),
    "between": _("%(field)s is between %(first)s and %(last)s"),
    "on": _("%(field)s on %(value)s"),
    "after": _("%(field)s after %(value)s"),
    "before": _("%(field)s before %(value)s"),
    "any": _("%(field)s include %(value)s"),
    "all": _("%(field)s include %(value)s"),
    "none": _("%(field)s don't include %(value)s"),
}
_DAYS = {
    "within": _("%(field)s in the last %(n)d days"),
    "next": _("%(field)s in the next %(n)d days"),
    "earlierThan": _("%(field)s at least %(n)d days ago"),
}
_TODAY = {
    "within": _("%(field)s today"),
    "next": _("%(field)s today"),
    "earlierThan": _("%(field)s before today"),
}
_PERIODS: dict[str, Any] = {
    "week": _("%(field)s this week"),
    "month": _("%(field)s this month"),
    "quarter": _("%(field)s this quarter"),
    "year": _("%(field)s this year"),
}
_COUNTS: dict[tuple[str, bool], Any] = {
    ("atLeast", False): _("at least %(n)d × %(rows)s"),
    ("atLeast", True): _("at least %(n)d × %(rows)s with (%(where)s)"),
    ("atMost", False): _("at most %(n)d × %(rows)s"),
    ("atMost", True): _("at most %(n)d × %(rows)s with (%(where)s)"),
    ("exactly", False): _("exactly %(n)d × %(rows)s"),
    ("exactly", True): _("exactly %(n)d × %(rows)s with (%(where)s)"),
}
_ANY: dict[bool, Any] = {False: _("has %(rows)s"), True: _("has %(rows)s with (%(where)s)")}
_NO: dict[bool, Any] = {False: _("has no %(rows)s"), True: _("has no %(rows)s with (%(where)s)")}

EVERYBODY = _("all customers")
FLAG = _("%(field)s: %(value)s")
GROUPED = _("(%(part)s)")
NOT = _("not (%(part)s)")
QUOTED = _("“%(text)s”")
GONE = _("%(name)s (deleted)")
AND, OR = pgettext_lazy("between conditions", " and "), pgettext_lazy("between conditions", " or ")
EACH, EITHER = pgettext_lazy("between values", " and "), pgettext_lazy("between values", " or ")
COMMA, NEITHER = pgettext_lazy("between values", ", "), pgettext_lazy("between values", " nor ")
OF = _("%(found)d of %(all)d")
YES, NO = _("yes"), _("no")


def question(op: str, label: Any, values: dict[str, Any]) -> str:
    return str(_QUESTIONS[op]) % (values | {"field": label})


def days(op: str, label: Any, n: int) -> str:
    text = _TODAY[op] if n == 1 else _DAYS[op]
    return str(text) % {"field": label, "n": n}


def period(name: str, label: Any) -> str:
    return str(_PERIODS[name]) % {"field": label}


def rows(label: Any, count: tuple[str, int], where: str) -> str:
    how, n = count
    about = {"rows": label, "n": n, "where": where}
    if count == ("atLeast", 1):
        return str(_ANY[bool(where)]) % about
    if not n:
        return str(_NO[bool(where)]) % about
    return str(_COUNTS[how, bool(where)]) % about
