import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from corps.querysets import CorpQuerySet
from customers.columns import corp_of, far
from customers.models import Customer
from followups.choices import ImportState, LineState


def place_of(row: Any, _name: str = "") -> str:
    """Where a file lies until it has been read: under its company, by a name that can't be guessed."""
    return f"followups/{row.corp_id}/imports/{uuid.uuid4().hex}"


class FollowUpImport(models.Model):
    """A file of follow-ups on its way in: read and checked by itself, brought in when a person says so."""

    corp = corp_of()
    name = models.CharField(_("file name"), max_length=150)
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.CHECKING)
    # Gone as soon as every line of it has been looked at.
    file = models.FileField(_("file"), upload_to=place_of, max_length=200, editable=False)
    # How many lines there seem to be, and behind which line it goes on.
    total = models.PositiveIntegerField(_("lines"), default=0, editable=False)
    after = models.PositiveIntegerField(default=0, editable=False)
    seen = models.PositiveIntegerField(_("lines checked"), default=0, editable=False)
    good = models.PositiveIntegerField(_("to bring in"), default=0, editable=False)
    known = models.PositiveIntegerField(_("there already"), default=0, editable=False)
    bad = models.PositiveIntegerField(_("at fault"), default=0, editable=False)
    created = models.PositiveIntegerField(_("brought in"), default=0, editable=False)
    # Why the file could not be read.
    code = models.CharField(max_length=40, blank=True, default="", editable=False)
    # A worker that has the next piece keeps others away until then.
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    actor = ExactCharField(_("asked by"), max_length=40)
    source = models.CharField(_("source"), max_length=10, editable=False)
    create_time = models.DateTimeField(_("uploaded"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True, editable=False)

    objects = CorpQuerySet["FollowUpImport"].as_manager()

    class Meta:
        db_table = "follow_up_import"
        verbose_name = _("import of follow-ups")
        verbose_name_plural = _("imports of follow-ups")
        indexes = [
            # A company's, newest first.
            models.Index(fields=["corp", "-id"], name="ix_followup_import_corp"),
            # Those that somebody has to go on with; and, by their state, those that wait too long.
            models.Index(fields=["state", "lease_until"], name="ix_followup_import_due"),
        ]

    def __str__(self) -> str:
        return self.name


class FollowUpImportLine(models.Model):
    """A line of such a file, until it is a follow-up; one at fault stays for a while, to be corrected."""

    corp = corp_of()
    job = far(FollowUpImport, on_delete=models.CASCADE, related_name="lines", verbose_name=_("import of follow-ups"))
    number = models.PositiveIntegerField(_("line"))
    # As they stood in the file, by the names of followups/importing/reading.py.
    cells = models.JSONField(_("cells"), default=dict)
    customer = far(
        Customer, null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name=_("customer")
    )
    state = models.CharField(_("state"), max_length=4, choices=LineState)
    # The follow-up's import_key, by which a line that comes twice is known.
    key = ExactCharField(max_length=64, blank=True, default="")
    column = models.CharField(_("column"), max_length=20, blank=True, default="")
    code = models.CharField(_("what is wrong"), max_length=40, blank=True, default="")

    objects = CorpQuerySet["FollowUpImportLine"].as_manager()

    class Meta:
        db_table = "follow_up_import_line"
        verbose_name = _("line of an import")
        verbose_name_plural = _("lines of imports")
        constraints = [models.UniqueConstraint(fields=["job", "number"], name="uk_followup_import_line")]
        indexes = [
            # The next ones to bring in, and those at fault, in the order of the file.
            models.Index(fields=["job", "state", "number"], name="ix_import_line_state"),
            # Whether a line has come before.
            models.Index(fields=["job", "key"], name="ix_import_line_key"),
            # A customer's, when all about them is exported or erased.
            models.Index(fields=["customer"], name="ix_import_line_customer"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
