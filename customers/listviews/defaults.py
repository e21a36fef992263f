"""With which view the list begins."""

from django.utils.translation import gettext as _

from core.errors import Conflict, Forbidden
from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from corps.choices import Role
from corps.policy import Act
from customers.listviews import checking
from customers.models import CustomerView


@atomic
def make_default(*, view: CustomerView, by: Actor, role: Role | None = None) -> CustomerView:
    """Have the list begin with this view: for everybody of a role who has chosen none, or for the actor alone.

    A second time it is no default any more.

    Args:
        view: one that the actor may see.
        role: None for the actor's own beginning, which takes the actor's own view.

    Raises:
        Forbidden: for a role, without the right to; for oneself, of another one's view.
        Conflict: ``view_private``: a role begins with what all of it can see.
    """
    checking.hold(view.corp_id)
    row = lock(view)
    if role is None:
        return _for_oneself(row, by)
    if not by.may(Act.VIEW_MANAGE):
        raise Forbidden
    if not row.shared:
        raise Conflict("view_private", _("Share the view first: not everybody can see it."))
    wanted = None if row.default_for == role else role
    CustomerView.objects.of_corp(row.corp_id).filter(default_for=role).update(default_for=None)
    row.default_for = wanted
    row.version += 1
    row.save(update_fields=["default_for", "version", "update_time"])
    return row


def _for_oneself(row: CustomerView, by: Actor) -> CustomerView:
    if row.owner_id != by.id:
        raise Forbidden
    wanted = None if row.own_default else 1
    CustomerView.objects.filter(owner_id=by.id, own_default=1).update(own_default=None)
    row.own_default = wanted
    row.version += 1
    row.save(update_fields=["own_default", "version", "update_time"])
    return row
