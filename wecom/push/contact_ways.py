"""Bring one contact way into step (page 96348). There is no key against making it twice: after a try in doubt comes a
look among the codes made since, by the state, which only this one has."""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from core.time import now
from corps.models import Corp, Department, Employee
from customers.contact_ways.duty import Serving
from customers.contact_ways.keeping import serving_now
from customers.models import ContactWay
from messaging.models import Command
from wecom.client.contact_ways import (
    add_contact_way,
    config_ids,
    contact_way,
    delete_contact_way,
    update_contact_way,
)
from wecom.client.errors import Gone, WecomError
from wecom.client.transport import Client
from wecom.push import settling
from wecom.push.lanes import Hold

_Status = ContactWay.Status
_ERROR_LENGTH = 300
# The clocks of WeCom and of this server needn't agree.
_AROUND = dt.timedelta(minutes=10)
UNKNOWN_CODE = 41044


def push_way(hold: Hold, commands: Sequence[Command], client: Client) -> None:
    """Have WeCom know the code as it is now: made, changed or deleted. Raises WecomError, noted on the code."""
    way = _read(hold.corp_id, commands[0].subject["contactWayId"])
    if way is None:
        settling.done(hold, commands)
        return
    try:
        _bring(hold, commands, way, client)
    except WecomError as error:
        _note_failure(way, error)
        raise


def _bring(hold: Hold, commands: Sequence[Command], way: ContactWay, client: Client) -> None:
    if way.config_id is None and way.asked_at:
        _adopt(way, client)
    if way.status == _Status.DELETED:
        _delete(hold, commands, way, client)
    elif way.config_id is None:
        _make(hold, commands, way, client)
    else:
        _change(hold, commands, way, client)


def _make(hold: Hold, commands: Sequence[Command], way: ContactWay, client: Client) -> None:
    serving = _serving(way)
    # Committed before the call: whoever comes after a lost answer knows that there may be one.
    ContactWay.objects.filter(pk=way.pk).update(asked_at=now())
    fields = {"type": way.type, "scene": way.scene, "state": way.state}
    made = add_contact_way(client, **fields, **_body(way, serving))
    told = {"config_id": made["config_id"], "qr_code": made.get("qr_code", ""), "serving": serving.as_json()}
    settling.done(hold, commands, note=lambda: _note_success(way, **told))


def _change(hold: Hold, commands: Sequence[Command], way: ContactWay, client: Client) -> None:
    serving = _serving(way)
    update_contact_way(client, way.config_id or "", **_body(way, serving))
    settling.done(hold, commands, note=lambda: _note_success(way, serving=serving.as_json()))


def _delete(hold: Hold, commands: Sequence[Command], way: ContactWay, client: Client) -> None:
    if way.config_id:
        # Gone: somebody was faster, or an earlier try of ours came through.
        with suppress(Gone):
            delete_contact_way(client, way.config_id)
    settling.done(hold, commands, note=lambda: _note_success(way, config_id=None, qr_code="", asked_at=None))


def _adopt(way: ContactWay, client: Client) -> None:
    """Take over the code that an earlier try made, of which no answer came."""
    known = set(ContactWay.objects.of_corp(way.corp_id).exclude(config_id=None).values_list("config_id", flat=True))
    for config_id in _made_since(client, (way.asked_at or now()) - _AROUND):
        if config_id in known:
            continue
        found = contact_way(client, config_id)
        if found.get("state") == way.state:
            way.config_id, way.qr_code = config_id, found.get("qr_code", "")
            ContactWay.objects.filter(pk=way.pk).update(config_id=config_id, qr_code=way.qr_code)
            return


def _made_since(client: Client, since: dt.datetime) -> Iterator[str]:
    cursor = ""
    while True:
        found, cursor = config_ids(client, start=int(since.timestamp()), cursor=cursor)
        yield from found
        if not cursor:
            return


def _serving(way: ContactWay) -> Serving:
    return serving_now(Corp.objects.get(pk=way.corp_id), [way])[way.pk]


def _body(way: ContactWay, serving: Serving) -> dict[str, Any]:
    """What WeCom may be told again and again; ``user`` and ``party`` replace those of before."""
    people = dict(Employee.objects.filter(pk__in=serving.employees).values_list("pk", "userid"))
    departments = Department.objects.filter(pk__in=serving.departments).exclude(wecom_id=None)
    return {
        "remark": way.name,
        "skip_verify": way.skip_verify,
        "user": [people[pk] for pk in serving.employees if pk in people],
        "party": sorted(departments.values_list("wecom_id", flat=True)),
    }


def _read(corp_id: int, way_id: int) -> ContactWay | None:
    return ContactWay.objects.of_corp(corp_id).prefetch_related("members").filter(pk=way_id).first()


def _note_success(way: ContactWay, **told: Any) -> None:
    rows = ContactWay.objects.filter(pk=way.pk)
    rows.update(**told, error_code=None, last_error="", update_time=now())
    if way.status != _Status.DELETED:
        # Deleted meanwhile, it stays so: that was wanted anew, and comes next.
        rows.exclude(status=_Status.DELETED).update(status=_Status.ACTIVE)


def _note_failure(way: ContactWay, error: WecomError) -> None:
    rows = ContactWay.objects.filter(pk=way.pk)
    rows.update(error_code=error.code, last_error=str(error)[:_ERROR_LENGTH])
    if error.passes:
        return
    rows.exclude(status=_Status.DELETED).update(status=_Status.FAILED)
    if error.code == UNKNOWN_CODE and way.config_id:
        # Deleted there by somebody: a printed code is dead, and a retry makes another one.
        rows.update(config_id=None, qr_code="", asked_at=None)
