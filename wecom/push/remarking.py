"""Bring what an employee noted of a customer into step, in one call of remark."""

from collections.abc import Sequence
from typing import Any

from customers.choices import CustomerType
from customers.models import FollowRelation
from messaging.models import Command
from wecom.client.customers import remark
from wecom.client.transport import Client
from wecom.push import pairs, settling
from wecom.push.lanes import Hold

# Our column → WeCom's field (page 96317).
_FIELDS = {
    "remark": "remark",
    "description": "description",
    "remark_corp_name": "remark_company",
    "remark_mobiles": "remark_mobiles",
}


def push(hold: Hold, commands: Sequence[Command], client: Client) -> None:
    """Tell WeCom these notes as they are now. Raises WecomError."""
    pair = pairs.of(commands[0])
    relation = pair and FollowRelation.objects.filter(customer=pair.customer, employee=pair.employee).first()
    if not pair or not relation:
        settling.done(hold, commands)
        return
    wanted = [command.subject["field"] for command in commands]
    fields = {_FIELDS[name]: _value(relation, name) for name in wanted if name in _FIELDS}
    if pair.customer.type != CustomerType.WECHAT:
        # Of WeCom users their own company is shown, and none may be noted.
        fields.pop("remark_company", None)
    if fields:
        if not any(fields.values()):
            # Five empty fields are refused, so one goes along as it is.
            fields["remark_mobiles"] = _value(relation, "remark_mobiles")
        remark(client, pair.employee.userid, pair.customer.external_userid, **fields)
    settling.done(hold, commands, note=pair.outdate_readings)


def _value(relation: FollowRelation, name: str) -> Any:
    value = getattr(relation, name)
    # The list replaces the old one, and only a list of one empty text empties it.
    return (value or [""]) if name == "remark_mobiles" else value
