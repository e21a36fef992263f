from functools import partial
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList as DjangoChangeList
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.decorators import action, display

from core.console_lists import BoundedPaginator, badge
from core.console_scope import actor_of
from core.console_tabs import TabbedPage
from corps import people
from corps.models import Corp
from corps.policy import Act
from corps.querysets import owns_narrowly
from customers import lifecycle, search
from customers.choices import CustomerStatus
from customers.console import (
    blacklist_pages,
    collaborator_pages,
    column_pages,
    essentials,
    file_pages,
    relation_fields,
    stage_pages,
    tagging_pages,
)
from customers.console.assignment_pages import AssignmentInline
from customers.console.blacklist_pages import BlacklistInline
from customers.console.custom_values import CustomChangeInline, CustomFieldsOnPage, CustomValueInline
from customers.console.inlines import CollaboratorInline, EpisodeInline, TagInline, TransferInline
from customers.console.listing import leaving, views
from customers.console.listing.changelist import CustomerList
from customers.console.listing.filters import FILTERS
from customers.console.masked import MaskedNumbers
from customers.console.privacy_acts import PrivacyActs
from customers.console.relation_tab import RelationInline
from customers.console.stage_pages import StageInline
from customers.console.transfer_forms import MOST_SELECTED
from customers.listviews.columns import SORTABLE, USUAL
from customers.models import Customer
from customers.privacy import masking

SHOWN_TAGS = 3
STATUS_COLOURS = {
    CustomerStatus.NORMAL: "success",
    CustomerStatus.LOST: "warning",
    CustomerStatus.DELETED: "danger",
}


def _records(number: int) -> str:
    return ngettext("%(n)d record", "%(n)d records", number) % {"n": number}


class SearchedPaginator(BoundedPaginator):
    """Where a filter or a keyword joins, counting costs more, and the count stops earlier."""

    bound = 1_000


class CustomerForm(forms.ModelForm):
    """Carries the version that was shown, so that nobody's change is overwritten unseen."""

    if_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["if_version"].initial = self.instance.version
            if "follow_user" in self.fields:
                # The picker inside the theme's wrapper.
                self.fields["follow_user"].widget.widget.known = self.instance.follow_user  # type: ignore[attr-defined]
        if "status" in self.fields and self.instance.status != CustomerStatus.DELETED:
            living = [c for c in CustomerStatus.choices if c[0] != CustomerStatus.DELETED]
            self.fields["status"].choices = living  # type: ignore[attr-defined]


