"""Who may do what: the only table of permissions. Which rows they may do it to is ``visible_to`` of each queryset."""

from enum import StrEnum
from typing import TYPE_CHECKING

from corps.actors import Actor
from corps.choices import Masking, Role, Scope, Sight

if TYPE_CHECKING:
    from corps.models import ApiAccount, User


class Act(StrEnum):
    """Everything that can be allowed or refused."""

    CUSTOMER_READ = "customer.read"
    CUSTOMER_WRITE = "customer.write"
    CUSTOMER_DELETE = "customer.delete"
    CUSTOMER_TAG = "customer.tag"
    CUSTOMER_BLACKLIST = "customer.blacklist"
    CUSTOMER_MERGE = "customer.merge"
    CUSTOMER_UNMASK = "customer.unmask"
    PRIVACY_MANAGE = "privacy.manage"
    VIEW_SHARE = "view.share"
    VIEW_MANAGE = "view.manage"
    STAGE_WRITE = "stage.write"
    CUSTOM_FIELD_WRITE = "custom_field.write"
    CHANNEL_READ = "channel.read"
    CHANNEL_WRITE = "channel.write"
    ASSIGN_READ = "assign.read"
    ASSIGN_WRITE = "assign.write"
    FOLLOWUP_WRITE = "followup.write"
    FOLLOWUP_MANAGE = "followup.manage"
    TAG_READ = "tag.read"
    TAG_WRITE = "tag.write"
    STAFF_READ = "staff.read"
    STAFF_WRITE = "staff.write"
    ACCOUNT_MANAGE = "account.manage"
    EVENT_READ = "event.read"
    EVENT_REPLAY = "event.replay"
    GROUP_READ = "group.read"
    GROUP_TAG = "group.tag"
    GROUP_TRANSFER = "group.transfer"
    TRANSFER_READ = "transfer.read"
    TRANSFER_WRITE = "transfer.write"
    RISK_READ = "risk.read"
    RISK_HANDLE = "risk.handle"
    RISK_MANAGE = "risk.manage"
    STATS_READ = "stats.read"
    SEGMENT_READ = "segment.read"
    SEGMENT_WRITE = "segment.write"
    RULE_READ = "rule.read"
    RULE_WRITE = "rule.write"
    WECOM_MANAGE = "wecom.manage"
    SYNC_RUN = "sync.run"
    SYSTEM_MANAGE = "system.manage"


_READ = {
    Act.CUSTOMER_READ,
    Act.TAG_READ,
    Act.STAFF_READ,
    Act.GROUP_READ,
    Act.RISK_READ,
    Act.SEGMENT_READ,
    Act.STATS_READ,
}
_STAFF = _READ | {Act.CUSTOMER_WRITE, Act.CUSTOMER_TAG, Act.GROUP_TAG, Act.FOLLOWUP_WRITE, Act.RISK_HANDLE}
# Whoever sees a customer may ask for the numbers, with a reason that is kept; else they would ask a colleague for them.
_STAFF |= {Act.CUSTOMER_UNMASK}
_MANAGER = _STAFF | {
    Act.CUSTOMER_DELETE,
    Act.CUSTOMER_BLACKLIST,
    Act.CUSTOMER_MERGE,
    Act.VIEW_SHARE,
    Act.CHANNEL_READ,
    Act.ASSIGN_READ,
    Act.TRANSFER_READ,
    Act.TRANSFER_WRITE,
    Act.GROUP_TRANSFER,
    Act.SEGMENT_WRITE,
    Act.RULE_READ,
}
_ADMIN = _MANAGER | {
    Act.FOLLOWUP_MANAGE,
    Act.VIEW_MANAGE,
    Act.STAGE_WRITE,
    Act.CUSTOM_FIELD_WRITE,
    Act.CHANNEL_WRITE,
    Act.ASSIGN_WRITE,
    Act.TAG_WRITE,
    Act.STAFF_WRITE,
    Act.RISK_MANAGE,
    Act.RULE_WRITE,
    Act.ACCOUNT_MANAGE,
    Act.EVENT_READ,
    Act.EVENT_REPLAY,
    Act.WECOM_MANAGE,
    Act.SYNC_RUN,
    Act.PRIVACY_MANAGE,
}

ROLE_ACTS: dict[Role, frozenset[str]] = {
    Role.STAFF: frozenset(_STAFF),
    Role.MANAGER: frozenset(_MANAGER),
    Role.ADMIN: frozenset(_ADMIN),
}

