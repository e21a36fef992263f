"""Rows for tests. Each function makes one valid row; what a test cares about it passes in."""

import datetime as dt
import itertools
from typing import Any

from django.core.files.base import ContentFile

from core.time import now
from corps import staffing, tickets
from corps.actors import SYSTEM, Actor
from corps.choices import EmployeeStatus, Role
from corps.models import ApiAccount, Corp, Department, DepartmentMember, Employee, User
from corps.policy import actor_of_account
from customers import (
    assigning,
    blacklist,
    channels,
    contact_ways,
    custom,
    lifecycle,
    listviews,
    merging,
    stages,
    tagging,
)
from customers.choices import CustomKind
from customers.contact_ways.checking import Shift
from customers.custom import uploading
from customers.custom.options import Wanted
from customers.models import (
    Assignment,
    AssignmentRule,
    Channel,
    ContactWay,
    Customer,
    CustomerMerge,
    CustomerTag,
    CustomerView,
    CustomField,
    CustomFile,
    DuplicatePair,
    FollowRelation,
    Leaver,
    Stage,
    TransferJob,
)
from customers.transfers import sheet
from customers.transfers.choosing import Chosen
from followups import attaching, commenting, templates, writing
from followups.models import (
    Communication,
    FollowUp,
    FollowUpAttachment,
    FollowUpComment,
    FollowUpImport,
    FollowUpImportLine,
    FollowUpTemplate,
    Reminder,
    SopEnrolment,
    SopStop,
    TimelineEntry,
)
from groups import mirroring
from groups.choices import MemberType
from groups.facts import ChatFacts, MemberFacts
from groups.models import GroupChat, GroupTag, GroupTagSet
from insights.models import ChurnScore, Loss, RiskAlert
from messaging.models import Command
from segments import catalogue
from segments.models import RuleEffect, RuleOutcome, RuleRun, Segment, SegmentStanding, SegmentStay, TagRule
from segments.rules import books, changing
from tags.models import Tag, TagGroup
from wecom import secrets
from wecom.models import CallbackReceipt, DriftCheck, Notice, SyncRun, WecomApp

_serial = itertools.count(1)


def corp(**fields: Any) -> Corp:
    n = next(_serial)
    return Corp.objects.create(**{"name": f"公司{n}", "wecom_corpid": f"ww{n:016d}"} | fields)


def department(corp: Corp, parent: Department | None = None, **fields: Any) -> Department:
    name = fields.pop("name", f"部门{next(_serial)}")
    return staffing.create_department(corp=corp, name=name, parent=parent, by=SYSTEM, **fields)


def employee(corp: Corp, department: Department | None = None, *, leads: bool = False, **fields: Any) -> Employee:
    n = next(_serial)
    row = Employee.objects.create(corp=corp, **{"userid": f"Staff{n}", "name": f"员工{n}", "can_follow": True} | fields)
    if department:
        DepartmentMember.objects.create(corp=corp, department=department, employee=row, is_leader=leads, is_main=True)
    return row


def user(corp: Corp | None, role: Role = Role.STAFF, employee: Employee | None = None, **fields: Any) -> User:
    name = fields.pop("username", f"user{next(_serial)}")
    return User.objects.create_user(name, "correct horse battery", corp=corp, role=role, employee=employee, **fields)


def account(corp: Corp, *scopes: str, **fields: Any) -> ApiAccount:
    scopes = scopes or ("read", "write", "tags")
    return ApiAccount.objects.create(corp=corp, **{"name": "CRM", "scopes": list(scopes)} | fields)


def service(corp: Corp, *scopes: str) -> Actor:
    """The actor of a fresh API account with these scopes, by default all."""
    return actor_of_account(account(corp, *scopes))


def group(corp: Corp, **fields: Any) -> TagGroup:
    return TagGroup.objects.create(corp=corp, **{"name": f"标签组{next(_serial)}"} | fields)


def tag(group: TagGroup, **fields: Any) -> Tag:
    return Tag.objects.create(corp_id=group.corp_id, group=group, **{"name": f"标签{next(_serial)}"} | fields)


def customer(corp: Corp, follower: Employee | None = None, **fields: Any) -> Customer:
    """A customer made by the rule itself, so with its relation, grams and event."""
    fields = {"external_userid": f"wmTest{next(_serial)}", "name": "张三丰", "add_time": now()} | fields
    if follower:
        fields["follow_user_id"] = follower.pk
    listed = fields.pop("blacklisted", False)
    row = lifecycle.create(corp_id=corp.pk, by=SYSTEM, source="system", **fields)
    return blacklisted(row) if listed else row


