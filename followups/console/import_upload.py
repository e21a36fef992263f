"""The page on which a file of follow-ups is sent."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from core.console_scope import actor_of
from core.errors import RuleViolation
from corps.actors import Actor
from corps.models import Corp
from followups import ringing
from followups.console import import_sheet
from followups.importing import jobs, sheets


class UploadForm(forms.Form):
    """Asks for the file, and of whoever belongs to no company also for the company."""

    file = forms.FileField(
        label=gettext_lazy("file"),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".csv,.xlsx"}),
        help_text=gettext_lazy("CSV (UTF-8 or GBK) or XLSX, up to 100,000 lines and 30 MB."),
    )

    def __init__(self, actor: Actor, *args: Any) -> None:
        super().__init__(*args)
        if actor.sees_all_corps:
            companies = Corp.objects.filter(active=True)
            picker = UnfoldAdminSelectWidget()
            self.fields["corp"] = forms.ModelChoiceField(companies, label=gettext_lazy("company"), widget=picker)


def page(model_admin: Any, request: HttpRequest) -> HttpResponse:
    """Ask for the file, have it checked, and go to its sheet."""
    actor = actor_of(request)
    form = UploadForm(actor, *([request.POST, request.FILES] if request.method == "POST" else []))
    if request.method == "POST" and form.is_valid():
        corp_id = form.cleaned_data["corp"].pk if actor.sees_all_corps else actor.corp_id
        try:
            job = jobs.begin(corp_id=corp_id, file=form.cleaned_data["file"], by=actor, source="operator")
        except RuleViolation as refusal:
            form.add_error("file", str(refusal.message))
        else:
            ringing.for_import(job.pk)
            return redirect(model_admin.page("change", job.pk))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Import follow-ups"),
        "button": _("Check the file"),
        "text": _("Nothing is brought in yet: first every line is checked, and you see what can be brought in."),
        "form": form,
        "media": model_admin.media + form.media,
        "opts": model_admin.opts,
        "columns": sheets.help_of(),
        "steps": import_sheet.steps(0),
        "template": model_admin.page("template"),
        "back": model_admin.page("changelist"),
    }
    return TemplateResponse(request, "console/import_upload.html", context)
