"""Helpers for the console's tests: who is logged in, and one row of everything that a company has."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core.time import now
from corps import accounts
from corps.actors import SYSTEM
from corps.models import User
from customers.models import AccessRecord, PrivacySetting, Tombstone
from followups import writing
from followups.models import FollowUpSetting
from groups.models import GroupChat
from groups.transfers import planning
from insights.models import ActivityDefinition, ProfileSetting, RiskRule, RiskSetting
from messaging.models import DeadLetter, InboxDelivery, InboxEvent, OutboxEvent
from segments.models import RuleOutcome
from tests import make
from tests.conftest import Cast
from wecom.models import ApiClosure, MessageArchive


def entered(user: User) -> Client:
    """A client in which this user is logged in by password."""
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def page(row_or_model: Any, kind: str) -> str:
    """The address of a row's page (``change``, ``delete``, ``history``) or of a model's (``changelist``, ``add``)."""
    meta = row_or_model._meta
    args = [] if isinstance(row_or_model, type) else [row_or_model.pk]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{kind}", args=args)


def form_of(response: Any, **changes: Any) -> dict[str, Any]:
    """What a browser would post back from a change page, with some fields changed."""
    context = response.context
    forms = [context["adminform"].form]
    posted: dict[str, Any] = {}
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if isinstance(value, bool):
                if value:
                    posted[bound.html_name] = "on"
            elif hasattr(bound.field.widget, "decompress"):
                for index, part in enumerate(bound.field.widget.decompress(value)):
                    posted[f"{bound.html_name}_{index}"] = "" if part is None else str(part)
            elif value is not None:
                posted[bound.html_name] = value
    return posted | changes


@pytest.fixture
def one_of_each(cast: Cast) -> dict[str, Any]:
    return rows_of_each(cast)


def rows_of_each(cast: Cast) -> dict[str, Any]:
    """A row of the cast's company on every page of the console, by ``app.model``."""
    group = make.group(cast.corp, name="甲方标签组")
    tag = make.tag(group, name="甲方标签")
    customer = make.tagged(make.customer(cast.corp, cast.owner, name="甲方客户"), tag)
    stage = make.stage(cast.corp, name="甲方阶段")
    customer = make.staged(customer, stage)
    followup = writing.write(
        customer=customer, content="甲方跟进", by=cast.actor("owner"), source="operator", employee_id=cast.owner.pk
    )
    account = make.account(cast.corp, name="甲方接口")
    accounts.issue_key(account=account, by=SYSTEM)
    inbox = InboxEvent.objects.create(
        event_id="e-1", corp_id=cast.corp.pk, name="sop.done", payload={"note": "甲方事件"}, state="dead"
    )
    delivery = InboxDelivery.objects.create(
        corp_id=cast.corp.pk, event=inbox, handler="甲方.handler", state="dead", due_at=now(), last_error="甲方错误"
    )
    letter = DeadLetter.objects.create(
        corp_id=cast.corp.pk, digest="d", queue="甲方队列", routing_key="甲方键", headers={}, body=b"{}"
    )
    run = make.rule_run(make.tag_rule(cast.corp, tag, name="甲方自动规则"))
    closure = ApiClosure.objects.create(corp=cast.corp, api="甲方/get", until=now(), code=45009)
    told: dict[str, Any] = {"corp": cast.corp, "customer_id": customer.pk, "actor": "user:1", "at": now()}
    return {
        "customers.customer": customer,
        "customers.privacysetting": PrivacySetting.objects.get(pk=cast.corp.pk),
        "customers.accessrecord": AccessRecord.objects.create(kind="unmask", reason="甲方来电", source="api", **told),
        "customers.customerview": make.list_view(cast.users["admin"], name="甲方视图"),
        "customers.tombstone": Tombstone.objects.create(digest="f" * 64, reason="甲方要求", **told),
        "customers.stage": stage,
        "customers.customfield": make.custom_field(cast.corp, "level", "甲方选项", name="甲方字段"),
        "customers.duplicatepair": make.duplicate_pair(
            make.customer(cast.corp, cast.owner, name="甲方一号"), make.customer(cast.corp, cast.owner, name="甲方二号")
        ),
        "customers.customermerge": make.merge(
            make.customer(cast.corp, cast.owner, name="甲方留下"), make.customer(cast.corp, cast.owner, name="甲方并入")
        ),
        "customers.channel": make.channel(cast.corp, "甲方状态", name="甲方渠道"),
        "customers.contactway": make.contact_way(cast.corp, cast.owner, name="甲方活码"),
        "customers.assignmentrule": make.assignment_rule(
            cast.corp, cast.owner, name="甲方规则", department_ids=[cast.department.pk]
        ),
        "customers.assignment": make.assignment(customer, cast.owner, rule_name="甲方规则"),
        "followups.followup": followup,
        "followups.sopenrolment": (sop := make.sop(customer, name="甲方 SOP")),
        "followups.reminder": make.reminder(customer, cast.owner, enrolment=sop, step=1, content="甲方提醒"),
        "followups.sopstop": make.sop_stop(sop, state="dead", last_error="甲方错误"),
        "followups.followupmention": make.comment(
            followup, content="甲方评论", mention_ids=[cast.owner.pk]
        ).mentions.get(),
        "followups.followuptemplate": make.follow_up_template(cast.corp, name="甲方模板"),
        "followups.followupimport": make.follow_up_import(customer, name="甲方跟进.csv"),
        "followups.followupsetting": FollowUpSetting.objects.create(corp=cast.corp),
        "groups.groupchat": make.chat(cast.corp, cast.owner, cast.owner, customer, "wmNobody", name="甲方客户群"),
        "groups.grouptransferjob": planning.plan(
            corp_id=cast.corp.pk,
            chats=GroupChat.objects.filter(pk=make.chat(cast.corp, cast.owner, name="甲方交接群").pk),
            taker=cast.colleague,
            by=cast.actor("admin"),
        ),
        "groups.grouptag": (
            chat_tag := make.group_tag(make.group_tag_set(cast.corp, name="甲方群标签组"), name="甲方群标签")
        ),
        "groups.grouptagset": chat_tag.set,
        "customers.transferjob": (job := make.transfer(customer, cast.owner, cast.colleague, message="甲方")),
        "customers.transferitem": job.items.get(),
        "customers.leaver": make.leaver(cast.corp, cast.department, name="甲方离职"),
        "insights.loss": make.loss(customer, cast.owner, state="甲方渠道"),
        "insights.churnscore": make.churn(customer, cast.owner),
        "insights.riskalert": make.alert(customer, cast.owner, note="甲方说明"),
        "insights.riskrule": RiskRule.objects.create(corp=cast.corp, kind="silence"),
        "insights.risksetting": RiskSetting.objects.create(corp=cast.corp, deserter_tag=tag),
        "insights.profilesetting": ProfileSetting.objects.create(corp=cast.corp),
        "insights.activitydefinition": ActivityDefinition.objects.create(
            corp=cast.corp, version=1, days=7, kinds=["call_in"]
        ),
        "segments.segment": make.segment(cast.corp, name="甲方分组"),
        "segments.tagrule": run.rule,
        "segments.rulerun": run,
        "segments.ruleeffect": (effect := make.rule_effect(run, customer)),
        "segments.ruleoutcome": RuleOutcome.objects.get(run_id=effect.run_id),
        "tags.tag": tag,
        "tags.taggroup": group,
        "corps.employee": cast.owner,
        "corps.department": cast.department,
        "corps.user": cast.users["owner"],
        "corps.apiaccount": account,
        "messaging.outboxevent": OutboxEvent.objects.filter(corp_id=cast.corp.pk).latest("pk"),
        "messaging.inboxevent": inbox,
        "messaging.inboxdelivery": delivery,
        "messaging.deadletter": letter,
        "wecom.wecomapp": (app := make.wecom_app(cast.corp, name="甲方应用")),
        "wecom.callbackreceipt": make.receipt(app, last_error="甲方错误", external_userid="甲方"),
        "wecom.apiclosure": closure,
        "wecom.syncrun": make.sync_run(cast.corp, asked_by="甲方"),
        "wecom.messagearchive": MessageArchive.objects.create(corp=cast.corp, last_error="甲方"),
        "wecom.driftcheck": make.drift_check(cast.corp),
        "wecom.notice": make.notice(cast.owner, kind="甲方", last_error="甲方错误"),
        "messaging.command": make.command(cast.corp, key="甲方", last_error="甲方错误"),
    }