def blacklisted(customer: Customer, **fields: Any) -> Customer:
    """The customer, put on the blacklist by the rule."""
    blacklist.put(customer=customer, **{"reason": "恶意退单", "by": SYSTEM, "source": "system"} | fields)
    return Customer.objects.get(pk=customer.pk)


def tagged(customer: Customer, *tags: Tag) -> Customer:
    tagging.add_tags(customer=customer, tag_ids=[t.pk for t in tags], by=SYSTEM, source="system")
    return Customer.objects.get(pk=customer.pk)


def tag_row(customer: Customer, tag: Tag, follower: Employee, **fields: Any) -> CustomerTag:
    """A tag for one follower, as it stands in the table; the customer's version stays."""
    return CustomerTag.objects.create(corp_id=customer.corp_id, customer=customer, tag=tag, follower=follower, **fields)


def channel(corp: Corp, *states: str, **fields: Any) -> Channel:
    """A channel that stands for these states."""
    given = {"name": f"渠道{next(_serial)}", "states": states, "by": SYSTEM, "source": "system"}
    return channels.create_channel(corp_id=corp.pk, **given | fields)


def contact_way(corp: Corp, *employees: Employee, **fields: Any) -> ContactWay:
    """A contact way of a channel of its own, on which these serve always."""
    shifts = fields.pop("members", None) or [Shift(employee_id=one.pk) for one in employees]
    given = {"name": f"活码{next(_serial)}", "members": shifts, "by": SYSTEM, "source": "operator"}
    given |= {} if "channel" in fields else {"channel": channel(corp)}
    return contact_ways.create_way(**given | fields)


def stage(corp: Corp, **fields: Any) -> Stage:
    """A stage behind the others."""
    given = {"name": f"阶段{next(_serial)}", "by": SYSTEM, "source": "system"}
    return stages.create_stage(corp_id=corp.pk, **given | fields)


def list_view(user: User, **fields: Any) -> CustomerView:
    """A view of the customer list, kept by its owner."""
    given = {"name": f"视图{next(_serial)}", "query": {"gender__exact": ["1"]}}
    return listviews.save_view(corp_id=user.corp_id or 0, by=user.actor, **given | fields)


def custom_field(corp: Corp, key: str, *options: str, **fields: Any) -> CustomField:
    """A custom field of the customer, behind the others: with options a choice, else a text."""
    given: dict[str, Any] = {"subject": "customer", "name": f"字段{next(_serial)}", "by": SYSTEM, "source": "system"}
    given["kind"] = CustomKind.CHOICE if options else CustomKind.TEXT
    return custom.create_field(corp_id=corp.pk, key=key, options=[Wanted(one) for one in options], **given | fields)


def filled(customer: Customer, employee: Employee | None = None, **values: Any) -> Customer:
    """The customer, or a relation of theirs, with these values in the custom fields of these keys."""
    whose = employee.pk if employee else None
    custom.set_values(customer=customer, values=values, employee_id=whose, by=SYSTEM, source="system")
    return Customer.objects.get(pk=customer.pk)


def staged(customer: Customer, stage: Stage | None) -> Customer:
    """The customer, put into the stage by the rule."""
    stages.set_stage(customer=customer, stage=stage, by=SYSTEM, source="system")
    return Customer.objects.get(pk=customer.pk)


def assignment_rule(corp: Corp, *employees: Employee, **fields: Any) -> AssignmentRule:
    """A rule that gives every new customer to these in turn."""
    given = {"name": f"分配{next(_serial)}", "employee_ids": [one.pk for one in employees]}
    return assigning.create_rule(corp_id=corp.pk, by=SYSTEM, source="operator", **given | fields)


def assignment(customer: Customer, employee: Employee, **fields: Any) -> Assignment:
    """That a rule gave the customer away, as it stands in the table; nothing of the relation is touched."""
    given = {"rule_id": next(_serial), "rule_name": "规则", "reason": "round_robin", "run_id": "run"}
    given |= {"source": "rule", "actor": "system", "customer": customer, "employee": employee}
    return Assignment.objects.create(corp_id=customer.corp_id, **given | fields)


