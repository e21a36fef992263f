"""What the console's pages of sets of tags share: a set is made with its tags, one a line, and then shows them."""

from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from core.console import ScopedModelAdmin


class SetForm(forms.ModelForm):
    tag_names = forms.CharField(
        label=_("tags"),
        required=False,
        widget=UnfoldAdminTextareaWidget({"rows": 4}),
        help_text=_("One tag a line."),
    )

    def names(self) -> list[str]:
        """The tags to make with a new set."""
        return [line for line in self.cleaned_data["tag_names"].splitlines() if line.strip()]


class SetAdmin(ScopedModelAdmin):
    list_display = ["name", "tags_link", "order", "update_time"]
    search_fields = ["name"]
    sortable_by: ClassVar[list[str]] = []
    ordering = ["order", "id"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["name", "order"] if obj else ["name", "order", "tag_names"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        return self.inlines if obj else []
