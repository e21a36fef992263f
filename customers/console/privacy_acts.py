"""What a customer's page offers of ``privacy_pages``, and to whom."""

from typing import Any

from django.contrib.admin.utils import unquote
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from core.console import ScopedModelAdmin
from core.console_scope import actor_of
from core.headers import address_of
from corps.policy import Act
from customers.console import privacy_pages
from customers.privacy import viewing


class PrivacyActs(ScopedModelAdmin):
    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        answer = super().change_view(request, object_id, *args, **kwargs)
        number = unquote(str(object_id))
        # Who may not see the customer is led elsewhere.
        if request.method == "GET" and answer.status_code == 200 and number.isdecimal():
            viewing.console(actor_of(request), int(number), address_of(request.META))
        return answer

    def has_unmask_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CUSTOMER_UNMASK))

    def has_privacy_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.PRIVACY_MANAGE))

    @action(description=_("Show a number"), url_path="unmask", icon="visibility", permissions=["unmask"])
    def show_number(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return privacy_pages.unmask(self, request, object_id)

    @action(description=_("Everything about this person"), url_path="person", icon="download", permissions=["privacy"])
    def export_person(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return privacy_pages.export(self, request, object_id)

    @action(description=_("Erase this person"), url_path="erase", icon="person_off", permissions=["privacy"])
    def erase_person(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return privacy_pages.erase(self, request, object_id)

    @action(description=_("Who saw them"), url_path="accesses", icon="policy", permissions=["privacy"])
    def accesses(self, request: HttpRequest, object_id: str) -> HttpResponse:
        if self.get_object(request, object_id) is None:
            return self.nowhere(request, object_id)
        return redirect(f"{reverse('admin:customers_accessrecord_changelist')}?customer__id__exact={object_id}")