@admin.register(Customer)
class CustomerAdmin(CustomFieldsOnPage, PrivacyActs, MaskedNumbers, TabbedPage):
    form = CustomerForm
    change_form_template = "console/customer_page.html"
    list_display = USUAL
    list_display_links = ["heading"]
    change_list_template = "console/customer_list.html"
    nothing_yet = "console/no_customers.html"
    list_filter: list[Any] = [*FILTERS]
    search_fields = ["search_text"]
    search_help_text = _("Name, remark or mobile")
    ordering = ["-id"]
    autocomplete_fields = ["follow_user"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("name", "external_userid"),
                    ("mobile", "unionid"),
                    ("type", "gender"),
                    ("province", "city"),
                    ("follow_user", "channel"),
                    ("status", "blacklisted"),
                    "stage",
                    "add_time",
                    "if_version",
                ]
            },
        ),
    ]
    inlines: list[Any] = [
        TagInline,
        RelationInline,
        EpisodeInline,
        StageInline,
        CustomValueInline,
        CustomChangeInline,
        TransferInline,
        CollaboratorInline,
        AssignmentInline,
        BlacklistInline,
    ]
    actions = ["add_tags", "remove_tags", "set_stage", "hand_over"]
    # What is done all day in sight, the rest behind one button.
    actions_detail: list[Any] = [
        "change_stage",
        "change_tags",
        {
            "title": _("More"),
            "items": [
                "show_number",
                "change_collaborators",
                "put_on_blacklist",
                "take_off_blacklist",
                "accesses",
                "export_person",
                "erase_person",
                "events",
            ],
        },
    ]
    # Changed by acts that keep a history, not by a tick.
    readonly_fields = ["blacklisted", "stage"]

    # --- The list ---

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[DjangoChangeList]:
        return CustomerList

    def get_sortable_by(self, request: HttpRequest) -> list[str]:
        # The index on the time of adding begins with the company.
        return [] if actor_of(request).sees_all_corps else SORTABLE

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        known = {each.parameter_name for each in self.list_filter}
        return lookup in known or super().lookup_allowed(lookup, value, request)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        views.apply(request)
        answer: Any = super().changelist_view(request, extra_context)
        changelist = (getattr(answer, "context_data", None) or {}).get("cl")
        if changelist is not None and changelist.refusal:
            answer.status_code = 400
        return answer

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """Those of the view or of whoever looks, and for who sees several companies which one it is."""
        more = [name for name in super().get_list_display(request) if name not in USUAL]
        return [*views.of(request).shown, *more]

    def get_paginator(self, request: HttpRequest, queryset: QuerySet[Any], per_page: int, *args: Any, **kw: Any) -> Any:
        narrowed = set(request.GET) - {"p", "o", *views.LOOKING}
        kind = SearchedPaginator if narrowed else BoundedPaginator
        return kind(queryset, per_page, *args, **kw)

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        word = search.normalise(search_term)
        if actor_of(request).sees_all_corps:
            # The grams are kept by company: named, they are looked up and not read through.
            queryset = queryset.filter(corp_id__in=list(Corp.objects.values_list("pk", flat=True)))
        whole_for = actor_of(request) if search.guards(word, actor_of(request)) else None
        return (queryset.matching(search.keys_of(word), word, whole_for=whole_for) if word else queryset), False

    @display(description=_("customer"), header=True)
    def heading(self, row: Customer) -> list[str]:
        told = [row.external_userid, *([_records(row.merged_count + 1)] if row.merged_count else [])]
        return [row.name or "–", " · ".join(told), (row.name or "?")[:1]]

    @display(description=_("status"))
    def status_label(self, row: Customer) -> str:
        return badge(row.get_status_display(), STATUS_COLOURS[CustomerStatus(row.status)])

    @display(description=_("stage"))
    def stage_label(self, row: Customer) -> str:
        return badge(row.stage) if row.stage else "–"

    @display(description=_("mobile"))
    def mobile_label(self, row: Any) -> str:
        """Where numbers are starred out for some of the customers, here they are for all of them."""
        return (row.mobile if row.numbers_shown else masking.hidden(row.mobile)) or "–"

    @display(description=_("place"))
    def place_label(self, row: Customer) -> str:
        return " ".join(filter(None, [row.province, row.city])) or "–"

    @display(description=_("company's short name"))
    def corp_label(self, row: Customer) -> str:
        return row.corp_name or "–"

    @display(description=_("tags"), label=True)
    def tag_labels(self, row: Any) -> list[str]:
        more = len(row.tag_names) - SHOWN_TAGS
        return [*row.tag_names[:SHOWN_TAGS], *([f"+{more}"] if more > 0 else [])]

    # --- One customer ---

    def get_urls(self) -> list[URLPattern]:
        # Those of one customer are led to from the relations' tab and the fields.
        own: dict[tuple[str, str], Any] = {
            ("columns/", "columns"): column_pages.page,
            ("export/", "export"): leaving.export,
            ("<path:object_id>/relation-fields/", "relation_fields"): relation_fields.change,
            ("<path:object_id>/custom-files/", "custom_files"): file_pages.change,
            ("<path:object_id>/custom-files/<int:file>/", "custom_file"): file_pages.read,
        }
        pages: list[URLPattern] = [
            path(route, self.admin_site.admin_view(partial(page, self)), name=f"customers_customer_{name}")
            for (route, name), page in own.items()
        ]
        return [*pages, *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [*super().get_readonly_fields(request, obj), *(["external_userid"] if obj else [])]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("follow_user", "stage")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Read once where it is only looked at."""
        if request.method != "GET":
            return super().get_object(request, object_id, from_field)
        kept = request.__dict__.setdefault("customers", {})
        if object_id not in kept:
            people.remember(request.user)
            row = kept[object_id] = super().get_object(request, object_id, from_field)
            if row and row.corp_id == request.user.corp_id:  # type: ignore[union-attr]
                row.corp = request.user.corp  # type: ignore[union-attr]
        return kept[object_id]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if row := context.get("original"):
            context["essentials"] = essentials.of(request, row)
        return super().render_change_form(request, context, *args, **kwargs)

    def write(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        changed = form.changed_data if change else form.cleaned_data
        columns = ["follow_user_id" if f == "follow_user" else f for f in changed]
        fields = {c: getattr(obj, c) for c in columns if c in lifecycle.WRITABLE}
        by = actor_of(request)
        if change:
            seen = form.cleaned_data.get("if_version")
            row = lifecycle.update(customer=obj, by=by, source="operator", if_version=seen, **fields)
            self.write_custom(request, row, form)
        else:
            row = lifecycle.create(
                corp_id=obj.corp_id, external_userid=obj.external_userid, by=by, source="operator", **fields
            )
        obj.__dict__.update(row.__dict__)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        # Deleting hides the customer; relations, tags and history stay.
        return [str(row) for row in objs], {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        lifecycle.delete(customer=obj, by=actor_of(request), source="operator")

    # --- Acts ---

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._may_change(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._may_change(request, obj)

    def _may_change(self, request: HttpRequest, obj: Any) -> bool:
        return obj is None or not owns_narrowly(actor_of(request)) or essentials.of(request, obj).changeable

    def has_tag_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CUSTOMER_TAG))

    def has_transfer_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.TRANSFER_WRITE))

    def has_write_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CUSTOMER_WRITE))

    def has_blacklist_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.CUSTOMER_BLACKLIST))

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Of the blacklist's two acts the one that the customer can take now."""
        row = self.get_object(request, unquote(str(object_id)))
        other = "put_on_blacklist" if row and row.blacklisted else "take_off_blacklist"
        return [act for act in super().get_actions_detail(request, object_id) if not act.action_name.endswith(other)]

    def has_event_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(actor_of(request).may(Act.EVENT_READ))

    @admin.action(description=_("Add tags"), permissions=["tag"])
    def add_tags(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return tagging_pages.bulk(self, request, queryset, add=True)

    @admin.action(description=_("Remove tags"), permissions=["tag"])
    def remove_tags(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return tagging_pages.bulk(self, request, queryset, add=False)

    @admin.action(description=_("Change stage"), permissions=["write"])
    def set_stage(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        return stage_pages.bulk(self, request, queryset)

    @admin.action(description=_("Hand over customers"), permissions=["transfer"])
    def hand_over(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        chosen = list(queryset.order_by("-id").values_list("pk", "follow_user_id")[:MOST_SELECTED])
        followers = {str(follower) for _pk, follower in chosen if follower}
        query = {"customers": ",".join(str(pk) for pk, _follower in chosen)}
        query |= {"handover": followers.pop()} if len(followers) == 1 else {}
        return redirect(f"{reverse('admin:customers_transferjob_draw')}?{urlencode(query)}")

    @action(description=_("Change stage"), url_path="stage", icon="flag", permissions=["write"])
    def change_stage(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return stage_pages.change(self, request, object_id)

    @action(description=_("Change tags"), url_path="tags", icon="sell", permissions=["tag"])
    def change_tags(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return tagging_pages.single(self, request, object_id)

    @action(description=_("Collaborators"), url_path="collaborators", icon="group_add", permissions=["write"])
    def change_collaborators(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return collaborator_pages.change(self, request, object_id)

    @action(description=_("Put on the blacklist"), url_path="blacklist", icon="block", permissions=["blacklist"])
    def put_on_blacklist(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return blacklist_pages.put(self, request, object_id)

    @action(description=_("Take off the blacklist"), url_path="lift", icon="undo", permissions=["blacklist"])
    def take_off_blacklist(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return blacklist_pages.lift(self, request, object_id)

    @action(description=_("Events"), url_path="events", icon="history", permissions=["event"])
    def events(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return self.nowhere(request, object_id)
        # Messages stand below customers: they are linked by address.
        link = reverse("admin:messaging_outboxevent_changelist")
        return redirect(f"{link}?aggregate_type=customer&aggregate_id={row.pk}")
