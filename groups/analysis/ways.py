"""How people came into the chats and how they left: by inviter, and by the way of leaving."""

from typing import Any

from django.db.models import Count, Q

from corps.models import Employee
from groups.analysis.scope import Scope
from groups.choices import MemberType

# Those who invited most. A company's others have invited few each.
MOST = 100


def by_inviter(scope: Scope) -> list[dict[str, Any]]:
    """``{userid, employeeId, name, invited, stay}`` of the colleagues whose invitations people joined by.

    ``stay`` of them are still there. External contacts alone; WeCom names an inviter only where it is a colleague.
    Two statements.
    """
    start, end = scope.span()
    rows = scope.stays().filter(join_time__gte=start, join_time__lt=end, type=MemberType.CUSTOMER)
    named = rows.exclude(inviter_userid="").order_by().values_list("corp_id", "inviter_userid")
    counted = named.annotate(invited=Count("pk"), stay=Count("pk", filter=Q(left_at=None)))
    found = list(counted.order_by("-invited", "inviter_userid")[:MOST])
    staff = Employee.objects.filter(corp_id__in={row[0] for row in found}, userid__in={row[1] for row in found})
    known = {
        (corp, userid): (pk, name) for corp, userid, pk, name in staff.values_list("corp_id", "userid", "pk", "name")
    }
    return [
        {
            "userid": userid,
            "employeeId": known.get((corp, userid), (None, None))[0],
            "name": known.get((corp, userid), (None, None))[1],
            "invited": invited,
            "stay": stay,
        }
        for corp, userid, invited, stay in found
    ]


def by_quit_scene(scope: Scope) -> list[dict[str, Any]]:
    """``{quitScene, left, customers}`` of each way in which somebody left, the most frequent first. One statement."""
    start, end = scope.span()
    rows = scope.stays().filter(left_at__gte=start, left_at__lt=end).order_by().values_list("quit_scene")
    customers = Count("pk", filter=Q(type=MemberType.CUSTOMER))
    counted = rows.annotate(left=Count("pk"), customers=customers)
    found = sorted(counted, key=lambda row: (-row[1], row[0]))
    return [dict(zip(("quitScene", "left", "customers"), row, strict=True)) for row in found]
