"""The ways in which the customers of a transfer are chosen on its page, and those that packages above offer."""

from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import RuleViolation
from corps.actors import Actor
from corps.models import Employee
from customers.transfers import choosing, files

ALL, TAGGED, FILE = "all", "tagged", "file"


class Offer(NamedTuple):
    """Customers by one row of a table that only a package above this one knows.

    Attributes:
        key: of the choice, and the field in which the row is picked.
        reference: the model and its column by which rows are searched for.
        parameter: the filter of the customer list that it is (``settings.CUSTOMER_FILTERS``).
        missing: what is said where no row is picked.
    """

    key: str
    label: Any
    field: Any
    reference: tuple[Any, str]
    parameter: str
    missing: Any


OFFERED: list[Offer] = []


def ways() -> list[tuple[str, Any]]:
    """The choices, the widest first."""
    return [
        (ALL, gettext_lazy("all whom the employee follows")),
        (TAGGED, gettext_lazy("those with any of these tags")),
        *((offer.key, offer.label) for offer in OFFERED),
        (FILE, gettext_lazy("those of a file")),
    ]


def fields() -> dict[str, list[str]]:
    """Of each choice but the widest the field that it needs."""
    return {TAGGED: ["tags"], FILE: ["file"]} | {offer.key: [offer.key] for offer in OFFERED}


def chosen(data: dict[str, Any], handover: Employee, actor: Actor) -> choosing.Chosen:
    """The customers that the form asks for.

    Raises:
        RuleViolation: ``which_unclear``, ``file_missing``, ``no_tags``, ``nothing_picked``; as ``choosing`` does.
    """
    which, needs = data["which"], fields()
    # What was filled in for nothing would hand over more than was meant.
    if any(data[field] for way, names in needs.items() for field in names if way != which):
        raise RuleViolation("which_unclear", _("A file or tags are given, but not chosen."))
    if not all(data[field] for field in needs.get(which, ())):
        raise _missing(which)
    if which == FILE:
        listed = files.read(data["file"].read(files.MOST_BYTES + 1))
        return choosing.by_list(listed, handover=handover, actor=actor)
    filters = {"tagIdsAny": [tag.pk for tag in data["tags"]]} if which == TAGGED else {}
    filters |= {offer.parameter: data[which].pk for offer in OFFERED if offer.key == which}
    return choosing.by_filters(filters, handover=handover, actor=actor)


def _missing(which: str) -> RuleViolation:
    if which == FILE:
        return RuleViolation("file_missing", _("Choose the file."))
    if which == TAGGED:
        return RuleViolation("no_tags", _("Name at least one tag."))
    return RuleViolation("nothing_picked", next(str(offer.missing) for offer in OFFERED if offer.key == which))
