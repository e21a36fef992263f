"""The views above the customer list: tabs, and what can be kept of the list as it is."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.admin.views.main import SEARCH_VAR
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from core.console_scope import actor_of
from customers.console.listing import state, views
from customers.listviews import checking


class ViewTabs:
    """Of a list whose request has been read."""

    request: HttpRequest

    @cached_property
    def views(self) -> views.Views:
        return views.of(self.request)

    @property
    def views_kept(self) -> bool:
        """Whether whoever looks may keep views: they are a company's."""
        return actor_of(self.request).corp_id is not None

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """The whole list, the pinned views, and the one that is looked at."""
        whole = {"name": _("All"), "address": f"?{views.VIEW}={views.WHOLE}", "current": self.views.current is None}
        shown = [view for view in self.views.named if view.pinned or view is self.views.current]
        return [whole, *map(self._tab, shown)] if self.views.named else []

    @property
    def other_views(self) -> list[dict[str, Any]]:
        return [self._tab(view) for view in self.views.named if not (view.pinned or view is self.views.current)]

    @property
    def keeps(self) -> str:
        """Where the view takes over what the list asks now; empty where it asks that, or may not be changed."""
        view = self.views.current
        if view is None or not checking.may_change(view, actor_of(self.request)):
            return ""
        changed = state.differs(self.request.GET, view)  # type: ignore[arg-type]
        return reverse("admin:customers_customerview_keep", args=[view.pk]) if changed else ""

    @property
    def kept_address(self) -> str:
        """The parameters of the list, without what was searched for."""
        params = {name: values for name, values in self.request.GET.lists() if name != SEARCH_VAR}
        return urlencode(params, doseq=True)

    @property
    def columns_page(self) -> str:
        """Of the view if it has its own and may be changed, else of whoever looks."""
        view = self.views.current
        if view and view.columns and checking.may_change(view, actor_of(self.request)):
            return reverse("admin:customers_customerview_change", args=[view.pk])
        return f"{reverse('admin:customers_customer_columns')}?{self.kept_address}"

    def _tab(self, view: Any) -> dict[str, Any]:
        return {"name": view.name, "address": f"?{views.VIEW}={view.pk}", "current": view is self.views.current}