SCOPE_ACTS: dict[Scope, frozenset[str]] = {
    Scope.READ: frozenset(_READ | {Act.TRANSFER_READ, Act.CHANNEL_READ, Act.ASSIGN_READ, Act.RULE_READ}),
    Scope.WRITE: frozenset(
        {
            Act.CUSTOMER_WRITE,
            Act.CUSTOMER_DELETE,
            Act.CUSTOMER_TAG,
            Act.CUSTOMER_BLACKLIST,
            Act.CUSTOMER_MERGE,
            Act.CUSTOMER_UNMASK,
            Act.STAGE_WRITE,
            Act.CUSTOM_FIELD_WRITE,
            Act.CHANNEL_WRITE,
            Act.ASSIGN_WRITE,
            Act.FOLLOWUP_WRITE,
            Act.FOLLOWUP_MANAGE,
            Act.GROUP_TAG,
            Act.GROUP_TRANSFER,
            Act.TRANSFER_WRITE,
            Act.RISK_HANDLE,
            Act.SEGMENT_WRITE,
            Act.RULE_WRITE,
        }
    ),
    Scope.TAGS: frozenset({Act.TAG_WRITE}),
}

# What of customers' mobiles and unionids is shown, by what the company chose. Administrators see them.
_SIGHT: dict[Masking, Sight] = {
    Masking.OFF: Sight.FULL,
    Masking.OTHERS: Sight.OWN,
    Masking.PEOPLE: Sight.MASKED,
    Masking.ALL: Sight.MASKED,
}

