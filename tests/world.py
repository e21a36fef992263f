"""Two companies with a row of everything, callers of the first of every kind, the second full of canaries."""

import itertools
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import jwt
import orjson
from django.conf import settings
from django.db import models, transaction
from django.test import Client, override_settings
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask
from rest_framework.test import APIClient

from core.time import now
from corps import accounts, auth_client
from corps.actors import SYSTEM
from corps.choices import Role
from corps.models import Corp, DepartmentMember, Employee, User
from customers import blacklist, lifecycle
from customers.choices import CustomKind
from customers.models import AccessRecord, CustomChange, Customer, CustomValue, PrivacySetting, Tombstone
from followups import revising, writing
from followups.models import FollowUpSetting, FollowUpVersion
from groups.models import (
    ChatChange,
    ChatTag,
    FiguresDay,
    GroupChat,
    GroupTransferItem,
    GroupTransferJob,
    OwnerFigures,
)
from insights.models import ActivityDefinition, ProfileSetting, RiskRule, RiskSetting
from messaging.models import DeadLetter, InboxDelivery, InboxEvent, OutboxEvent
from segments.models import SegmentSize
from tests import make
from wecom.models import ApiClosure, MessageArchive

# Who looks for "Canary" finds it, and an answer that echoes the question doesn't sing.
CANARY = "CanaryBird"
ISSUER, SECRET = "https://auth.example.com", "a shared secret of more than thirty-two bytes"
# Filled, these would be no rows of a working company any more.
_KEPT = {
    "Corp.time_zone",
    "Department.path",
    "User.password",
    "ApiKey.digest",
    "ApiKey.prefix",
    "ApiAccount.scopes",
    "TransferJob.takers",
}
_KEPT |= {"CustomField.key"}
_KEPT |= {"ContactWay.tag_ids", "ContactWayMember.weekdays"}
_KEPT |= {"AssignmentRule.employee_ids", "AssignmentRule.department_ids", "AssignmentRule.weekdays"}
_KEPT |= {"Loss.tags", "RiskAlert.subject", "RiskAlert.cause", "ChurnScore.reasons"}
_KEPT |= {"Segment.condition", "Segment.uses", "SegmentStanding.condition"}
_KEPT |= {"RuleRun.bucket", "RuleRun.report", "RuleEffect.changes", "RuleEffect.kept"}
_KEPT |= {"CustomerMerge.other_ids", "CustomerMerge.filled", "CustomerMerge.before", "CustomerMerge.pairs"}
_KEPT |= {"CustomerMerge.left"}
_KEPT |= {"Corp.retention", "PrivacySetting.time_zone", "PrivacySetting.retention"}
_serial = itertools.count(1)


@dataclass
class Side:
    """A row of everything of one company, by the name of its model, and more of what endpoints need two of."""

    corp: Corp
    rows: dict[str, Any] = field(default_factory=dict)


@dataclass
class World:
    own: Side
    foreign: Side
    # A customer of the own company that neither the staff member nor the manager has to do with.
    unseen: Customer
    shared: dict[str, Any]
    users: dict[str, User]
    api: dict[str, Any]
    console: dict[str, Any]


@contextmanager
def standing() -> Iterator[World]:
    """The world, with settings that accept its tokens and no throttle in the way, until it is left and undone."""
    tokens = settings.AUTH_SERVICE | {"ISSUER": ISSUER, "SHARED_SECRET": SECRET}
    rates = {"API_RATE": 10**6, "API_ANONYMOUS_RATE": 10**6}
    auth_client.current.cache_clear()
    with override_settings(AUTH_SERVICE=tokens, **rates), undone():
        yield _build()
    auth_client.current.cache_clear()


def _build() -> World:
    own, foreign = _side(), _side()
    unseen = make.customer(own.corp, make.employee(own.corp, make.department(own.corp)))
    make.custom_file(unseen, "papers")
    users = {
        "superuser": make.user(None, Role.ADMIN, is_superuser=True),
        "admin": make.user(own.corp, Role.ADMIN),
        "manager": make.user(own.corp, Role.MANAGER, _leader_of(own)),
        "staff": make.user(own.corp, Role.STAFF, own.rows["Employee"]),
    }
    interval = IntervalSchedule.objects.create(every=7, period="days")
    shared = {
        "IntervalSchedule": interval,
        "CrontabSchedule": CrontabSchedule.objects.create(),
        "PeriodicTask": PeriodicTask.objects.create(name="probe", task="corps.tasks.x", interval=interval),
    }
    # Managers see the handovers that they made.
    GroupTransferJob.objects.of_corp(own.corp.pk).update(actor=users["manager"].actor.label)
    plant_canaries(foreign)
    return World(own, foreign, unseen, shared, users, _api_callers(own.corp, users), _console_callers(users))


def _leader_of(side: Side) -> Employee:
    leader = make.employee(side.corp)
    side.rows["Department"].memberships.create(corp=side.corp, employee=leader, is_leader=True)
    return leader


