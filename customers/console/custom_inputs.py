"""How a custom field is filled in on a page: an input of its kind, and what was typed as the rules take it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldAdminURLInputWidget,
)

from core.console_links import link
from customers.choices import CustomKind
from customers.custom import reads, starring, values
from customers.custom.finding import options_of
from customers.custom.kinds import CHOOSING
from customers.models import CustomField, CustomValue

K = CustomKind
_Made = Callable[[CustomField, dict[str, Any]], forms.Field]
_NOTHING = ("", "–")


def made(field: CustomField, row: CustomValue | None) -> forms.Field:
    """The input, with what is held. What is left of a former kind is not shown in it, and goes when it is filled in."""
    held = values.held(row) if row and row.kind == field.kind else None
    hint = _("To be filled in.") if field.required and held is None else ""
    about = {"label": field.name, "required": False, "help_text": hint, "initial": _shown(field, held)}
    if field.kind in CHOOSING:
        return _choosing(field, held or (), about)
    return _MAKERS[field.kind](field, about)


def starred(field: CustomField, row: CustomValue | None) -> forms.Field:
    """What is held, for who sees it starred out: to read, so that stars are never saved over it."""
    shown = starring.stars_of(row) if row else ""
    return forms.CharField(
        label=field.name, required=False, disabled=True, initial=shown, widget=UnfoldAdminTextInputWidget()
    )


class FilesShown(forms.Widget):
    """The files that a field holds, each to be read, and the way to where they are added and taken out."""

    def __init__(self, customer_id: int, address: str) -> None:
        super().__init__()
        self.customer_id, self.address = customer_id, address

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        page = "admin:customers_customer_custom_file"
        files = [link(reverse(page, args=[self.customer_id, one["id"]]), one["name"]) for one in value or ()]
        change = link(self.address, pgettext("files", "Change"))
        shown = format_html_join("", "{}", ((one,) for one in [*files, change]))
        return format_html("<div class='flex flex-wrap gap-3'>{}</div>", shown)


def filed(field: CustomField, row: CustomValue | None, customer_id: int, address: str) -> forms.Field:
    """The files that are held: they are added and taken out on a page of their own, at this address."""
    held = values.told(row) if row and row.kind == field.kind else None
    widget = FilesShown(customer_id, address)
    return forms.Field(label=field.name, required=False, disabled=True, initial=held, widget=widget)


def sent(field: CustomField, cleaned: Any) -> Any:
    """What was filled in, as JSON has it."""
    match field.kind:
        case K.CHOICE:
            return int(cleaned) if cleaned else None
        case K.CHOICES:
            return [int(one) for one in cleaned]
        case K.FLAG:
            return {"true": True, "false": False}.get(cleaned)
    if isinstance(cleaned, dt.date):
        return cleaned.isoformat()
    return None if cleaned is None else str(cleaned)


def _shown(field: CustomField, held: Any) -> Any:
    if held is None:
        return None
    match field.kind:
        case K.DATE:
            return held.date()
        case K.FLAG:
            return "true" if held else "false"
        case K.CHOICE:
            return str(held[0])
        case K.CHOICES:
            return [str(one) for one in held]
        case K.NUMBER:
            return held.normalize()
    return held


def _choosing(field: CustomField, held: tuple[int, ...], about: dict[str, Any]) -> forms.Field:
    """One that is retired is offered to whoever has it."""
    offered = [(str(o.pk), o.label) for o in options_of(field) if o.active or o.pk in held]
    if field.kind == K.CHOICES:
        return forms.MultipleChoiceField(choices=offered, widget=UnfoldAdminSelectMultipleWidget({"size": 4}), **about)
    return forms.ChoiceField(choices=[_NOTHING, *offered], widget=UnfoldAdminSelectWidget(), **about)


def _text(length: int, widget: type[forms.Widget]) -> _Made:
    return lambda _field, about: forms.CharField(max_length=length, widget=widget(), **about)


def _flag(_field: CustomField, about: dict[str, Any]) -> forms.Field:
    choices = [_NOTHING, ("true", _("yes")), ("false", _("no"))]
    return forms.ChoiceField(choices=choices, widget=UnfoldAdminSelectWidget(), **about)


_MAKERS: dict[int, _Made] = {
    K.TEXT: _text(reads.TEXT_LENGTH, UnfoldAdminTextInputWidget),
    K.LONG_TEXT: lambda _field, about: forms.CharField(
        max_length=reads.LONG_LENGTH, widget=UnfoldAdminTextareaWidget({"rows": 3}), **about
    ),
    K.NUMBER: lambda _field, about: forms.DecimalField(
        max_digits=15, decimal_places=4, widget=UnfoldAdminDecimalFieldWidget(), **about
    ),
    K.DATE: lambda _field, about: forms.DateField(widget=UnfoldAdminSingleDateWidget(), **about),
    K.DATE_TIME: lambda _field, about: forms.SplitDateTimeField(widget=UnfoldAdminSplitDateTimeWidget(), **about),
    K.FLAG: _flag,
    K.PHONE: _text(reads.TEXT_LENGTH, UnfoldAdminTextInputWidget),
    K.LINK: _text(reads.TEXT_LENGTH, UnfoldAdminURLInputWidget),
    K.EMAIL: _text(reads.EMAIL_LENGTH, UnfoldAdminEmailInputWidget),
}
