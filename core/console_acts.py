"""Acts of the console beside plain saving, and how a form tells that a rule refused."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from core.errors import RuleViolation

_MOST_SELECTED = 100


class ActPages(ModelAdmin):
    """A page for an act on one row: what it does, what it needs to know, a button."""

    def act(
        self,
        request: HttpRequest,
        object_id: str,
        *,
        title: str,
        text: str = "",
        form: Callable[[Any, Any], forms.Form] = lambda row, data: forms.Form(data),
        run: Callable[[Any, dict[str, Any]], HttpResponse | str],
        template: str = "console/act.html",
        shown: Callable[[Any], dict[str, Any]] = lambda row: {},
    ) -> HttpResponse:
        """A page that asks before one act on one row, and shows a refusal on itself.

        Args:
            form: what the act needs to know; called with the row and the posted data or None.
            template: extends ``console/act.html``; ``shown`` gives what it needs of the row.
            run: does it with the row and the cleaned data; returns the sentence to show on the row's page or an answer.
        """
        row = self.get_object(request, unquote(str(object_id)))
        if row is None:
            return self.nowhere(request, object_id)
        asked = form(row, request.POST if request.method == "POST" else None)
        if request.method == "POST" and asked.is_valid():
            try:
                done = run(row, asked.cleaned_data)
            except RuleViolation as refusal:
                for field, message in _told(refusal, asked.fields):
                    asked.add_error(field, message)
            else:
                return (
                    done if isinstance(done, HttpResponse) else self.finish(request, row, done, self._change_page(row))
                )
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "text": text,
            "form": asked,
            "media": self.media + asked.media,
            "opts": self.opts,
            "original": row,
            "back": self._change_page(row),
            **shown(row),
        }
        return TemplateResponse(request, template, context)

    def nowhere(self, request: HttpRequest, object_id: Any) -> HttpResponse:
        """The answer for a row that is not there, or not for this user."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, str(object_id))  # type: ignore[attr-defined]

    def finish(self, request: HttpRequest, row: Any, done: str, back: str) -> HttpResponse:
        """Note what was done in the row's history, say so, and go on."""
        self.log_change(request, row, done)
        self.message_user(request, done, messages.SUCCESS)
        return redirect(back)

    def _change_page(self, row: Any) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[row.pk])


def each(queryset: QuerySet[Any], run: Callable[[Any], object]) -> tuple[int, list[str]]:
    """Run an act on each of the selected rows, a hundred at most, oldest first.

    Returns: how many took it, and the sentence of each refusal.
    """
    done, refused = 0, []
    for row in queryset.order_by("id")[:_MOST_SELECTED]:
        try:
            run(row)
            done += 1
        except RuleViolation as refusal:
            refused.append(str(refusal.message))
    return done, refused


def refusing(form: Any, refusal: RuleViolation) -> Any:
    """The same form, refused for the rule's reason, at the fields the rule named."""

    class Refused(form):
        def clean(self) -> Any:
            cleaned = super().clean()
            for field, message in _told(refusal, self.fields):
                self.add_error(field, message)
            return cleaned

    return Refused


def _told(refusal: RuleViolation, fields: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    if not refusal.errors:
        yield None, str(refusal.message)
    for error in refusal.errors:
        # Rules name fields as the wire does: followUserId is the form's follow_user.
        name = re.sub(r"([A-Z])", r"_\1", error.field).lower().removesuffix("_id")
        inside, _dot, path = error.field.partition(".")
        if path and inside in fields:
            # A place in what the field holds: condition.where.all[1].value.
            yield inside, f"{path}: {error.message}"
        else:
            yield (name if name in fields else None), str(error.message)
