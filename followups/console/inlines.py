"""What a customer's page shows of follow-ups and talks, and a follow-up's of what belongs to it."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextareaWidget

from core.console import ReadOnlyInline, ScopedInline
from core.console_links import link, page_link
from core.console_scope import actor_of
from customers.console import essentials
from customers.privacy import wording
from followups import writing
from followups.choices import FollowUpKind
from followups.console.shown import Worded
from followups.models import Communication, FollowUp, FollowUpAttachment, FollowUpComment


class FollowUpFormSet(PaginationInlineFormSet):
    """Writes a new follow-up by the rule. ``actor`` is set for each request."""

    actor: Any

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        """Rows that are there are shown and never stored from here."""
        form = super()._construct_form(i, **kwargs)
        if i < self.initial_form_count():
            form.instance.content = wording.shown(form.instance, form.instance.content)
        return form

    def save_new(self, form: forms.ModelForm, commit: bool = True) -> FollowUp:
        data = form.cleaned_data
        given = {"kind": data["kind"] or FollowUpKind.NOTE, "outcome": data["outcome"], "next_at": data["next_at"]}
        return writing.write(customer=self.instance, content=data["content"], by=self.actor, source="operator", **given)


class FollowUpForm(forms.ModelForm):
    class Meta:
        model = FollowUp
        fields = ["content", "kind", "outcome", "next_at"]
        widgets = {"content": UnfoldAdminTextareaWidget({"rows": 2})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Shown without rights to write there are no fields.
        if "kind" in self.fields:
            self.fields["kind"].required = False


class FollowUpInline(ScopedInline):
    """A customer's follow-ups, newest first, and a box for the next one."""

    model = FollowUp
    form = FollowUpForm
    formset = FollowUpFormSet
    fields = ["content", "kind", "outcome", "next_at", "employee", "linked"]
    readonly_fields = ["employee", "linked"]
    ordering = ["-happened_at"]
    extra = 1
    max_num = None
    per_page = 10
    can_delete = False
    verbose_name_plural = _("follow-ups")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("employee")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        formset.actor = actor_of(request)
        return formset

    @display(description=_("happened"))
    def linked(self, row: FollowUp) -> str:
        if row.pk is None:
            return "–"
        return page_link("followups_followup", row.pk, date_format(localtime(row.happened_at), "Y-m-d H:i"))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_add_permission(request, obj)  # type: ignore[call-arg]
        return may and (obj is None or essentials.of(request, obj).changeable)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class CommunicationFormSet(PaginationInlineFormSet):
    """A customer doesn't lead to them, so nothing else names the tab."""

    @classmethod
    def get_default_prefix(cls) -> str:
        return "communications"


class CommunicationInline(Worded, ReadOnlyInline):
    """Calls and messages with a customer."""

    model = Communication
    formset = CommunicationFormSet
    fields = readonly_fields = ["kind", "direction", "at", "length", "employee", "said"]
    ordering = ["-at"]
    per_page = 10
    verbose_name_plural = _("communications")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("employee", "customer")

    @display(description=_("length"))
    def length(self, row: Communication) -> str:
        return f"{row.seconds // 60}:{row.seconds % 60:02}" if row.seconds else "–"


class CommentInline(Worded, ReadOnlyInline):
    model = FollowUpComment
    fields = readonly_fields = ["said", "employee", "create_time"]
    ordering = ["id"]
    verbose_name_plural = _("comments")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("employee", "follow_up")


class AttachmentInline(ReadOnlyInline):
    model = FollowUpAttachment
    fields = readonly_fields = ["linked", "size", "create_time"]
    ordering = ["id"]
    verbose_name_plural = _("attachments")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("follow_up")

    @display(description=_("file"))
    def linked(self, row: FollowUpAttachment) -> str:
        return link(reverse("admin:followups_followup_attachment", args=[row.pk]), row.name)
