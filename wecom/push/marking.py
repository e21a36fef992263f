"""Bring the tags of one pair into step: what the rows say at this moment, in one call of mark_tag."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction

from core.time import now
from corps.actors import SYSTEM
from customers.models import CustomerTag
from messaging.models import Command
from tags import writeback
from tags.choices import TagKind
from tags.holding import hold_catalogue
from tags.models import Tag
from wecom.client.errors import Gone
from wecom.client.tags import mark_tags
from wecom.client.transport import Client
from wecom.push import pairs, reasons, rereading, settling
from wecom.push.lanes import Hold
from wecom.push.pairs import Pair

# How often a tag is looked for that the catalogue's own command has to bring to WeCom first.
CATALOGUE_PAUSE = dt.timedelta(seconds=5)


@dataclass(slots=True)
class _Plan:
    """What is to be done for each command: put the tag, take it off, nothing, or wait until WeCom has the tag."""

    put: dict[str, Command] = field(default_factory=dict)
    off: dict[str, Command] = field(default_factory=dict)
    nothing: list[Command] = field(default_factory=list)
    waiting: list[tuple[Command, Tag]] = field(default_factory=list)


def push(hold: Hold, commands: Sequence[Command], client: Client) -> None:
    """Put these tags on the customer, or take them off. Raises WecomError."""
    pair = pairs.of(commands[0])
    if pair is None:
        settling.done(hold, commands)
        return
    plan = _plan(pair, commands)
    settling.done(hold, plan.nothing)
    for command, tag in plan.waiting:
        _await_tag(command, tag)
    _send(hold, pair, plan, client)


def _plan(pair: Pair, commands: Sequence[Command]) -> _Plan:
    ids = [command.subject["tagId"] for command in commands]
    tags = {tag.pk: tag for tag in Tag.objects.of_corp(pair.corp_id).filter(pk__in=ids).select_related("group")}
    rows = CustomerTag.objects.filter(customer=pair.customer, follower=pair.employee, tag_id__in=ids)
    held = set(rows.values_list("tag_id", flat=True))
    plan = _Plan()
    for command in commands:
        tag = tags.get(command.subject["tagId"])
        # A tag that has ended is taken off every customer there by that.
        if tag is None or tag.deleted_at or tag.kind != TagKind.CORP or not (tag.wecom_id or tag.pk in held):
            plan.nothing.append(command)
        elif tag.wecom_id is None:
            plan.waiting.append((command, tag))
        else:
            (plan.put if tag.pk in held else plan.off)[tag.wecom_id] = command
    return plan


def _send(hold: Hold, pair: Pair, plan: _Plan, client: Client) -> None:
    if not plan.put and not plan.off:
        return
    who = {"userid": pair.employee.userid, "external_userid": pair.customer.external_userid}
    sent = [*plan.put.values(), *plan.off.values()]
    try:
        mark_tags(client, add=list(plan.put), remove=list(plan.off), **who)
    except Gone as error:
        # It doesn't say which: the others are not to suffer for one.
        if len(sent) > 1:
            for wecom_id, command in plan.put.items():
                _send(hold, pair, _Plan(put={wecom_id: command}), client)
            for wecom_id, command in plan.off.items():
                _send(hold, pair, _Plan(off={wecom_id: command}), client)
            return
        _give_up(sent[0], error)
        return
    settling.done(hold, sent, note=pair.outdate_readings)


def _give_up(command: Command, error: Gone) -> None:
    settling.given_up([command], code=error.code, error=str(error))
    tag = Tag.objects.select_related("group").filter(pk=command.subject["tagId"]).first()
    if tag:
        rereading.tag_gone(tag)


@transaction.atomic
def _await_tag(command: Command, tag: Tag) -> None:
    """Look again soon, without counting the try; see that the catalogue's own command for the tag is there."""
    hold_catalogue(tag.corp_id)
    before = Command.objects.filter(corp_id=tag.corp_id, key=writeback.key_of(tag)).order_by("-pk").first()
    if before and before.state == Command.State.DEAD:
        settling.given_up([command], code=None, error=reasons.TAG_NOT_THERE)
        return
    if before is None or before.settled_at:
        writeback.want([tag], by=SYSTEM, source="system")
    at = now() + CATALOGUE_PAUSE
    settling.later([command], at=at, code=None, error=reasons.TAG_ON_ITS_WAY, counted=False)
