"""Values of custom fields as people type them, in a form or a cell of a sheet: by names, and days in the usual ways."""

import datetime as dt
import re
from typing import Any

from django.utils.translation import gettext as _

from customers.choices import CustomKind
from customers.custom.finding import options_of
from customers.models import CustomField

K = CustomKind
_YES, _NO = {"是", "有", "yes", "y", "true", "1", "√"}, {"否", "无", "没有", "no", "n", "false", "0", "×"}
_BETWEEN = re.compile(r"[,，、;；\n]")
_DAY = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_MOMENT = re.compile(_DAY + r"(?:[\sT]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")


def read(field: CustomField, text: str) -> Any:
    """The value as JSON has it, for the rules to look at; None where nothing was typed. Days and times are the
    company's. Raises ValueError with a sentence for people."""
    text = text.strip()
    if not text:
        return None
    match field.kind:
        case K.CHOICE:
            return _option(field, text)
        case K.CHOICES:
            return [_option(field, one) for part in _BETWEEN.split(text) if (one := part.strip())]
        case K.FLAG:
            return _flag(text)
        case K.DATE:
            moment = _moment(text)
            # What is no day is left for the rule to refuse.
            return f"{moment:%Y-%m-%d}" if moment else text
        case K.DATE_TIME:
            moment = _moment(text)
            return moment.replace(tzinfo=field.corp.zone).isoformat() if moment else text
        case K.NUMBER:
            return text.replace(",", "").replace("，", "")
    return text


def _option(field: CustomField, label: str) -> int:
    for option in options_of(field):
        if option.label == label:
            return option.pk
    raise ValueError(_("There is no option %(label)s.") % {"label": label[:40]})


def _flag(text: str) -> bool:
    word = text.casefold()
    if word in _YES or word in _NO:
        return word in _YES
    raise ValueError(_("yes or no is needed here."))


def _moment(text: str) -> dt.datetime | None:
    found = _MOMENT.fullmatch(text)
    try:
        parts = [int(part or 0) for part in found.groups()] if found else [0] * 6
        return dt.datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])
    except ValueError:
        return None
