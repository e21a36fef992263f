"""Every event that the rules record is what its schema here promises to other services."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import corps.events
import customers.assigning.events
import customers.channels.events
import customers.contact_ways.events
import customers.custom.events
import customers.events
import customers.stages.events
import followups.events
import followups.told
import groups.events
import insights.events
import segments.events
import segments.rules.events
import tags.events
from core.time import now
from corps import mirroring, tickets
from corps.actors import SYSTEM
from corps.facts import DepartmentFacts, EmployeeFacts
from corps.models import Corp
from customers import (
    assigning,
    blacklist,
    channels,
    collaborating,
    contact_ways,
    custom,
    lifecycle,
    merging,
    stages,
    tagging,
    upkeep,
)
from customers.choices import CustomKind, ItemState
from customers.custom.options import Wanted
from customers.facts import PersonFacts
from customers.models import Customer, RelationEpisode
from customers.privacy import erasing, unmasking
from customers.transfers import choosing, failing, settling, sheet
from followups import commenting, communications, reminding, revising, templates, writing
from followups.communications.facts import Told
from groups import catalogue
from groups import mirroring as chats
from groups import tagging as chat_tagging
from groups.models import GroupChat
from groups.transfers import claiming, planning, running
from groups.transfers import settling as chats_settling
from insights.models import RiskAlert
from insights.risks import handling
from insights.risks import settling as warning
from messaging.models import OutboxEvent
from segments import catalogue as segment_catalogue
from segments.models import RuleRun, TagRule
from segments.rules import changing, jobs, states, working
from tags import catalog, grouping
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.segments import crowd

HERE = Path(__file__).parent
AS = {"by": SYSTEM, "source": "system"}


def schema(name: str) -> dict[str, Any]:
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def names() -> set[str]:
    """The event names that the code knows."""
    modules = (
        *(
            corps.events,
            customers.events,
            customers.assigning.events,
            customers.channels.events,
            customers.contact_ways.events,
            customers.custom.events,
            customers.stages.events,
        ),
        *(tags.events, followups.events, followups.told, groups.events, insights.events),
        *(segments.events, segments.rules.events),
    )
    return {
        value for module in modules for key, value in vars(module).items() if key.isupper() and isinstance(value, str)
    }


def test_each_event_has_a_schema_and_each_schema_an_event() -> None:
    assert {path.stem for path in HERE.glob("*.json")} - {"envelope"} == names()


def house(corp: Corp) -> None:
    """One of everything that can happen to departments and employees."""
    departments = {"corp_id": corp.pk, "whole": True, **AS}
    for name in ("总部一", "总部二"):
        facts = [DepartmentFacts(1, name), DepartmentFacts(2, "西区", 1)]
        mirroring.apply_departments(departments=facts, ticket=tickets.draw(corp.pk), **departments)
    for name in ("林娜", "林小娜"):
        facts = [EmployeeFacts("lina", name, "娜", "销售", 1, ((2, True),), 2, ("wang",))]
        mirroring.apply_employees(corp_id=corp.pk, employees=facts, ticket=tickets.draw(corp.pk), **AS)
    who = {"corp_id": corp.pk, "userids": ["lina"], **AS}
    mirroring.set_followers(**who)
    mirroring.mark_left(ticket=tickets.draw(corp.pk), at=now(), **who)
    mirroring.apply_employees(corp_id=corp.pk, employees=facts, ticket=tickets.draw(corp.pk), **AS)
    mirroring.rename_employee(corp_id=corp.pk, userid="lina", new_userid="lin.na", **AS)
    mirroring.apply_departments(departments=[DepartmentFacts(1, "总部二")], ticket=tickets.draw(corp.pk), **departments)


def tagged_chat(cast: Cast, chat: GroupChat) -> None:
    """One of everything that can happen to the tags of group chats."""
    home = catalogue.create_set(corp_id=cast.corp.pk, name="甲区", tag_names=["甲"], **AS)
    tag = home.tags.get()
    chat_tagging.change_tags(chat=chat, add=[tag.pk], **AS)
    catalogue.update_set(set=home, name="甲乙区", **AS)
    catalogue.update_tag(tag=tag, name="甲乙", order=4, **AS)
    catalogue.delete_tag(tag=tag, **AS)
    catalogue.delete_set(set=home, **AS)


def handed_over(cast: Cast) -> None:
    """One of everything that can happen in handovers of group chats."""
    rows = [make.chat(cast.corp, cast.owner) for _n in range(2)]
    for end in ("finished", "cancelled"):
        chosen = GroupChat.objects.filter(pk__in=[row.pk for row in rows])
        job = planning.plan(corp_id=cast.corp.pk, chats=chosen, taker=cast.colleague, by=SYSTEM)
        running.start(job=job, **AS)
        running.pause(job=job, **AS)
        running.start(job=job, **AS)
        if end == "cancelled":
            running.cancel(job=job, **AS)
        elif batch := claiming.take(job.pk):
            good, bad = batch.items
            chats_settling.settle(job_id=job.pk, done=[good.pk], failed={bad.pk: 90503})


def counted(cast: Cast) -> None:
    """One of everything that can happen to segments."""
    customer = make.customer(cast.corp, name="张三丰")
    row = crowd.segment(cast.corp, announces=True)
    for city in ("北京", None):
        crowd.move(customer, city)
        crowd.hear(cast.corp)
    fields = {"name": "新名", "description": "d", "announces": False, "condition": crowd.of_city("上海")}
    segment_catalogue.update_segment(segment=row, **fields, **AS)
    segment_catalogue.delete_segment(segment=row, **AS)


@pytest.fixture
def life(cast: Cast) -> None:
    """One of everything that can happen."""
    house(cast.corp)
    group = grouping.create_group(corp_id=cast.corp.pk, name="等级", tag_names=["甲", "乙", "丙"], **AS)
    one, two, three = group.tags.all()
    customer = make.customer(cast.corp, cast.owner, mobile="13800138000", name="张三丰")
    lifecycle.update(customer=customer, name="李四", channel="广告", **AS)
    tagging.add_tags(customer=customer, tag_ids=[one.pk, two.pk], **AS)
    tagging.remove_tags(customer=customer, tag_ids=[two.pk], **AS)
    for act in (collaborating.add_collaborators, collaborating.remove_collaborators):
        act(customer=customer, employee_ids=[cast.colleague.pk], **AS)
    writing.write(customer=customer, content="电话里说下周来", employee_id=cast.owner.pk, **AS)
    writing.write(customer=customer, content="无人", by=make.service(cast.corp), source="api")
    followed_up(cast, customer)
    for act in (reminding.done, reminding.cancel):
        asked = reminding.remind(
            customer=customer, content="约张三丰", due_at=now(), by=cast.actor("owner"), source="api"
        )
        act(reminder=asked, **AS)
    warned(cast, customer)
    counted(cast)
    blacklist.put(customer=customer, reason="恶意退单", until=now() + dt.timedelta(days=1), **AS)
    blacklist.lift(customer=customer, **AS)
    merging.undo(merge=make.merge(customer, make.customer(cast.corp, name="张三丰")), **AS)
    catalog.update_tag(tag=two, name="新名", order=8, **AS)
    catalog.merge_tag(tag=one, into=two, **AS)
    upkeep.sweep_tag(tag_id=one.pk)
    catalog.move_tag(tag=three, group=make.group(cast.corp), **AS)
    catalog.delete_tag(tag=three, **AS)
    grouping.update_group(group=group, name="级别", order=3, **AS)
    grouping.delete_group(group=group, **AS)
    channel = make.channel(cast.corp, "expo")
    fields: dict[str, Any] = {"name": "展会", "active": False, "order": 1, "note": "n", "states": [], "add_ways": [1]}
    channels.update_channel(channel=channel, **fields, **AS)
    channels.delete_channel(channel=channel, **AS)
    way = make.contact_way(cast.corp, cast.owner)
    contact_ways.update_way(way=way, name="二号", welcome_text="您好", **AS)
    contact_ways.delete_way(way=way, **AS)
    assigned(cast)
    ruled(cast)
    staged(customer)
    filled_in(cast)
    mirrored(cast, customer.external_userid)
    transferred(cast, customer)
    protected(cast)
    lifecycle.delete(customer=Customer.objects.get(pk=customer.pk), **AS)
    chat = make.chat(cast.corp, cast.owner, cast.owner, customer, "wmNobody", chat_id="wrChat", notice="周五发货")
    make.chat(cast.corp, cast.owner, customer, chat_id="wrChat", name="新群名")
    tagged_chat(cast, chat)
    handed_over(cast)
    chats.dismiss(corp_id=cast.corp.pk, chat_id=chat.chat_id, ticket=10**6, at=chat.opened_at, **AS)


def followed_up(cast: Cast, customer: Customer) -> None:
    """A follow-up with all that can become of it, a template and a call."""
    who = {"mention_ids": [cast.colleague.pk]}
    row = writing.write(customer=customer, content="张三丰要报价", next_at=now() + dt.timedelta(days=1), **who, **AS)
    row = revising.edit(follow_up=row, content="张三丰不要报价", kind="call", **AS)
    said = commenting.comment(follow_up=row, content="张三丰再谈", **who, **AS)
    commenting.delete_comment(comment=said, **AS)
    revising.delete(follow_up=row, **AS)
    told = {"kind": "call", "direction": "out", "at": now(), "seconds": 9, "customer_id": customer.pk}
    communications.record(corp_id=cast.corp.pk, talks=[Told(external_id="call-1", **told)], **AS)
    template = templates.create_template(corp_id=cast.corp.pk, name="报价", content="已报价", **AS)
    template = templates.update_template(template=template, order=3, **AS)
    templates.delete_template(template=template, **AS)


def protected(cast: Cast) -> None:
    """A number is shown, and then the person is erased."""
    customer = make.customer(cast.corp, cast.owner, mobile="13800138000", name="张三丰")
    unmasking.unmask(customer=customer, field="mobile", reason="张三丰来电", **AS)
    erasing.erase(customer=Customer.objects.get(pk=customer.pk), reason="张三丰要求", **AS)


def assigned(cast: Cast) -> None:
    """A rule gives a customer away, is changed and goes."""
    rule = make.assignment_rule(cast.corp, make.employee(cast.corp))
    customer = make.customer(cast.corp, name="张三丰")
    assigning.assign_one(corp=cast.corp, customer_id=customer.pk)
    fields: dict[str, Any] = {"order": 3, "also_lost": True, "department_ids": [cast.department.pk], "day_cap": 4}
    assigning.update_rule(rule=rule, spare_id=cast.owner.pk, weekdays="12", name="甲乙丙", **fields, **AS)
    assigning.delete_rule(rule=rule, **AS)


def staged(customer: Customer) -> None:
    """A customer goes through a stage, which is renamed; another is taken away."""
    stage, spare = make.stage(customer.corp, name="甲乙"), make.stage(customer.corp)
    for to in (stage, None):
        stages.set_stage(customer=Customer.objects.get(pk=customer.pk), stage=to, run_id=3, **AS)
    stages.update_stage(stage=stage, name="甲丙", order=7, outcome="won", active=False, **AS)
    stages.delete_stage(stage=spare, **AS)


def filled_in(cast: Cast) -> None:
    """Custom fields are made, filled in for a customer and for a relation, changed; one is taken away."""
    customer = make.customer(cast.corp, cast.owner)
    text, noted = make.custom_field(cast.corp, "nick"), make.custom_field(cast.corp, "mood", subject="relation")
    custom.set_values(customer=customer, values={"nick": "三丰"}, run_id=3, **AS)
    custom.set_values(customer=customer, values={"mood": "好"}, employee_id=cast.owner.pk, **AS)
    facts: dict[str, Any] = {"name": "昵称", "required": True, "personal": True, "order": 4, "active": False}
    custom.update_field(field=text, kind=CustomKind.CHOICE, options=[Wanted("三丰")], **facts, **AS)
    custom.delete_field(field=make.custom_field(cast.corp, "spare"), **AS)
    assert noted.values.count() == 1


def ruled(cast: Cast) -> None:
    """A rule is written, tried, put into force, run over the customers, and retired."""
    tag = make.tag(make.group(cast.corp))
    actions = [{"do": "addTags", "tagIds": [tag.pk]}, {"do": "warn", "level": 2}]
    said: dict[str, Any] = {"trigger": {"kind": "followed"}, "actions": actions}
    rule = changing.create_rule(corp_id=cast.corp.pk, name="张三丰", **said, **AS)
    again = {"kind": "tagged", "tagIds": [tag.pk]}
    where = {"version": 1, "where": {"field": "city", "op": "is", "value": "北京"}}
    changes: dict[str, Any] = {"trigger": again, "actions": actions[:1], "condition": where, "order": 3}
    changing.update_rule(rule=rule, name="李四", hourly_limit=5, **changes, **AS)
    changing.update_rule(rule=TagRule.objects.get(), condition=None, **said, **AS)
    for begin in (jobs.begin_trial, jobs.begin_backfill):
        working.work(begin(rule=TagRule.objects.get(), **AS).pk)
        states.activate(rule=TagRule.objects.get(), **AS)
    jobs.begin_undo(run=RuleRun.objects.get(kind="backfill"), **AS)
    states.pause(rule=TagRule.objects.get(), **AS)
    states.retire(rule=TagRule.objects.get(), **AS)


def warned(cast: Cast, customer: Customer) -> None:
    """Two warnings of the present, of which one is handled and one passes."""
    settle = {"corp_id": cast.corp.pk, "customer_ids": [customer.pk]}
    stay = {"corp": cast.corp, "customer": customer, "ended_by": 3, "began_at": now() - dt.timedelta(days=9)}
    for employee in (cast.owner, cast.colleague):
        stay |= {"employee": employee, "ended_at": now() - dt.timedelta(minutes=2)}
        RelationEpisode.objects.filter(customer=customer, employee=employee).delete()
        RelationEpisode.objects.create(**stay)
    warning.settle_customers(**settle)
    handling.handle(alert=RiskAlert.objects.first(), outcome="lost", note="张三丰", **AS)
    RelationEpisode.objects.filter(customer=customer, employee=cast.colleague).delete()
    warning.settle_customers(**settle)


def mirrored(cast: Cast, external_userid: str) -> None:
    """What WeCom says of the customer: followed, followed again, noted down, ended by each, tags as they are."""
    who = cast.owner.userid
    told = {"state": "expo", "remark": "老张", "remark_mobiles": ("13800138000",), "personal_tags": (("己", "球友"),)}
    full = PersonFacts(external_userid, "张三丰", unionid="u", position="总", corp_name="短", corp_full_name="长")
    readings.read(cast.corp, readings.follow(external_userid, who, 1, **told), ticket=1, people=[full])
    for ticket, how in enumerate(("employee", "transfer", "customer"), start=2):
        readings.end(cast.corp, external_userid, who, how, ticket, ticket=ticket)
        readings.read(cast.corp, readings.follow(external_userid, who, ticket + 0.5, **told), ticket=ticket)
    failing.note_failure(
        corp_id=cast.corp.pk, external_userid=external_userid, taker_userid=who, reason="customer_refused", **AS
    )


def transferred(cast: Cast, customer: Customer) -> None:
    """Three attempts: one that ends well after its wait, one that is refused, one that WeCom doesn't begin."""
    for number, state in enumerate((ItemState.DONE, ItemState.REFUSED, ItemState.FAILED)):
        chosen = choosing.Chosen([customer.pk])
        job = sheet.create(handover=cast.owner, takers=[cast.colleague], chosen=chosen, **AS)
        job.items.update(state="queued")
        (item,) = job.items.all()
        waits = settling.Outcome(item.pk, ItemState.WAITING, takeover_time=now())
        failed = settling.Outcome(item.pk, state, "not_followed" if number == 2 else "", error_code=40131)
        for outcome in (waits, failed)[number == 2 :]:
            settling.settle(corp_id=cast.corp.pk, outcomes=[outcome], **AS)


def test_every_event_keeps_its_promise(life: None) -> None:
    recorded = list(OutboxEvent.objects.order_by("id"))
    assert {event.name for event in recorded} == names()
    for event in recorded:
        jsonschema.validate(event.payload, schema("envelope"))
        jsonschema.validate(event.payload["data"], schema(event.name))


def test_no_event_tells_what_is_personal(life: None) -> None:
    told = json.dumps([event.payload for event in OutboxEvent.objects.all()], ensure_ascii=False)
    for secret in (
        "13800138000",
        "张三丰",
        "李四",
        "电话里",
        "王小明",
        "级别",
        "甲",
        "林",
        "西区",
        "lina",
        "wang",
        "老张",
        "球友",
        "恶意",
        "短",
    ):
        assert secret not in told


def test_a_field_more_or_less_breaks_the_promise() -> None:
    promise = schema("tag.deleted")
    jsonschema.validate({"tagId": 1, "groupId": 2}, promise)
    for data in ({"tagId": 1}, {"tagId": 1, "groupId": 2, "name": "甲"}, {"tagId": "1", "groupId": 2}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, promise)