def tag_rule(corp: Corp, *tags: Tag, **fields: Any) -> TagRule:
    """A rule in force, as if it had been tried, that gives these tags to whoever is followed."""
    actions = [{"do": "addTags", "tagIds": [one.pk for one in tags]}]
    given: Any = {"name": f"规则{next(_serial)}", "trigger": {"kind": "followed"}, "actions": actions}
    rule = changing.create_rule(corp_id=corp.pk, by=SYSTEM, source="operator", **given | fields)
    TagRule.objects.filter(pk=rule.pk).update(state="active", live_number=rule.number)
    books.outdate(corp.pk)
    rule.refresh_from_db()
    return rule


def rule_run(rule: TagRule, **fields: Any) -> RuleRun:
    """A backfill that has been held."""
    given = {"kind": "backfill", "state": "paused", "rule": rule, "rule_version": rule.versions.get()}
    return RuleRun.objects.create(corp_id=rule.corp_id, **given | fields)


def rule_effect(run: RuleRun, customer: Customer, **fields: Any) -> RuleEffect:
    """What a run changed, as it stands in the table, and the outcome beside it; nothing of the customer is touched."""
    given = {"run": run, "rule_id": run.rule_id, "rule_version_id": run.rule_version_id, "changes": {"warned": [1]}}
    about = {"corp_id": run.corp_id, "customer": customer}
    RuleOutcome.objects.create(rule_id=run.rule_id, number=1, code="changed", run_id=run.pk, at=now(), **about)
    return RuleEffect.objects.create(**about | given | fields)


def wecom_app(corp: Corp, **fields: Any) -> WecomApp:
    """An app of the company; the company isn't mirrored by that."""
    given = {"name": "客户联系", "agent_id": next(_serial), "secret_sealed": secrets.seal("secret-of-the-app")}
    return WecomApp.objects.create(corp=corp, **{"corpid": corp.wecom_corpid} | given | fields)


def command(corp: Corp, **fields: Any) -> Command:
    n = next(_serial)
    about = {"kind": "tag", "lane": "catalogue", "key": f"tag:{n}", "subject": {"tagId": n}}
    return Command.objects.create(corp_id=corp.pk, **about | {"due_at": now(), "source": "operator"} | fields)


def receipt(app: WecomApp, **fields: Any) -> CallbackReceipt:
    """A callback that waits to be worked off."""
    n = next(_serial)
    given = {"digest": f"{n:064}", "event": "change_external_contact", "change_type": "add_external_contact"}
    given |= {"external_userid": f"wm{n}", "mailbox": f"customer:wm{n}", "body_sealed": secrets.seal("<xml/>")}
    return CallbackReceipt.objects.create(corp_id=app.corp_id, app=app, **given | {"due_at": now()} | fields)


def sync_run(corp: Corp, **fields: Any) -> SyncRun:
    """A full sync that waits for its turn."""
    return SyncRun.objects.create(corp=corp, **{"kind": SyncRun.Kind.CUSTOMERS, "lease_until": now()} | fields)


def drift_check(corp: Corp, **fields: Any) -> DriftCheck:
    return DriftCheck.objects.create(corp=corp, **{"employees": 3, "pairs": 90, "unequal": 1, "verified": 9} | fields)


def relation(customer: Customer, employee: Employee, **fields: Any) -> FollowRelation:
    return FollowRelation.objects.create(corp_id=customer.corp_id, customer=customer, employee=employee, **fields)


def transfer(customer: Customer, handover: Employee, *takers: Employee, **fields: Any) -> TransferJob:
    """A transfer of one customer as it is drawn up by the rule; ``fields`` are those of the job."""
    chosen = Chosen([customer.pk])
    job = sheet.create(handover=handover, takers=takers, chosen=chosen, by=SYSTEM, source="system")
    TransferJob.objects.filter(pk=job.pk).update(**fields)
    job.refresh_from_db()
    return job


def leaver(corp: Corp, department: Department | None = None, **fields: Any) -> Leaver:
    """One who has left, with a customer who waits for somebody."""
    row = employee(corp, department, **fields)
    customer(corp, row)
    Employee.objects.filter(pk=row.pk).update(status=EmployeeStatus.LEFT, left_at=now(), can_follow=False)
    return Leaver._default_manager.get(pk=row.pk)


def loss(customer: Customer, employee: Employee, **fields: Any) -> Loss:
    """A deletion record as it stands in the table; nothing of the relation is touched."""
    given = {"began_at": now() - dt.timedelta(days=30), "ended_at": now(), "days": 30, "ended_by": 3, "tags": []}
    return Loss.objects.create(corp_id=customer.corp_id, customer=customer, employee=employee, **given | fields)


