"""The company's chart as a report sees it: which departments lie in a scope."""

from django.db.models import Q, QuerySet

from corps.models import Department
from insights.stats.scopes import Scope
from insights.stats.terms import Dim


def of_scope(scope: Scope) -> QuerySet[Department]:
    """The departments of a scope and those below; somebody alone has none."""
    rows = Department.objects.of_corp(scope.corp_id)
    if scope.dim != Dim.DEPARTMENT:
        return rows if scope.dim == Dim.CORP else rows.none()
    below = Q(pk=None)
    for path in rows.filter(pk__in=scope.idents).values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return rows.filter(below)