# Console permissions in Django's words; what is not named here is for superusers only.
CONSOLE_ACTS: dict[str, Act] = {
    "customers.view_customer": Act.CUSTOMER_READ,
    "customers.add_customer": Act.CUSTOMER_WRITE,
    "customers.change_customer": Act.CUSTOMER_WRITE,
    "customers.delete_customer": Act.CUSTOMER_DELETE,
    "customers.view_customertag": Act.CUSTOMER_READ,
    "customers.view_followrelation": Act.CUSTOMER_READ,
    "customers.view_collaborator": Act.CUSTOMER_READ,
    # A view is its owner's: the rules say whose may be changed (customers/listviews/).
    "customers.view_customerview": Act.CUSTOMER_READ,
    "customers.add_customerview": Act.CUSTOMER_READ,
    "customers.change_customerview": Act.CUSTOMER_READ,
    "customers.delete_customerview": Act.CUSTOMER_READ,
    "customers.view_stage": Act.CUSTOMER_READ,
    "customers.add_stage": Act.STAGE_WRITE,
    "customers.change_stage": Act.STAGE_WRITE,
    "customers.delete_stage": Act.STAGE_WRITE,
    "customers.view_stagechange": Act.CUSTOMER_READ,
    "customers.view_customfield": Act.CUSTOMER_READ,
    "customers.add_customfield": Act.CUSTOM_FIELD_WRITE,
    "customers.change_customfield": Act.CUSTOM_FIELD_WRITE,
    "customers.delete_customfield": Act.CUSTOM_FIELD_WRITE,
    "customers.view_customoption": Act.CUSTOMER_READ,
    "customers.add_customoption": Act.CUSTOM_FIELD_WRITE,
    "customers.change_customoption": Act.CUSTOM_FIELD_WRITE,
    "customers.view_customvalue": Act.CUSTOMER_READ,
    "customers.view_customchange": Act.CUSTOMER_READ,
    "customers.view_valuechange": Act.CUSTOMER_READ,
    "customers.view_channel": Act.CHANNEL_READ,
    "customers.add_channel": Act.CHANNEL_WRITE,
    "customers.change_channel": Act.CHANNEL_WRITE,
    "customers.delete_channel": Act.CHANNEL_WRITE,
    "customers.view_contactway": Act.CHANNEL_READ,
    "customers.add_contactway": Act.CHANNEL_WRITE,
    "customers.change_contactway": Act.CHANNEL_WRITE,
    "customers.delete_contactway": Act.CHANNEL_WRITE,
    "customers.view_contactwaymember": Act.CHANNEL_READ,
    "customers.add_contactwaymember": Act.CHANNEL_WRITE,
    "customers.change_contactwaymember": Act.CHANNEL_WRITE,
    "customers.delete_contactwaymember": Act.CHANNEL_WRITE,
    "customers.view_assignmentrule": Act.ASSIGN_READ,
    "customers.add_assignmentrule": Act.ASSIGN_WRITE,
    "customers.change_assignmentrule": Act.ASSIGN_WRITE,
    "customers.delete_assignmentrule": Act.ASSIGN_WRITE,
    "customers.view_assignment": Act.ASSIGN_READ,
    "followups.view_followup": Act.CUSTOMER_READ,
    "followups.add_followup": Act.FOLLOWUP_WRITE,
    "followups.view_sopenrolment": Act.CUSTOMER_READ,
    "followups.view_reminder": Act.CUSTOMER_READ,
    "followups.view_sopstop": Act.EVENT_READ,
    "followups.view_timelineentry": Act.CUSTOMER_READ,
    "followups.view_followupcomment": Act.CUSTOMER_READ,
    "followups.view_followupattachment": Act.CUSTOMER_READ,
    "followups.view_followupmention": Act.CUSTOMER_READ,
    "followups.view_communication": Act.CUSTOMER_READ,
    "followups.view_followupimport": Act.FOLLOWUP_MANAGE,
    "followups.view_followuptemplate": Act.CUSTOMER_READ,
    "followups.add_followuptemplate": Act.FOLLOWUP_MANAGE,
    "followups.change_followuptemplate": Act.FOLLOWUP_MANAGE,
    "followups.delete_followuptemplate": Act.FOLLOWUP_MANAGE,
    "followups.view_followupsetting": Act.FOLLOWUP_MANAGE,
    "followups.add_followupsetting": Act.FOLLOWUP_MANAGE,
    "followups.change_followupsetting": Act.FOLLOWUP_MANAGE,
    "tags.view_tag": Act.TAG_READ,
    "tags.add_tag": Act.TAG_WRITE,
    "tags.change_tag": Act.TAG_WRITE,
    "tags.delete_tag": Act.TAG_WRITE,
    "tags.view_taggroup": Act.TAG_READ,
    "tags.add_taggroup": Act.TAG_WRITE,
    "tags.change_taggroup": Act.TAG_WRITE,
    "tags.delete_taggroup": Act.TAG_WRITE,
    "corps.view_employee": Act.STAFF_READ,
    "corps.change_employee": Act.STAFF_WRITE,
    "corps.add_employee": Act.STAFF_WRITE,
    "corps.view_department": Act.STAFF_READ,
    "corps.add_department": Act.STAFF_WRITE,
    "corps.change_department": Act.STAFF_WRITE,
    "corps.view_departmentmember": Act.STAFF_READ,
    "corps.add_departmentmember": Act.STAFF_WRITE,
    "corps.change_departmentmember": Act.STAFF_WRITE,
    "corps.delete_departmentmember": Act.STAFF_WRITE,
    "corps.view_apiaccount": Act.ACCOUNT_MANAGE,
    "corps.add_apiaccount": Act.ACCOUNT_MANAGE,
    "corps.change_apiaccount": Act.ACCOUNT_MANAGE,
    "corps.view_apikey": Act.ACCOUNT_MANAGE,
    "corps.view_user": Act.ACCOUNT_MANAGE,
    "corps.add_user": Act.ACCOUNT_MANAGE,
    "corps.change_user": Act.ACCOUNT_MANAGE,
    "customers.view_relationepisode": Act.CUSTOMER_READ,
    "customers.view_transferjob": Act.TRANSFER_READ,
    "customers.change_transferjob": Act.TRANSFER_WRITE,
    "customers.view_transferitem": Act.TRANSFER_READ,
    "customers.view_leaver": Act.TRANSFER_READ,
    "customers.view_blacklistentry": Act.CUSTOMER_READ,
    "customers.view_duplicatepair": Act.CUSTOMER_MERGE,
    "customers.view_customermerge": Act.CUSTOMER_MERGE,
    "customers.view_accessrecord": Act.PRIVACY_MANAGE,
    "customers.view_tombstone": Act.PRIVACY_MANAGE,
    "customers.view_privacysetting": Act.PRIVACY_MANAGE,
    "customers.change_privacysetting": Act.PRIVACY_MANAGE,
    "insights.view_dailystat": Act.STATS_READ,
    "insights.view_loss": Act.RISK_READ,
    "insights.view_riskalert": Act.RISK_READ,
    "insights.view_churnscore": Act.RISK_READ,
    "insights.view_riskrule": Act.RISK_MANAGE,
    "insights.add_riskrule": Act.RISK_MANAGE,
    "insights.change_riskrule": Act.RISK_MANAGE,
    "insights.delete_riskrule": Act.RISK_MANAGE,
    "insights.view_risksetting": Act.RISK_MANAGE,
    "insights.add_risksetting": Act.RISK_MANAGE,
    "insights.change_risksetting": Act.RISK_MANAGE,
    "insights.view_activitydefinition": Act.RISK_MANAGE,
    "insights.add_activitydefinition": Act.RISK_MANAGE,
    "insights.view_profilesetting": Act.RISK_MANAGE,
    "insights.add_profilesetting": Act.RISK_MANAGE,
    "insights.change_profilesetting": Act.RISK_MANAGE,
    "segments.view_segment": Act.SEGMENT_READ,
    "segments.add_segment": Act.SEGMENT_WRITE,
    "segments.change_segment": Act.SEGMENT_WRITE,
    "segments.delete_segment": Act.SEGMENT_WRITE,
    "segments.view_segmentrun": Act.SEGMENT_READ,
    "segments.change_segmentrun": Act.SEGMENT_WRITE,
    "segments.view_segmentstay": Act.SEGMENT_READ,
    "groups.view_groupchat": Act.GROUP_READ,
    "groups.view_groupmember": Act.GROUP_READ,
    "groups.view_chattag": Act.GROUP_READ,
    "groups.view_chatchange": Act.GROUP_READ,
    "groups.view_grouptransferjob": Act.GROUP_TRANSFER,
    "groups.view_grouptransferitem": Act.GROUP_TRANSFER,
    "groups.view_ownerfigures": Act.GROUP_READ,
    "groups.view_figuresday": Act.GROUP_READ,
    "groups.view_grouptag": Act.TAG_READ,
    "groups.add_grouptag": Act.TAG_WRITE,
    "groups.change_grouptag": Act.TAG_WRITE,
    "groups.delete_grouptag": Act.TAG_WRITE,
    "groups.view_grouptagset": Act.TAG_READ,
    "groups.add_grouptagset": Act.TAG_WRITE,
    "groups.change_grouptagset": Act.TAG_WRITE,
    "groups.delete_grouptagset": Act.TAG_WRITE,
    "segments.view_tagrule": Act.RULE_READ,
    "segments.add_tagrule": Act.RULE_WRITE,
    "segments.change_tagrule": Act.RULE_WRITE,
    "segments.view_rulerun": Act.RULE_READ,
    "segments.view_ruleeffect": Act.CUSTOMER_READ,
    "segments.view_ruleoutcome": Act.RULE_READ,
    "wecom.view_wecomapp": Act.WECOM_MANAGE,
    "wecom.add_wecomapp": Act.WECOM_MANAGE,
    "wecom.change_wecomapp": Act.WECOM_MANAGE,
    "wecom.view_messagearchive": Act.WECOM_MANAGE,
    "wecom.add_messagearchive": Act.WECOM_MANAGE,
    "wecom.change_messagearchive": Act.WECOM_MANAGE,
    "wecom.view_apiclosure": Act.WECOM_MANAGE,
    "wecom.view_callbackreceipt": Act.EVENT_READ,
    "wecom.change_callbackreceipt": Act.EVENT_REPLAY,
    "wecom.view_syncrun": Act.SYNC_RUN,
    "wecom.add_syncrun": Act.SYNC_RUN,
    "wecom.change_syncrun": Act.SYNC_RUN,
    "wecom.view_notice": Act.EVENT_READ,
    "wecom.view_driftcheck": Act.SYNC_RUN,
    "messaging.view_command": Act.EVENT_READ,
    "messaging.change_command": Act.EVENT_REPLAY,
    "messaging.view_outboxevent": Act.EVENT_READ,
    "messaging.view_inboxevent": Act.EVENT_READ,
    "messaging.change_inboxevent": Act.EVENT_REPLAY,
    "messaging.view_inboxdelivery": Act.EVENT_READ,
    "messaging.view_deadletter": Act.EVENT_READ,
    "messaging.change_deadletter": Act.EVENT_REPLAY,
}


