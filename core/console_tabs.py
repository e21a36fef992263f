"""Tabs of a row's page that are read when they are opened: each has an address of its own, and the page reads none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import Model
from django.forms.models import _get_foreign_key
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from unfold.forms import AdminForm, Fieldline

from core.console import ReadOnlyInline, ScopedInline, ScopedModelAdmin

# The theme puts its own in their place whenever it shows a form; a tab may be what a process shows first.
helpers.AdminForm, helpers.Fieldline = AdminForm, Fieldline  # type: ignore[misc]

GENERAL = "general"
_TABULAR = "console/tab_rows.html"


@dataclass(frozen=True, slots=True)
class Tab:
    """A heading, and its panel if that is shown already."""

    name: str
    title: str
    address: str
    panel: Any = None
    template: str = _TABULAR

    @property
    def errors(self) -> int:
        return sum(bool(found) for found in self.panel.formset.errors) if self.panel else 0


class TabbedPage(ScopedModelAdmin):
    """Pages whose inlines are such tabs. An app above adds one by ``inlines.append``, as to any other page.

    What can be filled in belongs to the page's form, wherever it was fetched from, and is saved with it.
    """

    change_form_template = "console/tabbed.html"

    def get_urls(self) -> list[URLPattern]:
        return [*(self._tab_url(tab_name(self.model, inline)) for inline in self.inlines), *super().get_urls()]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Of all tabs those to be made now: the opened one; when the page is saved, what was filled in."""
        return [inline for inline in super().get_inlines(request, obj) if obj and self._wanted(request, inline)]

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        made: list[Any] = super().get_inline_instances(request, obj)
        for inline in made:
            # Else the theme would give it a heading of its own.
            inline.tab = False
            inline.address = self._address(obj, tab_name(self.model, type(inline)))
        return made

    def tab_view(self, request: HttpRequest, object_id: str, tab: str) -> HttpResponse:
        """One tab, to be put into the page. What the user may not see is not there."""
        row = self.get_object(request, unquote(object_id))
        request.tab = tab  # type: ignore[attr-defined]
        if row is None or not self.has_view_or_change_permission(request, row):
            raise Http404
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        formsets, inlines = self._create_formsets(request, row, change=True)
        panels = self.get_inline_formsets(request, formsets, inlines, row)
        if not panels:
            raise Http404
        return TemplateResponse(request, "console/tab.html", {"tab": self._tab(row, inlines[0], panels[0])})

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        row = context.get("original")
        if row is not None:
            panels = {panel.formset.prefix: panel for panel in context["inline_admin_formsets"]}
            tabs = list(self._tabs(request, row, panels))
            # What belongs to no field stands above all tabs.
            wrong = set(context["adminform"].errors) - {NON_FIELD_ERRORS}
            opened = GENERAL if wrong else _opened(request, tabs)
            context |= {"tabs": tabs, "tab_opened": opened, "general_errors": len(wrong)}
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer

    def _tabs(self, request: HttpRequest, row: Model, panels: dict[str, Any]) -> Iterator[Tab]:
        for made in super().get_inlines(request, row):
            inline = made(self.model, self.admin_site)
            if inline.has_view_or_change_permission(request):
                yield self._tab(row, inline, panels.get(tab_name(self.model, made)))

    def _tab(self, row: Model, inline: Any, panel: Any) -> Tab:
        name = tab_name(self.model, type(inline))
        template = _TABULAR if inline.template == ScopedInline.template else inline.template
        return Tab(name, capfirst(inline.verbose_name_plural), self._address(row, name), panel, template)

    def _wanted(self, request: HttpRequest, inline: Any) -> bool:
        name = tab_name(self.model, inline)
        if request.method == "POST":
            return f"{name}-TOTAL_FORMS" in request.POST and not issubclass(inline, ReadOnlyInline)
        return name == _asked(request)

    def _tab_url(self, name: str) -> URLPattern:
        view = self.admin_site.admin_view(self.tab_view)
        named = f"{self.opts.app_label}_{self.opts.model_name}_tab_{name}"
        return path(f"<path:object_id>/tab/{name}/", view, {"tab": name}, name=named)

    def _address(self, row: Model, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_tab_{name}", args=[row.pk])


def tab_name(model: type[Model], inline: Any) -> str:
    """What its formset is called, found without making one."""
    key = _get_foreign_key(model, inline.model, fk_name=inline.fk_name)
    named: Any = type("Named", (inline.formset,), {"fk": key})
    return str(named.get_default_prefix())


def _asked(request: HttpRequest) -> str:
    return getattr(request, "tab", None) or request.GET.get("tab", "")


def _opened(request: HttpRequest, tabs: Sequence[Tab]) -> str:
    """The tab to begin with: of a form that was refused the one that is wrong, or else was filled in."""
    there = [tab for tab in tabs if tab.panel]
    wrong = [tab for tab in there if tab.errors]
    filled = [tab for tab in there if request.method == "POST" and tab.panel.formset.has_changed()]
    asked = [tab for tab in there if tab.name == _asked(request)]
    return next((tab.name for tab in (*wrong, *filled, *asked)), GENERAL)
