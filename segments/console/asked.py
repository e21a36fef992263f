"""The advanced filter of the customer list: a condition, in the address or kept on the server."""

import json
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.console_scope import actor_of
from core.errors import BadRequest, FieldError, RuleViolation
from core.time import now
from corps.policy import Act
from customers.console.listing import views
from customers.console.listing.asked import Asked, Chip
from customers.custom.filtering import HARMLESS
from customers.listviews import keep_condition
from customers.models import CustomerView
from segments import narrowing
from segments.catalogue import checking
from segments.conditions.nodes import Asked as Question
from segments.conditions.nodes import Condition, Moment, walk
from segments.console.understood import Understood, understood

CONDITION, KEPT = "condition", "kept"
# A condition that is longer is kept on the server: addresses are cut somewhere past two thousand characters.
MOST_BYTES = 1_200
# Texts that name nobody. What is asked of the others may be a name, a number, or something noted of somebody.
_IMPERSONAL = {"channel", "state", "province", "city"}


class ConditionFilter(Asked):
    """``condition``: as JSON; ``kept``: the id of the row that holds it."""

    title = gettext_lazy("advanced filter")
    parameter_name = CONDITION
    template = "segments/advanced_filter.html"
    looked_at: int | None = None
    refused = False

    def names(self) -> Sequence[str]:
        return [CONDITION, KEPT]

    @property
    def active(self) -> bool:
        return any(self.given.values())

    def asked(self) -> dict[str, Any]:
        return {}

    @cached_property
    def document(self) -> Any:
        """As it was written. Raises RuleViolation, and Http404 for one that is not kept for the actor."""
        if not self.given[KEPT]:
            return read(self.value)
        held, named = views.of(self.request).held, self.given[KEPT][-1]
        return next((asks for pk, asks in held.items() if str(pk) == named), None) or kept(
            named, actor_of(self.request)
        )

    @cached_property
    def understood(self) -> Understood:
        """Raises RuleViolation: ``condition_invalid``, each error with the path of its node."""
        try:
            return understood(self.document, company(self.request), actor_of(self.request))
        except RuleViolation:
            self.refused = True
            raise

    def last(self, rows: Any) -> Any:
        if not self.active:
            return rows
        asked = self.understood.condition
        found = narrowing.by_condition(rows, asked, Moment(now(), company(self.request).zone))
        self.looked_at = found.looked_at
        return found.rows

    def chips(self, changelist: Any) -> Iterator[Chip]:
        if self.active:
            said = _("can't be asked") if self.refused else self.understood.sentence
            without: dict[str, list[str]] = {CONDITION: [], KEPT: []}
            yield Chip(self.title, said, without, self.page(changelist), self._note(), self._acts())

    def _acts(self) -> list[tuple[str, Any]]:
        if self.refused or not actor_of(self.request).may(Act.SEGMENT_WRITE):
            return []
        asked = urlencode({name: values[-1] for name, values in self.given.items() if values})
        return [(f"{reverse('admin:segments_segment_add')}?{asked}", _("save as segment"))]

    def _note(self) -> str:
        if self.looked_at is None:
            return ""
        return _("Only the first %(n)d customers of the other filters were looked through.") % {"n": self.looked_at}

    def choices(self, changelist: Any) -> Iterator[Any]:
        yield {"form": (), "page": self.page(changelist), "hidden": self.given}

    def page(self, changelist: Any) -> str:
        """Where the condition is built, with all that the list asks."""
        return reverse("admin:segments_segment_ask") + changelist.address({})


def company(request: Any) -> Any:
    """Of which a condition is asked. Raises BadRequest: ``corp_missing``."""
    corp = request.user.corp
    if corp is None:
        raise BadRequest("corp_missing", _("Conditions are asked of one company: log in as one of its people."))
    return corp


def read(text: str) -> Any:
    """The condition in an address. Raises RuleViolation: ``condition_invalid``."""
    try:
        if len(text.encode("utf-8", "surrogatepass")) <= 4 * MOST_BYTES:
            return json.loads(text)
    except (ValueError, RecursionError):
        pass
    message = _("This is no JSON, or too long for an address.")
    raise RuleViolation("condition_invalid", message, [FieldError(CONDITION, "condition_invalid", message)])


def kept(named: str, actor: Any) -> Any:
    """The condition that a row holds for the actor. Raises Http404."""
    ident = int(named) if named.isascii() and named.isdecimal() and len(named) <= 18 else 0
    row = CustomerView.objects.visible_to(actor).filter(pk=ident).only("condition").first()
    if row is None:
        raise Http404
    return row.condition


def written(request: Any) -> Any:
    """The condition of the list that this address names, to be written on; None where it names none, or one that asks
    for what the actor sees starred out."""
    try:
        if not request.GET.get(KEPT):
            return read(request.GET[CONDITION]) if request.GET.get(CONDITION) else None
        document = kept(request.GET[KEPT], actor_of(request))
        checking.asked(document, company(request), by=actor_of(request))
    except RuleViolation as refusal:
        masked = any(error.code == "number_masked" for error in refusal.errors)
        return document if request.GET.get(KEPT) and not masked else None
    return document


def placed(document: Any, condition: Condition, actor: Any) -> dict[str, list[str]]:
    """The parameters of the list that ask it. What might be of a person never stands in an address."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    if not personal(condition) and len(text.encode()) <= MOST_BYTES:
        return {CONDITION: [text], KEPT: []}
    row = keep_condition(corp_id=condition.corp_id, condition=document, by=actor)
    return {CONDITION: [], KEPT: [str(row.pk)]}


def personal(condition: Condition) -> bool:
    """Whether a value in it may be something of a person."""
    return any(isinstance(node, Question) and _tells(node) for node in walk(condition.root))


def _tells(node: Question) -> bool:
    if node.op in HARMLESS:
        return False
    values = node.value if isinstance(node.value, tuple) else (node.value,)
    of_text = any(isinstance(value, str) for value in values) and node.field not in _IMPERSONAL
    return of_text or bool(node.own and node.own.personal)
