"""The form field of a condition: a visual builder over a textarea of JSON, which stays where there is no script."""

import json
from typing import Any

from django import forms
from django.forms.widgets import Script  # type: ignore[attr-defined]
from django.urls import reverse
from django.utils.html import format_html, json_script
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget

from segments.conditions import bounds
from segments.console.words import TEXTS
from segments.fields.listing import listing


class ConditionBuilder(UnfoldAdminTextareaWidget):
    """Attributes:
    corp_id: of the row whose condition it is, or of who writes it; None where neither has one.
    segment_id: whose condition it is, where there is one already.
    """

    corp_id: int | None = None
    segment_id: int | None = None

    class Media:
        css = {"all": ["console/conditions/builder.css"]}
        js = [Script("console/conditions/builder.js", type="module")]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> str:
        own = {**(attrs or {}), "spellcheck": "false"}
        own["data-condition"] = f"{own.get('id', name)}-told"
        field = super().render(name, value, own, renderer)
        return format_html("{}{}", field, json_script(self._told(), own["data-condition"]))

    def _told(self) -> dict[str, Any]:
        return {
            "fields": listing(self.corp_id),
            "texts": TEXTS,
            "language": "zh" if (get_language() or "zh").startswith("zh") else "en",
            "urls": {"values": reverse("condition-values"), "preview": reverse("condition-preview")},
            "corp": self.corp_id,
            "segment": self.segment_id,
        }


class ConditionField(forms.JSONField):
    """Reads the JSON; whether it can be asked is the rule's to say."""

    widget = ConditionBuilder
    default_error_messages = {"too_long": _("A condition has at most %(n)d bytes.")}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and len(value.encode("utf-8", "surrogatepass")) > 2 * bounds.BYTES:
            raise self._refused("too_long", n=bounds.BYTES)
        try:
            return super().to_python(value)
        except RecursionError:
            raise self._refused("invalid") from None

    def prepare_value(self, value: Any) -> Any:
        # What was posted stands there again as it came; what is stored is told in lines, for who reads it.
        if value is None or isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2)

    def _refused(self, code: str, **params: Any) -> forms.ValidationError:
        return forms.ValidationError(self.error_messages[code], code=code, params=params)
