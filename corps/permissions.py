"""Whether the caller may do what the view does. DRF loads this before its views, so no view is imported here."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.errors import Forbidden
from core.throttling import charge_anonymous
from corps.actors import caller

# The act of a view that is open to every known caller.
SIGNED_IN = None


class ActAllowed(BasePermission):
    """Allows what the view's ``acts`` names and the caller's actor may do; what isn't named is refused.

    ``view.acts`` maps a DRF action (``list``, ``create``…) or, for a plain APIView, a lower-case HTTP method to an
    ``Act`` or ``SIGNED_IN``. A view over a corp's rows refuses a caller without a corp, unless it says
    ``corp_data = False``.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        actor = caller(request)
        if actor is None:
            charge_anonymous(request)
            return False
        if getattr(view, "corp_data", True) and not actor.corp_id:
            raise Forbidden("no_corp", _("You belong to no company, and this is a company's data."))
        name = (request.method or "").lower().replace("head", "get")
        if name == "options" or not hasattr(view, name):
            # Left to DRF, which answers 405.
            return True
        name = getattr(view, "action", None) or name
        return name in view.acts and (view.acts[name] is SIGNED_IN or actor.may(view.acts[name]))
