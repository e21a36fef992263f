"""Who looks at a customer with numbers: the follower, a colleague who reads along, the manager, the administrator."""

from dataclasses import replace
from typing import Any

from rest_framework.test import APIClient

from corps.actors import SYSTEM, Actor
from corps.choices import Masking
from corps.models import Corp, User
from customers import collaborating, remarks
from customers.models import Customer
from tests import make
from tests.conftest import Cast

MOBILE, UNIONID, NOTED = "13812345678", "oUnionAbcdefghij9876", "13987654321"
STARRED = {"mobile": "138****5678", "unionid": "oUn****9876"}
URL = "/api/v1/customers"


def numbered(cast: Cast, **fields: Any) -> Customer:
    """A customer of the owner's with numbers, whom the colleague may read along."""
    row = make.customer(cast.corp, cast.owner, **{"mobile": MOBILE, "unionid": UNIONID} | fields)
    collaborating.add_collaborators(customer=row, employee_ids=[cast.colleague.pk], by=SYSTEM, source="api")
    remarks.change_remark(
        customer=row, employee_id=cast.owner.pk, remark_mobiles=[NOTED], by=cast.actor("admin"), source="api"
    )
    return Customer.objects.get(pk=row.pk)


def choose(cast: Cast, masking: Masking) -> None:
    """The company hides numbers so from now on; the cast's users are read anew."""
    Corp.objects.filter(pk=cast.corp.pk).update(masking=masking)
    for name, user in cast.users.items():
        cast.users[name] = User.objects.get(pk=user.pk)


def speaking(actor: Actor) -> Any:
    """A client of the API for a person, past the auth service."""
    client = APIClient(headers={"Accept-Language": "en"})
    client.force_authenticate(user=replace(actor, rate=1_000_000))
    return client


def client(cast: Cast, name: str) -> Any:
    return speaking(cast.actor(name))