def _side() -> Side:
    corp = make.corp()
    root = make.department(corp)
    department = make.department(corp, root)
    employee = make.employee(corp, department)
    group, other_group = make.group(corp), make.group(corp)
    tag, other_tag = make.tag(group), make.tag(group)
    customer = make.tagged(make.customer(corp, employee, mobile="13800000000", unionid="u"), tag)
    follow_up = writing.write(customer=customer, content="called", by=SYSTEM, source="api", employee_id=employee.pk)
    account = make.account(corp)
    key, _full = accounts.issue_key(account=account, by=SYSTEM)
    event = InboxEvent.objects.create(event_id=f"event-{next(_serial)}", corp_id=corp.pk, name="sop.done", payload={})
    delivery = InboxDelivery.objects.create(corp_id=corp.pk, event=event, handler="x.y", due_at=now())
    letter = DeadLetter.objects.create(corp_id=corp.pk, digest=f"{next(_serial):064}", queue="q", body=b"{}")
    chat = make.chat(corp, employee, employee, customer)
    member = chat.members.get(customer=customer)
    chat_tag = make.group_tag(make.group_tag_set(corp))
    rows = [chat, member, corp, department, employee, make.user(corp), account, key, group, tag, customer, follow_up]
    rows += [chat_tag, chat_tag.set]
    rows += [ChatTag.objects.create(corp=corp, chat=chat, tag=chat_tag, source="api", actor="system")]
    rows += [ChatChange.objects.create(corp=corp, chat=chat, kind="name", before="old", after="new", at=now())]
    taker = make.employee(corp, department)
    job = make.transfer(customer, employee, taker)
    leaver = make.leaver(corp, department)
    rows += [job, job.items.get(), leaver]
    running = _handover(corp, taker, make.chat(corp, employee), "running", "waiting")
    rows += [draft := _handover(corp, taker, chat, "draft", "planned"), draft.items.get()]
    rows += [OwnerFigures.objects.create(corp=corp, owner=employee, day=now().date(), messages=1)]
    rows += [FiguresDay.objects.create(corp=corp, day=now().date(), pulled_at=now())]
    app = make.wecom_app(corp)
    closure = ApiClosure.objects.create(corp=corp, api="externalcontact/get", until=now(), code=45009)
    rows += [MessageArchive.objects.create(corp=corp)]
    rows += [app, closure, make.receipt(app), make.command(corp)]
    rows += [channel := make.channel(corp, f"state{next(_serial)}"), channel.keys.get()]
    rows += [way := make.contact_way(corp, employee, welcome_text="w", remark_template="r"), way.members.get()]
    rows += [stage := make.stage(corp), make.staged(customer, stage).stage_changes.get()]
    rows += [level := make.custom_field(corp, "level", "high", "low"), level.options.first()]
    filled = make.filled(customer, level=level.options.first().pk)
    rows += [filled.custom_values.get(), filled.custom_changes.get()]
    rows += [make.list_view(make.user(corp, Role.ADMIN), shared=True)]
    make.custom_field(corp, "papers", kind=CustomKind.FILES)
    rows += [make.custom_file(filled, "papers")]
    # One value and one change are what is looked for.
    for table in (CustomValue, CustomChange):
        table.objects.filter(customer=filled, field__key="papers").delete()
    rows += [make.assignment_rule(corp, employee), make.assignment(customer, employee)]
    rows += [rule := make.tag_rule(corp, tag), make.rule_run(make.tag_rule(corp, tag))]
    effect = make.rule_effect(make.rule_run(rule, state="done"), customer)
    rows += [effect, rule.outcomes.get()]
    rows += [make.sync_run(corp), make.drift_check(corp)]
    rows += [blacklist.put(customer=customer, reason="abuse", by=SYSTEM, source="api")]
    rows += [event, delivery, letter, OutboxEvent.objects.filter(corp_id=corp.pk).first()]
    rows += [make.loss(customer, employee), RiskSetting.objects.create(corp=corp, deserter_tag=tag)]
    rows += [make.notice(employee)]
    rows += [make.alert(customer, employee), RiskRule.objects.create(corp=corp, kind="silence")]
    rows += [make.churn(customer, employee), ProfileSetting.objects.create(corp=corp)]
    rows += [ActivityDefinition.objects.create(corp=corp, version=1, days=7, kinds=["call_in"])]
    rows += [sop := make.sop(customer), make.reminder(customer, employee, enrolment=sop, step=1), make.sop_stop(sop)]
    rows += [make.entry(customer, employee)]
    rows += [comment := make.comment(follow_up, employee, mention_ids=[employee.pk]), comment.mentions.get()]
    rows += [make.attachment(follow_up), make.follow_up_template(corp), make.communication(customer, employee)]
    rows += [FollowUpSetting.objects.create(corp=corp)]
    rows += [brought := make.follow_up_import(customer, state="checked"), brought.lines.get()]
    dropped = make.follow_up(customer, employee)
    revising.delete(follow_up=dropped, by=SYSTEM, source="api")
    rows += [FollowUpVersion.objects.get(follow_up_id=dropped.pk)]
    rows += [segment := make.segment(corp), segment.runs.get(), segment.standing, make.segment_stay(segment, customer)]
    told: Any = {"corp": corp, "actor": "user:1", "reason": "asked for", "at": now()}
    rows += [AccessRecord.objects.create(kind="unmask", customer=customer, what="mobile", source="api", **told)]
    rows += [Tombstone.objects.create(digest=f"{next(_serial):064}", customer_id=customer.pk + 10**9, **told)]
    rows += [SegmentSize.objects.create(corp=corp, segment=segment, day=now().date(), size=1)]
    listed = make.segment_list(corp, customer)
    lone, twin, third, fourth = (make.customer(corp, employee) for _n in range(4))
    rows += [make.duplicate_pair(lone, twin), make.merge(third, fourth)]
    rows += [PrivacySetting.objects.get(pk=corp.pk)]
    side = Side(corp, {type(row).__name__: row for row in rows})
    side.rows |= {"other_tag": other_tag, "other_group": other_group, "root": root, "taker": taker}
    side.rows |= {"lone": lone, "twin": twin}
    side.rows |= {"RunningTransferJob": running, "segment_list": listed}
    side.rows["RunningTransferJob"] = running
    side.rows["done_rule_run"] = effect.run
    side.rows["empty_tag_set"] = make.group_tag_set(corp)
    return side


