"""Whether rows that a rule names are the company's own."""

from collections.abc import Collection

from django.apps import apps
from django.utils.translation import gettext as _

from segments.rules.refusals import wrong


def check(corp_id: int, label: str, ids: Collection[int], path: str) -> None:
    """Raises RuleViolation: ``row_unknown``, for the first id that no row of the company has."""
    if not ids:
        return
    rows = apps.get_model(label)._default_manager.filter(corp_id=corp_id, pk__in=ids)
    if label == "tags.Tag":
        rows = rows.filter(deleted_at=None)
    if missing := set(ids) - set(rows.values_list("pk", flat=True)):
        raise wrong(path, _("There is no such row in this company: %(id)d.") % {"id": min(missing)}, "row_unknown")
