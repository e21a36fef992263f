"""The kinds of custom fields: in which column a value of each stands, how it is read and how it is told.

A value is what the column holds; of choices it is a tuple of options' ids.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from customers.choices import CustomKind
from customers.custom import reads, tells

CHOSEN = ""


class Form(NamedTuple):
    """Attributes:
    wire: the kind's name on the wire.
    column: of ``CustomValue``; of choices ``CHOSEN``.
    read: from JSON to a value. Raises ValueError with a sentence for people.
    tell: a value as JSON.
    """

    wire: str
    column: str
    read: Callable[[Any], Any]
    tell: Callable[[Any], Any]


FORMS: dict[int, Form] = {
    CustomKind.TEXT: Form("text", "text", reads.text, tells.same),
    CustomKind.LONG_TEXT: Form("longText", "long_text", reads.long_text, tells.same),
    CustomKind.NUMBER: Form("number", "number", reads.number, tells.number),
    CustomKind.DATE: Form("date", "time", reads.date, tells.date),
    CustomKind.DATE_TIME: Form("dateTime", "time", reads.date_time, tells.instant),
    CustomKind.FLAG: Form("flag", "number", reads.flag, bool),
    CustomKind.CHOICE: Form("choice", CHOSEN, reads.choice, tells.chosen),
    CustomKind.CHOICES: Form("choices", CHOSEN, reads.choices, list),
    CustomKind.PHONE: Form("phone", "text", reads.phone, tells.same),
    CustomKind.LINK: Form("link", "text", reads.link, tells.same),
    CustomKind.EMAIL: Form("email", "text", reads.email, tells.same),
    CustomKind.FILES: Form("files", "long_text", reads.files, tells.files),
}
BY_WIRE = {form.wire: CustomKind(kind) for kind, form in FORMS.items()}
CHOOSING = frozenset(kind for kind, form in FORMS.items() if form.column == CHOSEN)
# The columns that hold a value, of whatever kind.
COLUMNS = ("text", "long_text", "number", "time")