def actor_of_user(user: "User") -> Actor:
    """The actor a console user or the bearer of a token is. An inactive or corpless ordinary user may do nothing."""
    if user.is_superuser:
        return Actor(kind="user", id=user.pk, corp_id=user.corp_id, acts=frozenset(Act), role=Role.ADMIN)
    acts = ROLE_ACTS[Role(user.role)] if user.is_active and user.corp_id else frozenset()
    # Zero is no corp: a user without one sees nothing, whereas None would mean all.
    return Actor(
        kind="user",
        id=user.pk,
        corp_id=user.corp_id or 0,
        acts=acts,
        role=Role(user.role),
        employee_id=user.employee_id,
        sight=_sight_of_role(user),
    )


def actor_of_account(account: "ApiAccount") -> Actor:
    """The actor an API account is: its corp, its scopes, no row narrower than the corp."""
    acts = frozenset().union(*(SCOPE_ACTS[Scope(s)] for s in account.scopes))
    sight = Sight.MASKED if account.corp.masking == Masking.ALL else Sight.FULL
    return Actor(kind="api", id=account.pk, corp_id=account.corp_id, acts=acts, rate=account.rate, sight=sight)


def _sight_of_role(user: "User") -> Sight:
    masks = user.corp is not None and user.role != Role.ADMIN
    return _SIGHT[Masking(user.corp.masking)] if masks and user.corp else Sight.FULL