def _handover(corp: Corp, taker: Employee, chat: GroupChat, state: str, item: str) -> GroupTransferJob:
    job = GroupTransferJob.objects.create(corp=corp, taker=taker, state=state, actor="system")
    GroupTransferItem.objects.create(corp=corp, job=job, chat=chat, owner_id=chat.owner_id, state=item)
    return job


def plant_canaries(side: Side) -> None:
    """Write a canary into every text of every row of the company, and one into the customer's index of words."""
    customer = side.rows["Customer"]
    lifecycle.update(customer=customer, name=f"{CANARY}{next(_serial)}", by=SYSTEM, source="system")
    rows = [row for row in side.rows.values() if isinstance(row, models.Model)]
    rows += [*DepartmentMember.objects.of_corp(side.corp.pk), *OutboxEvent.objects.filter(corp_id=side.corp.pk)]
    rows += [*side.rows["Customer"].tag_rows.all(), *side.rows["Customer"].relations.all()]
    for row in rows:
        texts = {f.attname: _canary(f) for f in row._meta.concrete_fields if takes_text(row, f)}
        if texts:
            type(row)._base_manager.filter(pk=row.pk).update(**texts)
            row.refresh_from_db()


def takes_text(row: models.Model, column: models.Field) -> bool:
    fits = isinstance(column, (models.CharField, models.TextField, models.JSONField)) and not column.choices
    return fits and f"{type(row).__name__}.{column.name}" not in _KEPT


def _canary(column: models.Field) -> Any:
    text = f"{CANARY}{next(_serial)}"
    if isinstance(column, models.JSONField):
        return [text] if column.default is list else {text: text}
    return text[: column.max_length]


def _api_callers(corp: Corp, users: dict[str, User]) -> dict[str, Any]:
    callers = {role: {"Authorization": f"Bearer {_token(user)}"} for role, user in users.items()}
    for role, scopes in {"reader": ["read"], "writer": ["read", "write"], "tagger": ["read", "tags"]}.items():
        _row, key = accounts.issue_key(account=make.account(corp, *scopes, rate=10**6), by=SYSTEM)
        callers[role] = {"X-Api-Key": key}
    return {role: APIClient(headers=headers) for role, headers in callers.items()} | {"anonymous": APIClient()}


def _token(user: User) -> str:
    claims = {"sub": user.username, "corpId": user.corp_id, "iss": ISSUER, "aud": "scrm-customer"}
    return jwt.encode(claims | {"exp": time.time() + 3600}, SECRET, "HS256")


def _console_callers(users: dict[str, User]) -> dict[str, Any]:
    callers = {role: Client() for role in [*users, "anonymous"]}
    for role, user in users.items():
        callers[role].force_login(user, "django.contrib.auth.backends.ModelBackend")
    return callers


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is written within is taken back. It stands for no transaction of the code's, as Django's tests' own."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        yield
        transaction.set_rollback(True)


def content(answer: Any) -> bytes:
    """All of an answer, also of one that is sent piece by piece."""
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def as_json(body: Any) -> bytes:
    """A request's body; nothing for None."""
    return b"" if body is None else orjson.dumps(body)


def columns(row: models.Model) -> dict[str, Any]:
    """The row as it is now, {} when it is gone."""
    return type(row)._base_manager.filter(pk=row.pk).values().first() or {}
