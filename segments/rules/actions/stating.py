"""Whether what actions say of custom fields can be: the field, what is done to it, and what goes into it."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import RuleViolation
from customers.choices import CustomKind, CustomSubject
from customers.custom import altering
from customers.custom.finding import fields_of
from customers.custom.kinds import CHOOSING, FORMS
from customers.models import CustomField
from segments.rules.actions.custom_fields import said
from segments.rules.refusals import wrong


def checked(action: dict[str, Any], corp_id: int, path: str) -> dict[str, Any]:
    """The action as it can be kept: options by their ids, of the others the value as JSON has it.

    Raises:
        RuleViolation: ``row_unknown``, ``custom_field_retired``; ``rule_invalid``: the field's kind doesn't take it;
            ``custom_value_invalid``, ``custom_option_unknown``, ``custom_option_retired``.
    """
    field, op = _field(action["fieldId"], corp_id, path), action["op"]
    if op not in altering.ops_of(field.kind):
        message = _("This can only be done to a field with several options.")
        if field.kind == CustomKind.FILES:
            message = _("A field of files can only be emptied.")
        raise wrong(f"{path}.op", message)
    if op == altering.CLEAR:
        place = ""
    else:
        place = "optionIds" if field.kind in CHOOSING else "value"
        if place not in action:
            raise wrong(f"{path}.{place}", _("Say here what goes into the field."))
    for other in {"value", "optionIds"} - {place}:
        if other in action:
            raise wrong(f"{path}.{other}", _("There is no such field, or it can't be written."))
    return action | _value(action, field, f"{path}.{place}") if place else action


def check_together(actions: list[dict[str, Any]], path: str) -> None:
    """Raises RuleViolation: ``field_twice``: of one field two things are said; of options that some are put to it and
    others taken from it may be."""
    by_field: dict[int, list[dict[str, Any]]] = {}
    for action in actions:
        if action["do"] == "setField":
            by_field.setdefault(action["fieldId"], []).append(action)
    for same in by_field.values():
        ids = [one for action in same for one in action.get("optionIds", ())]
        both = sorted(action["op"] for action in same) == [altering.ADD, altering.REMOVE]
        if len(same) > 1 and not (both and len(ids) == len(set(ids))):
            raise wrong(path, _("Two actions say what goes into the same field."), "field_twice")


def _field(field_id: int, corp_id: int, path: str) -> CustomField:
    rows = fields_of(corp_id, CustomSubject.CUSTOMER).prefetch_related("options")
    field = rows.filter(pk=field_id).first()
    if field is None:
        message = _("There is no such row in this company: %(id)d.") % {"id": field_id}
        raise wrong(f"{path}.fieldId", message, "row_unknown")
    if not field.active:
        raise wrong(f"{path}.fieldId", _("This field is not in use any more."), "custom_field_retired")
    return field


def _value(action: dict[str, Any], field: CustomField, path: str) -> dict[str, Any]:
    if field.kind not in CHOOSING:
        found = _read(field, altering.SET, action["value"], path)
        if found is None:
            raise wrong(path, _("Say here what goes into the field."))
        return {"value": FORMS[field.kind].tell(found)}
    ids = action["optionIds"]
    if action["op"] == altering.REMOVE:
        # One that is retired may well be taken away.
        if not set(ids) <= {option.pk for option in field.options.all()}:
            raise wrong(path, _("This field has no such option."), "custom_option_unknown")
    else:
        _read(field, altering.SET, said(action, field.kind), path)
    return {}


def _read(field: CustomField, op: str, given: Any, path: str) -> Any:
    try:
        return altering.altered(field, None, op, given)
    except RuleViolation as refusal:
        raise wrong(path, str(refusal.message), refusal.code) from None