def alert(customer: Customer, employee: Employee | None, **fields: Any) -> RiskAlert:
    """An open warning about the pair, as it stands in the table."""
    given = {"kind": "customer_deleted", "level": 3, "subject": f"c{customer.pk}", "facts": {"days": 9}}
    given |= {"customer": customer, "employee": employee, "cause": f"{next(_serial)}", "opened_at": now()}
    return RiskAlert.objects.create(corp_id=customer.corp_id, **given | fields)


def sop(customer: Customer, **fields: Any) -> SopEnrolment:
    """A customer in an SOP that runs, as it stands in the table."""
    given = {"enrolment_id": f"en{next(_serial)}", "sop_id": "welcome", "name": "新客户欢迎", "since": now()}
    given |= {"owner_id": customer.follow_user_id, "customer": customer, "step": 1}
    return SopEnrolment.objects.create(corp_id=customer.corp_id, **given | fields)


def sop_stop(sop: SopEnrolment, **fields: Any) -> SopStop:
    given = {"reason": "lost", "key": f"key{next(_serial)}", "due_at": now(), "customer_id": sop.customer_id}
    return SopStop.objects.create(corp_id=sop.corp_id, enrolment=sop, **given | fields)


def reminder(customer: Customer, employee: Employee | None = None, **fields: Any) -> Reminder:
    given = {"content": "发产品手册", "due_at": now() + dt.timedelta(days=1), "source": "sop"}
    return Reminder.objects.create(corp_id=customer.corp_id, customer=customer, employee=employee, **given | fields)


def follow_up(customer: Customer, employee: Employee | None = None, **fields: Any) -> FollowUp:
    """A follow-up written by the rule, an employee's work."""
    given = {"content": "电话沟通", "employee_id": employee.pk if employee else None, "by": SYSTEM, "source": "system"}
    return writing.write(customer=customer, **given | fields)


def follow_up_row(customer: Customer, employee: Employee | None = None, **fields: Any) -> FollowUp:
    """One as it stands in the table, without its event."""
    given = {"content": "电话沟通", "happened_at": now(), "actor": "system", "employee": employee}
    return FollowUp.objects.create(corp_id=customer.corp_id, customer=customer, **given | fields)


def comment(follow_up: FollowUp, employee: Employee | None = None, **fields: Any) -> FollowUpComment:
    given = {"content": "再谈价格", "by": SYSTEM, "source": "system"}
    row = commenting.comment(follow_up=follow_up, **given | fields)
    FollowUpComment.objects.filter(pk=row.pk).update(employee=employee)
    return FollowUpComment.objects.get(pk=row.pk)


def custom_file(customer: Customer, key: str, name: str = "合同.txt", content: bytes = b"42 yuan") -> CustomFile:
    """A file in a field of files, which must be there."""
    return uploading.upload(customer=customer, key=key, file=ContentFile(content, name), by=SYSTEM, source="system")


def attachment(follow_up: FollowUp, name: str = "报价.txt", content: bytes = b"42 yuan") -> FollowUpAttachment:
    file = ContentFile(content, name)
    return attaching.attach(follow_up=follow_up, file=file, by=SYSTEM, source="system")


def follow_up_import(customer: Customer, **fields: Any) -> FollowUpImport:
    """One whose single line of the customer is at fault."""
    corp, given = customer.corp, {"name": "跟进.csv", "actor": "system", "source": "system", "bad": 1, "seen": 1}
    row = FollowUpImport.objects.create(corp=corp, **given | {"state": "done"} | fields)
    cells = {"external_userid": customer.external_userid, "content": "", "happened_at": "2026-03-01 09:30"}
    told: dict[str, Any] = {"number": 2, "cells": cells, "column": "content", "code": "content_invalid"}
    FollowUpImportLine.objects.create(corp=corp, job=row, customer=customer, state="bad", **told)
    return row


def follow_up_template(corp: Corp, **fields: Any) -> FollowUpTemplate:
    given = {"name": f"模板{next(_serial)}", "content": "已电话介绍产品", "by": SYSTEM, "source": "system"}
    return templates.create_template(corp_id=corp.pk, **given | fields)


def communication(customer: Customer, employee: Employee | None = None, **fields: Any) -> Communication:
    """A call as it stands in the table."""
    at = fields.pop("at", now())
    given = {"kind": "call", "direction": "out", "seconds": 75, "external_id": f"call{next(_serial)}", "at": at}
    given |= {"day": at.date(), "customer": customer, "employee": employee, "source": "api"}
    return Communication.objects.create(corp_id=customer.corp_id, **given | fields)


