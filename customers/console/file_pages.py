"""The page with the files of a custom field: read, added, taken out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminFileFieldWidget

from core import file_answers, kept_files
from core.console_scope import actor_of
from core.errors import Forbidden, NotFound
from core.filetypes import MOST_BYTES, TYPES
from customers.choices import CustomKind
from customers.console import essentials, relation_fields
from customers.custom import holding, uploading
from customers.custom.finding import fields_of
from customers.models import Customer, CustomField, CustomFile, FollowRelation


class FilesForm(forms.Form):
    """A file that is added, and those that are taken out."""

    file = forms.FileField(label=gettext_lazy("file"), required=False, widget=UnfoldAdminFileFieldWidget())
    gone = forms.MultipleChoiceField(
        label=gettext_lazy("take out"), required=False, widget=UnfoldAdminCheckboxSelectMultipleWidget()
    )

    def __init__(self, there: Sequence[CustomFile], data: Any, files: Any) -> None:
        super().__init__(data, files)
        self.fields["gone"].choices = [(str(row.pk), row.name) for row in there]  # type: ignore[attr-defined]
        if not there:
            del self.fields["gone"]


def change(model_admin: Any, request: HttpRequest, object_id: str) -> HttpResponse:
    """Add files to one field, ``?field=``, of the customer's own or of a ``?relation=``, and take some out."""
    row = model_admin.get_object(request, object_id)
    if row is None:
        return model_admin.nowhere(request, object_id)  # type: ignore[no-any-return]
    if not relation_fields.may(row, request):
        raise PermissionDenied
    relation, field = _chosen(row, request)
    if field and field.personal and essentials.of(request, row).starred:
        raise PermissionDenied
    rows = CustomFile.objects.filter(customer=row, field=field, relation=relation).order_by("id")
    there = list(rows) if field else []
    files = request.FILES if request.method == "POST" else None

    def run(customer: Customer, data: dict[str, Any]) -> str:
        if field is None:
            raise NotFound
        act: Any = {"customer": customer, "by": actor_of(request), "source": "operator"}
        gone = {int(pk) for pk in data.get("gone", ())}
        if data["file"]:
            # One that is refused takes none out.
            kept_files.checked(data["file"])
        for one in there:
            if one.pk in gone:
                uploading.take_out(row=one, **act)
        if data["file"]:
            whose = relation.employee_id if relation else None
            uploading.upload(key=field.key, file=data["file"], employee_id=whose, **act)
        return _("The files of %(field)s were saved.") % {"field": field}

    told = {"n": MOST_BYTES // 2**20, "types": ", ".join(TYPES)}
    answer: HttpResponse = model_admin.act(
        request,
        object_id,
        title=_("Files of %(field)s") % {"field": field} if field else _("Files"),
        text=_("At most %(n)d MB: %(types)s.") % told if field else _("There are no custom fields of files in use."),
        form=lambda _row, data: FilesForm(there, data, files),
        run=run,
        template="console/custom_files.html",
        shown=lambda _row: {"files": there, "button": _("Save")},
    )
    return answer


def read(model_admin: Any, request: HttpRequest, object_id: str, file: int) -> HttpResponseBase:
    """One file, to be kept."""
    row = model_admin.get_object(request, object_id)
    if row is None or file >= 2**63:
        return model_admin.nowhere(request, object_id)  # type: ignore[no-any-return]
    try:
        return file_answers.answer(holding.file(row, file, actor_of(request)))
    except NotFound:
        raise Http404 from None
    except Forbidden:
        raise PermissionDenied from None


def _chosen(row: Customer, request: HttpRequest) -> tuple[FollowRelation | None, CustomField | None]:
    """The relation, if one is named, and the field: by default the first. Raises Http404."""
    relation = None
    if named := request.GET.get("relation"):
        found = relation_fields.writable(row, actor_of(request))
        relation = found.filter(pk=_number(named)).first()
        if relation is None:
            raise Http404
    subject = "relation" if relation else "customer"
    fields = fields_of(row.corp_id, subject).filter(active=True, kind=CustomKind.FILES)
    if not (asked := request.GET.get("field")):
        return relation, fields.first()
    field = fields.filter(pk=_number(asked)).first()
    if field is None:
        raise Http404
    return relation, field


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
