"""What a company means by an active customer: its versions, of which the newest counts, and a form for the next."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from core.console import ScopedModelAdmin
from core.console_scope import actor_of
from core.errors import RuleViolation
from insights.choices import ContactKind
from insights.engagement import defining
from insights.engagement.definition import Definition, in_order
from insights.models import ActivityDefinition


class DefinitionForm(forms.ModelForm):
    kinds: Any = forms.MultipleChoiceField(
        label=gettext_lazy("what counts as contact"),
        choices=ContactKind.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("From the next count on. What has been counted stays until its days are counted again."),
    )


@admin.register(ActivityDefinition)
class ActivityDefinitionAdmin(ScopedModelAdmin):
    form = DefinitionForm
    list_display = ["__str__", "days", "words", "create_time"]
    sortable_by: list[str] = []
    ordering = ["-id"]
    fields = ["days", "kinds"]

    @admin.display(description=gettext_lazy("what counts as contact"))
    def words(self, row: ActivityDefinition) -> str:
        return " · ".join(str(ContactKind(kind).label) for kind in in_order(row.kinds))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The form begins with what holds."""
        corp_id = actor_of(request).corp_id
        holds = defining.current(int(corp_id)) if corp_id else Definition()
        return {"days": holds.days, "kinds": list(holds.kinds)}

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        made = defining.define(corp_id=obj.corp_id, days=obj.days, kinds=obj.kinds, by=actor_of(request))
        if made is None:
            raise RuleViolation("unchanged", _("That is what counts already."))
        obj.pk, obj.version = made.pk, made.version

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
