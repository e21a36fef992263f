"""Write down who saw whom. These are stored with what they tell of; mere views go by ``viewing``."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.time import now
from corps.actors import Actor
from corps.models import Corp
from customers.models import AccessRecord

# Of filters, which a caller may make as long as an address can be.
_MOST, _LONGEST = 30, 200


def record(*, kind: AccessRecord.Kind, corp_id: int, by: Actor, source: str, **told: Any) -> AccessRecord:
    """Keep one access, in the transaction of what it tells of.

    Args:
        told: any of ``customer_id``, ``what``, ``facts``, ``number``, ``reason`` and ``address``.
    """
    return AccessRecord.objects.create(
        corp_id=corp_id, kind=kind, actor=by.label, employee_id=by.employee_id, source=source, at=now(), **told
    )


def exported(
    *,
    what: str,
    number: int,
    filters: Mapping[str, str],
    by: Actor,
    source: str,
    address: str,
    corp_id: int | None = None,
) -> list[AccessRecord]:
    """Keep that a list was taken along: which, by what filters, and how many rows. Before the first of them is sent.

    Args:
        corp_id: whose list it is, where it is one company's whoever takes it.

    Returns: the record in each company whose rows may be among them.
    """
    facts = {name: value[:_LONGEST] for name, value in sorted(filters.items())[:_MOST]}
    told: dict[str, Any] = {"what": what, "number": number, "facts": facts, "address": address}
    of = corp_id or by.corp_id
    # A superuser's may be of all companies, and each finds it in its own record.
    corps = [of] if of else Corp.objects.values_list("pk", flat=True)
    return [record(kind=AccessRecord.Kind.EXPORT, corp_id=corp, by=by, source=source, **told) for corp in corps]


def shown_since(moment: dt.datetime, *, corp_id: int, by: Actor) -> int:
    """How many numbers this actor was shown since then."""
    rows = AccessRecord.objects.filter(corp_id=corp_id, actor=by.label, at__gte=moment)
    return rows.filter(kind=AccessRecord.Kind.UNMASK).count()
