"""The filters of the customer list: each is answered by an index, and none asks the database for its choices."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.contrib.filters.forms import AutocompleteDropdownForm

from core.console_lists import ExactFilter
from core.console_scope import actor_of
from core.pagination import bounded_count
from customers.choices import AddWay, CustomerStatus
from customers.models import CustomerTag, FollowRelation
from customers.selection import COMMON
from tags.models import Tag


class StatusFilter(DropdownFilter):
    """The living by default; the deleted are looked for on purpose."""

    title = _("status")
    parameter_name = "status"
    all_option = ["", _("not deleted")]

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(str(s.value), s.label) for s in CustomerStatus]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        known = self.value() in {str(s.value) for s in CustomerStatus}
        return queryset.filter(status=self.value()) if known else queryset.alive()


class ChannelFilter(ExactFilter):
    title = _("channel")
    parameter_name = "channel"
    column = "channel"


class AddWayFilter(DropdownFilter):
    title = _("add way")
    parameter_name = "way"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return [(str(w.value), w.label) for w in AddWay]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        value = self.value() or ""
        if not value.isdecimal():
            return queryset
        rows = FollowRelation.objects.visible_to(actor_of(request)).filter(add_way=value)
        return queryset.having(rows, common=not bounded_count(rows, COMMON)[1])


class PickedFilter(DropdownFilter):
    """By one row of another table, picked by typing.

    Attributes:
        reference: the model and its column by which the rows are searched for.
    """

    form_class: Any = AutocompleteDropdownForm
    reference: tuple[Any, str]

    def __init__(self, request: HttpRequest, params: Any, model: Any, model_admin: Any) -> None:
        self.request, self.model_admin = request, model_admin
        super().__init__(request, params, model, model_admin)

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return ()

    def has_output(self) -> bool:
        return True

    @property
    def picked(self) -> int | None:
        value = str(self.value() or "")
        # Eighteen digits fit into every database's ids.
        return int(value) if value.isascii() and value.isdecimal() and len(value) <= 18 else None

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        return queryset if self.picked is None else self.narrowed(queryset, self.picked)

    def narrowed(self, queryset: Any, picked: int) -> QuerySet[Any]:
        raise NotImplementedError

    def choices(self, changelist: ChangeList) -> Any:
        model, column = self.reference
        field = model._meta.get_field(column)
        form = AutocompleteDropdownForm(
            request=self.request,
            name=self.parameter_name,
            label=_(" By %(filter_title)s ") % {"filter_title": self.title},
            choices=(),
            field=field,
            model_admin=self.model_admin,
            data={self.parameter_name: self.picked},
        )
        # What is picked is named in the field: a foreign id must not be.
        rows = field.remote_field.model.objects.visible_to(actor_of(self.request)).live()
        form.fields[self.parameter_name].queryset = rows
        yield {"form": form}


class TagFilter(PickedFilter):
    """Customers that have a tag."""

    title = _("tag")
    parameter_name = "tag"
    reference = (CustomerTag, "tag")

    def narrowed(self, queryset: Any, picked: int) -> QuerySet[Any]:
        common = Tag.objects.filter(pk=picked, use_count__gt=COMMON).values_list("pk", flat=True)
        return queryset.tagged(all_of=[picked], common=list(common))
