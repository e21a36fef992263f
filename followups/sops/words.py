"""Single values of another service's ``data``: what they can be taken for, or nothing."""

import re
from typing import Any

from corps.models import Employee
from customers.models import Customer
from tags.models import Tag

_MOST_ID = 2**63 - 1
_MOST_LISTED = 100
_IDENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:-]{0,63}")


def ident(told: Any) -> str:
    """An id of the other service, which can stand in an address, or a number."""
    given = str(told) if type(told) is int else told if isinstance(told, str) else ""
    return given if _IDENT.fullmatch(given) else ""


def text(told: Any, *, most: int) -> str:
    given = told if isinstance(told, str) else ""
    return "".join(letter for letter in given if letter.isprintable()).strip()[:most]


def number(told: Any, *, least: int = 0, most: int = _MOST_ID) -> int | None:
    return told if type(told) is int and least <= told <= most else None


def listed(data: dict[str, Any], *keys: str) -> list[Any]:
    """The ids and names under these keys, a bounded number of them."""
    found = [one for key in keys if isinstance(data.get(key), list) for one in data[key]]
    return [one for one in found if type(one) is int or isinstance(one, str)][:_MOST_LISTED]


def customer(corp_id: int, data: dict[str, Any]) -> Customer | None:
    """The company's customer of ``customerId`` or, where that isn't told, of ``externalUserid``."""
    ours = Customer.objects.of_corp(corp_id)
    pk, external = number(data.get("customerId"), least=1), data.get("externalUserid")
    if pk:
        return ours.filter(pk=pk).first()
    return ours.filter(external_userid=external).first() if isinstance(external, str) and external else None


def employee(corp_id: int, told: Any) -> int | None:
    """The id, if the company has such an employee."""
    pk = number(told, least=1)
    return pk if pk and Employee.objects.of_corp(corp_id).filter(pk=pk).exists() else None


def tag(corp_id: int, told: Any) -> int | None:
    """The id, if the company has such a tag."""
    pk = number(told, least=1)
    return pk if pk and Tag.objects.of_corp(corp_id).filter(pk=pk).exists() else None
