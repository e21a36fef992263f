"""Employees that are named before the house has told of them."""

from collections.abc import Collection

from corps.models import Employee


def ensure_employees(*, corp_id: int, userids: Collection[str]) -> dict[str, int]:
    """userid → id of each, those that the house doesn't know yet made with what is known: the userid.

    No event tells of such a row: ``employee.created`` comes with the first reading of the house that shows them. Three
    statements where one is unknown, else one; no lock, so it may be called at any point of a transaction.
    """
    wanted = set(userids)
    known = _ids(corp_id, wanted)
    if missing := sorted(wanted - known.keys()):
        rows = [Employee(corp_id=corp_id, userid=userid) for userid in missing]
        Employee.objects.bulk_create(rows, ignore_conflicts=True)
        known |= _ids(corp_id, missing)
    return known


def _ids(corp_id: int, userids: Collection[str]) -> dict[str, int]:
    if not userids:
        return {}
    return dict(Employee.objects.filter(corp_id=corp_id, userid__in=userids).values_list("userid", "pk"))