def entry(customer: Customer, employee: Employee | None = None, **fields: Any) -> TimelineEntry:
    given = {"kind": "tag_added", "at": now(), "event_id": f"event{next(_serial)}", "source": "system"}
    given |= {"customer": customer, "employee": employee}
    return TimelineEntry.objects.create(corp_id=customer.corp_id, **given | fields)


def churn(customer: Customer, employee: Employee, **fields: Any) -> ChurnScore:
    """A churn score as it stands in the table, whatever the record says."""
    given = {"score": 80, "level": "high", "reasons": [["silent", 95, 30]], "as_of": now().date()}
    return ChurnScore.objects.create(corp_id=customer.corp_id, customer=customer, employee=employee, **given | fields)


def notice(employee: Employee, **fields: Any) -> Notice:
    """A warning that waits to be told to a colleague."""
    n = next(_serial)
    given = {"event_id": f"event-{n}", "risk_id": n, "kind": "customer_deleted", "level": 3, "due_at": now()}
    return Notice.objects.create(corp_id=employee.corp_id, employee=employee, **given | fields)


def chat(corp: Corp, owner: Employee | None = None, *people: Employee | Customer | str, **facts: Any) -> GroupChat:
    """A group chat as a reading of WeCom brings it in; people are colleagues, customers, or ids of unknown persons."""
    opened_at = facts.pop("opened_at", now())
    members = [chat_member(person, opened_at) for person in people]
    fields = {"chat_id": f"wrTest{next(_serial)}", "name": f"客户群{next(_serial)}", "opened_at": opened_at}
    read = ChatFacts(**fields | {"owner_userid": owner.userid if owner else "", "members": tuple(members)} | facts)
    mirroring.apply_chats(corp_id=corp.pk, chats=[read], ticket=tickets.draw(corp.pk), by=SYSTEM, source="sync")
    return GroupChat.objects.get(corp=corp, chat_id=read.chat_id)


def group_tag_set(corp: Corp, **fields: Any) -> GroupTagSet:
    return GroupTagSet.objects.create(corp=corp, **{"name": f"群标签组{next(_serial)}"} | fields)


def group_tag(set: GroupTagSet, **fields: Any) -> GroupTag:
    return GroupTag.objects.create(corp_id=set.corp_id, set=set, **{"name": f"群标签{next(_serial)}"} | fields)


def chat_member(person: Employee | Customer | str, join_time: Any, **fields: Any) -> MemberFacts:
    if isinstance(person, Employee):
        fields = {"userid": person.userid, "type": MemberType.EMPLOYEE, "name": person.name} | fields
    elif isinstance(person, Customer):
        fields = {"userid": person.external_userid, "type": MemberType.CUSTOMER, "name": person.name} | fields
    else:
        fields = {"userid": person, "type": MemberType.CUSTOMER} | fields
    return MemberFacts(**{"join_time": join_time, "join_scene": 1} | fields)


def segment(corp: Corp, **fields: Any) -> Segment:
    """A dynamic segment that waits to be counted."""
    condition = {"version": 1, "where": {"field": "city", "op": "in", "value": ["北京"]}}
    given = {"name": f"分组{next(_serial)}", "condition": condition, "by": SYSTEM, "source": "system"}
    return catalogue.create_segment(corp_id=corp.pk, **given | fields)


def segment_list(corp: Corp, *customers: Customer, **fields: Any) -> Segment:
    """A static segment of these."""
    given = {"name": f"名单{next(_serial)}", "by": SYSTEM, "source": "system"}
    return catalogue.create_list(corp_id=corp.pk, customer_ids=[one.pk for one in customers], **given | fields)


def segment_stay(segment: Segment, customer: Customer) -> SegmentStay:
    """A stay as it stands in the table, of the first run."""
    SegmentStanding.objects.filter(pk=segment.pk).update(run=1, size=1, as_of=now())
    given = {"entered_run": 1, "entered_at": now(), "entered_by": "created"}
    return SegmentStay.objects.create(corp_id=segment.corp_id, segment=segment, customer=customer, **given)


def duplicate_pair(one: Customer, other: Customer, **fields: Any) -> DuplicatePair:
    """A candidate, as equal mobiles make it."""
    first, second = sorted((one, other), key=lambda row: row.pk)
    return DuplicatePair.objects.create(
        corp_id=one.corp_id, **{"first": first, "second": second, "reasons": 2} | fields
    )


def merge(kept: Customer, *others: Customer) -> CustomerMerge:
    """A merge, done by the rule."""
    return merging.merge(kept=kept, others=others, by=SYSTEM, source="operator")
