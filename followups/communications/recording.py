"""Record calls and messages, many at once, each once."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Q

from core.time import now
from core.transactions import atomic
from corps.actors import Actor
from corps.models import Corp, Employee
from customers.models import Customer
from followups import told
from followups.communications.facts import Told
from followups.models import Communication

MOST = 500
_TRIES = 3
Result = dict[str, str]


@atomic
def record(*, corp_id: int, talks: Sequence[Told], by: Actor, source: str) -> list[Result]:
    """Keep these and record ``customer.communication.recorded`` for each that is new.

    Args:
        talks: at most ``MOST``. Which customers they name the caller has looked at, or answers for the whole company.

    Returns: for each, in order, ``externalId``, ``status`` (``recorded``, ``known``, ``failed``) and the ``code`` of a
        failure: ``customer_unknown``, ``employee_unknown``, ``happened_in_future``. One failure spoils no other.
    """
    customers, employees = _customers(corp_id, talks), _employees(corp_id, talks)
    zone = Corp.objects.get(pk=corp_id).zone
    results: list[Result] = []
    rows: dict[str, Communication] = {}
    for talk in talks:
        customer = customers.get(talk.customer_id or talk.external_userid)
        employee = employees.get(talk.employee_id or talk.userid)
        code = _fault(talk, customer, employee)
        results.append({"externalId": talk.external_id, "status": "failed", "code": code} if code else _heard(talk))
        if not code and talk.external_id not in rows:
            rows[talk.external_id] = _row(talk, corp_id, customer, employee, zone, by, source)
    fresh = _insert(corp_id, rows)
    told.recorded(list(fresh.values()), by=by, source=source)
    return _first_each(results, fresh)


def _fault(talk: Told, customer: int | None, employee: int | None) -> str:
    if customer is None:
        return "customer_unknown"
    if employee is None and (talk.employee_id or talk.userid):
        return "employee_unknown"
    return "happened_in_future" if talk.at > now() else ""


def _heard(talk: Told) -> Result:
    return {"externalId": talk.external_id, "status": "known"}


def _first_each(results: list[Result], fresh: dict[str, Communication]) -> list[Result]:
    # One that comes twice in a batch is recorded by the first.
    left = set(fresh)
    for result in results:
        if result["status"] == "known" and result["externalId"] in left:
            left.remove(result["externalId"])
            result["status"] = "recorded"
    return results


def _row(
    talk: Told, corp_id: int, customer: int | None, employee: int | None, zone: ZoneInfo, by: Actor, source: str
) -> Communication:
    said = {"kind": talk.kind, "direction": talk.direction, "seconds": talk.seconds, "content": talk.content}
    who = {"corp_id": corp_id, "customer_id": customer, "employee_id": employee, "source": source, "actor": by.label}
    day = talk.at.astimezone(zone).date()
    return Communication(**who, **said, at=talk.at, day=day, external_id=talk.external_id)


def _insert(corp_id: int, rows: dict[str, Communication]) -> dict[str, Communication]:
    """Those that were not there yet, as they are stored."""
    stored = Communication.objects.of_corp(corp_id)
    for attempt in range(1, _TRIES + 1):
        known = set(stored.filter(external_id__in=rows).values_list("external_id", flat=True))
        fresh = {name: row for name, row in rows.items() if name not in known}
        try:
            with transaction.atomic():
                Communication.objects.bulk_create(fresh.values())
        except IntegrityError:
            # Somebody told of one of them at the same time: then it is known.
            if attempt == _TRIES:
                raise
        else:
            break
    return {row.external_id: row for row in stored.filter(external_id__in=fresh).order_by("id")}


def _customers(corp_id: int, talks: Sequence[Told]) -> dict[int | str, int]:
    ids, names = {t.customer_id for t in talks if t.customer_id}, {t.external_userid for t in talks}
    found = Customer.objects.of_corp(corp_id).filter(Q(pk__in=ids) | Q(external_userid__in=names - {""}))
    return {key: pk for pk, name in found.values_list("pk", "external_userid") for key in (pk, name)}


def _employees(corp_id: int, talks: Sequence[Told]) -> dict[int | str, int]:
    ids, names = {t.employee_id for t in talks if t.employee_id}, {t.userid for t in talks}
    found = Employee.objects.of_corp(corp_id).filter(Q(pk__in=ids) | Q(userid__in=names - {""}))
    return {key: pk for pk, name in found.values_list("pk", "userid") for key in (pk, name)}
