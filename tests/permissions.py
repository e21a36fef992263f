"""The one table of who may do what, endpoint by endpoint: what the API and the console must answer.

It is written by hand and beside ``corps/policy.py``, so that a slip there shows. A new endpoint needs a new line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

API_ROLES = ("superuser", "admin", "manager", "staff", "reader", "writer", "tagger", "anonymous")
CONSOLE_ROLES = ("superuser", "admin", "manager", "staff", "anonymous")

# The superuser belongs to no company, and the API speaks of one company's data: they use the console.
PEOPLE = frozenset({"admin", "manager", "staff"})
READ = PEOPLE | {"reader", "writer", "tagger"}
WRITE = PEOPLE | {"writer"}
DELETE = WRITE - {"staff"}
CHANNELS = READ - {"staff"}
CHANNEL_WRITERS = frozenset({"admin", "writer"})
TAGS = frozenset({"admin", "tagger"})
TRANSFERS = READ - {"staff"}
KNOWN = READ | {"superuser"}


@dataclass(frozen=True)
class Endpoint:
    """One method of one path.

    Attributes:
        may: the roles that it answers; others get 403, the unknown 401.
        ok: what it answers them.
        row: the row that the path names. A foreign one, and for staff and managers one of others, is a 404.
        body: the request's body, from the rows of a company.
        below: the id that the path names after the row's, from the row.
        foreign_body: what a body naming another company's rows is answered; None where a body names no row.
    """

    may: frozenset[str]
    ok: int = 200
    row: str | None = None
    body: Callable[[dict[str, Any]], Any] | None = None
    foreign_body: int | None = None
    below: Callable[[Any], int] | None = None

    def args(self, row: Any) -> list[int]:
        """The ids in the path."""
        return [row.pk] + ([self.below(row)] if self.below else []) if row is not None else []


def _ids(key: str, *names: str) -> Callable[[dict[str, Any]], Any]:
    return lambda rows: {key: [rows[name].pk for name in names]}


def _way(rows: dict[str, Any]) -> dict[str, Any]:
    return {"name": "N", "channelId": rows["Channel"].pk, "members": [{"employeeId": rows["Employee"].pk}]}


def _rule(rows: dict[str, Any]) -> dict[str, Any]:
    return {"name": "N", "channelId": rows["Channel"].pk, "employeeIds": [rows["Employee"].pk]}


API: dict[tuple[str, str], Endpoint] = {
    ("GET", "caller"): Endpoint(KNOWN),
    ("GET", "department-list"): Endpoint(READ),
    ("GET", "department-detail"): Endpoint(READ, row="Department"),
    ("GET", "employee-list"): Endpoint(READ),
    ("GET", "employee-detail"): Endpoint(READ, row="Employee"),
    ("GET", "customer-list"): Endpoint(READ),
    ("POST", "customer-list"): Endpoint(
        WRITE,
        201,
        body=lambda rows: {"externalUserid": "wmNew", "name": "N", "followUserId": rows["Employee"].pk},
        foreign_body=422,
    ),
    ("GET", "customer-detail"): Endpoint(READ, row="Customer"),
    ("PUT", "customer-detail"): Endpoint(
        WRITE, row="Customer", body=lambda rows: {"followUserId": rows["Employee"].pk}, foreign_body=422
    ),
    ("PATCH", "customer-detail"): Endpoint(
        WRITE, row="Customer", body=lambda rows: {"followUserId": rows["Employee"].pk}, foreign_body=422
    ),
    ("DELETE", "customer-detail"): Endpoint(DELETE, 204, row="Customer"),
    ("POST", "customer-tags"): Endpoint(WRITE, row="Customer", body=_ids("tagIds", "other_tag"), foreign_body=422),
    # Taking off what isn't on is no error: it is off.
    ("DELETE", "customer-tags"): Endpoint(WRITE, row="Customer", body=_ids("tagIds", "Tag"), foreign_body=200),
    # Each customer has a result of its own.
    ("POST", "customer-bulk-tags"): Endpoint(
        WRITE,
        body=lambda rows: {"customerIds": [rows["Customer"].pk], "addTagIds": [rows["other_tag"].pk]},
        foreign_body=200,
    ),
    ("GET", "customer-follows"): Endpoint(READ, row="Customer"),
    ("PATCH", "customer-follow"): Endpoint(
        WRITE, row="Customer", below=lambda customer: customer.follow_user_id, body=lambda rows: {"remark": "r"}
    ),
    ("GET", "customer-collaborators"): Endpoint(READ, row="Customer"),
    ("POST", "customer-collaborators"): Endpoint(
        WRITE, row="Customer", body=_ids("employeeIds", "Employee"), foreign_body=422
    ),
    # Who doesn't read along is not missed.
    ("DELETE", "customer-collaborators"): Endpoint(
        WRITE, row="Customer", body=_ids("employeeIds", "Employee"), foreign_body=200
    ),
    ("GET", "customer-blacklist"): Endpoint(READ, row="Customer"),
    ("PUT", "customer-blacklist"): Endpoint(DELETE, row="Customer", body=lambda rows: {"reason": "r"}),
    ("DELETE", "customer-blacklist"): Endpoint(DELETE, 204, row="Customer"),
    ("GET", "blacklist"): Endpoint(READ),
    ("GET", "customer-followups"): Endpoint(READ, row="Customer"),
    ("POST", "customer-followups"): Endpoint(
        WRITE,
        201,
        row="Customer",
        body=lambda rows: {"content": "c", "employeeId": rows["Employee"].pk},
        foreign_body=422,
    ),
    ("GET", "loss-list"): Endpoint(READ),
    ("GET", "loss-export"): Endpoint(READ),
    ("GET", "channel-list"): Endpoint(CHANNELS),
    ("POST", "channel-list"): Endpoint(CHANNEL_WRITERS, 201, body=lambda rows: {"name": "N"}),
    ("GET", "channel-detail"): Endpoint(CHANNELS, row="Channel"),
    ("PUT", "channel-detail"): Endpoint(CHANNEL_WRITERS, row="Channel", body=lambda rows: {"name": "N"}),
    ("PATCH", "channel-detail"): Endpoint(CHANNEL_WRITERS, row="Channel", body=lambda rows: {"name": "N"}),
    ("DELETE", "channel-detail"): Endpoint(CHANNEL_WRITERS, 204, row="Channel"),
    ("POST", "channel-name-state"): Endpoint(
        CHANNEL_WRITERS, body=lambda rows: {"state": "new", "channelId": rows["Channel"].pk}, foreign_body=422
    ),
    ("GET", "channel-statistics"): Endpoint(CHANNELS),
    ("GET", "channel-unknown-states"): Endpoint(CHANNELS),
    ("GET", "add-way-list"): Endpoint(READ),
    ("GET", "contact-way-list"): Endpoint(CHANNELS),
    ("POST", "contact-way-list"): Endpoint(CHANNEL_WRITERS, 201, body=lambda rows: _way(rows), foreign_body=422),
    ("GET", "contact-way-detail"): Endpoint(CHANNELS, row="ContactWay"),
    ("PUT", "contact-way-detail"): Endpoint(
        CHANNEL_WRITERS, row="ContactWay", body=lambda rows: _way(rows), foreign_body=422
    ),
    ("PATCH", "contact-way-detail"): Endpoint(
        CHANNEL_WRITERS, row="ContactWay", body=_ids("tagIds", "Tag"), foreign_body=422
    ),
    ("DELETE", "contact-way-detail"): Endpoint(CHANNEL_WRITERS, 204, row="ContactWay"),
    # The companies of this world are not connected to WeCom.
    ("POST", "contact-way-retry"): Endpoint(CHANNEL_WRITERS, 409, row="ContactWay"),
    ("GET", "contact-way-statistics"): Endpoint(CHANNELS),
    ("GET", "assignment-rule-list"): Endpoint(CHANNELS),
    ("POST", "assignment-rule-list"): Endpoint(
        CHANNEL_WRITERS, 201, body=lambda rows: _rule(rows) | {"name": "N"}, foreign_body=422
    ),
    ("GET", "assignment-rule-detail"): Endpoint(CHANNELS, row="AssignmentRule"),
    ("PUT", "assignment-rule-detail"): Endpoint(
        CHANNEL_WRITERS, row="AssignmentRule", body=lambda rows: _rule(rows), foreign_body=422
    ),
    ("PATCH", "assignment-rule-detail"): Endpoint(
        CHANNEL_WRITERS, row="AssignmentRule", body=_ids("employeeIds", "Employee"), foreign_body=422
    ),
    ("DELETE", "assignment-rule-detail"): Endpoint(CHANNEL_WRITERS, 204, row="AssignmentRule"),
    ("GET", "assignment-list"): Endpoint(CHANNELS),
    ("POST", "assignment-list"): Endpoint(CHANNEL_WRITERS, body=lambda rows: {}),
    # It shows customers whom only those see who see the whole company.
    ("POST", "assignment-preview"): Endpoint(CHANNEL_WRITERS, body=lambda rows: {}),
    ("GET", "churn-list"): Endpoint(READ),
    ("GET", "customer-churn"): Endpoint(READ, row="Customer"),
    ("GET", "risk-list"): Endpoint(READ),
    ("GET", "risk-detail"): Endpoint(READ, row="RiskAlert"),
    ("POST", "risk-acknowledge"): Endpoint(WRITE, row="RiskAlert"),
    ("POST", "risk-handle"): Endpoint(WRITE, row="RiskAlert", body=lambda rows: {"outcome": "lost"}),
    ("POST", "risk-mute"): Endpoint(WRITE, row="RiskAlert", body=lambda rows: {"until": "2999-01-01T00:00:00Z"}),
    ("GET", "group-list"): Endpoint(READ),
    ("GET", "group-detail"): Endpoint(READ, row="GroupChat"),
    ("GET", "group-members"): Endpoint(READ, row="GroupChat"),
    ("GET", "group-growth"): Endpoint(READ),
    ("GET", "group-inviters"): Endpoint(READ),
    ("GET", "group-quits"): Endpoint(READ),
    ("GET", "group-figures"): Endpoint(READ),
    ("GET", "group-people"): Endpoint(READ),
    ("GET", "group-trajectory"): Endpoint(READ, row="GroupChat"),
    ("GET", "group-absent-friends"): Endpoint(READ, row="GroupChat"),
    ("POST", "group-bulk-tags"): Endpoint(
        WRITE,
        body=lambda rows: {"groupIds": [rows["GroupChat"].pk], "addTagIds": [rows["GroupTag"].pk]},
        foreign_body=200,
    ),
    ("POST", "group-tags"): Endpoint(WRITE, row="GroupChat", body=_ids("addTagIds", "GroupTag"), foreign_body=422),
    ("GET", "group-transfer-list"): Endpoint(DELETE),
    ("POST", "group-transfer-list"): Endpoint(
        DELETE,
        201,
        body=lambda rows: {"takerId": rows["taker"].pk, "groupIds": [rows["GroupChat"].pk]},
        foreign_body=422,
    ),
    ("GET", "group-transfer-detail"): Endpoint(DELETE, row="GroupTransferJob"),
    ("GET", "group-transfer-items"): Endpoint(DELETE, row="GroupTransferJob"),
    ("POST", "group-transfer-start"): Endpoint(DELETE, row="GroupTransferJob"),
    ("POST", "group-transfer-pause"): Endpoint(DELETE, row="RunningTransferJob"),
    ("POST", "group-transfer-cancel"): Endpoint(DELETE, row="GroupTransferJob"),
    ("GET", "chat-tag-set-list"): Endpoint(READ),
    ("POST", "chat-tag-set-list"): Endpoint(TAGS, 201, body=lambda rows: {"name": "N"}),
    ("GET", "chat-tag-set-detail"): Endpoint(READ, row="GroupTagSet"),
    ("PATCH", "chat-tag-set-detail"): Endpoint(TAGS, row="GroupTagSet", body=lambda rows: {"name": "N"}),
    ("DELETE", "chat-tag-set-detail"): Endpoint(TAGS, 204, row="empty_tag_set"),
    ("GET", "chat-tag-list"): Endpoint(READ),
    ("POST", "chat-tag-list"): Endpoint(
        TAGS, 201, body=lambda rows: {"name": "N", "setId": rows["GroupTagSet"].pk}, foreign_body=422
    ),
    ("GET", "chat-tag-detail"): Endpoint(READ, row="GroupTag"),
    ("PATCH", "chat-tag-detail"): Endpoint(TAGS, row="GroupTag", body=lambda rows: {"name": "N"}),
    ("DELETE", "chat-tag-detail"): Endpoint(TAGS, 204, row="GroupTag"),
    ("GET", "transfer-list"): Endpoint(TRANSFERS),
    ("POST", "transfer-list"): Endpoint(
        DELETE,
        201,
        body=lambda rows: {
            "handoverId": rows["Employee"].pk,
            "takerIds": [rows["taker"].pk],
            "customerIds": [rows["Customer"].pk],
        },
        foreign_body=422,
    ),
    ("GET", "transfer-leavers"): Endpoint(TRANSFERS),
    ("GET", "transfer-detail"): Endpoint(TRANSFERS, row="TransferJob"),
    ("GET", "transfer-items"): Endpoint(TRANSFERS, row="TransferJob"),
    ("POST", "transfer-check"): Endpoint(DELETE, row="TransferJob"),
    # The company of the table is not connected to WeCom, and the transfer was not started.
    ("POST", "transfer-start"): Endpoint(DELETE, 409, row="TransferJob"),
    ("POST", "transfer-pause"): Endpoint(DELETE, 409, row="TransferJob"),
    ("POST", "transfer-resume"): Endpoint(DELETE, 409, row="TransferJob"),
    ("POST", "transfer-cancel"): Endpoint(DELETE, row="TransferJob"),
    ("GET", "tag-group-list"): Endpoint(READ),
    ("POST", "tag-group-list"): Endpoint(TAGS, 201, body=lambda rows: {"name": "N"}),
    ("PUT", "tag-group-order"): Endpoint(TAGS, 204, body=_ids("groupIds", "other_group", "TagGroup"), foreign_body=422),
    ("GET", "tag-group-detail"): Endpoint(READ, row="TagGroup"),
    ("PUT", "tag-group-detail"): Endpoint(TAGS, row="TagGroup", body=lambda rows: {"name": "N"}),
    ("PATCH", "tag-group-detail"): Endpoint(TAGS, row="TagGroup", body=lambda rows: {"name": "N"}),
    ("DELETE", "tag-group-detail"): Endpoint(TAGS, 204, row="TagGroup"),
    ("PUT", "tag-order"): Endpoint(
        TAGS, 204, row="TagGroup", body=_ids("tagIds", "other_tag", "Tag"), foreign_body=422
    ),
    ("GET", "tag-list"): Endpoint(READ),
    ("POST", "tag-list"): Endpoint(
        TAGS, 201, body=lambda rows: {"name": "N", "groupId": rows["TagGroup"].pk}, foreign_body=422
    ),
    ("GET", "tag-detail"): Endpoint(READ, row="Tag"),
    ("PUT", "tag-detail"): Endpoint(TAGS, row="Tag", body=lambda rows: {"name": "N"}),
    ("PATCH", "tag-detail"): Endpoint(TAGS, row="Tag", body=lambda rows: {"name": "N"}),
    ("DELETE", "tag-detail"): Endpoint(TAGS, 204, row="Tag"),
    ("POST", "tag-move"): Endpoint(
        TAGS, row="Tag", body=lambda rows: {"groupId": rows["other_group"].pk}, foreign_body=422
    ),
    ("POST", "tag-merge"): Endpoint(
        TAGS, row="Tag", body=lambda rows: {"intoTagId": rows["other_tag"].pk}, foreign_body=422
    ),
}

ROOT = frozenset({"superuser"})
ADMINS = ROOT | {"admin"}
MANAGERS = ADMINS | {"manager"}
STAFF = MANAGERS | {"staff"}
NOBODY: frozenset[str] = frozenset()

# Model → page → who may open it for a row of their company. The superuser may for every company.
CONSOLE: dict[str, dict[str, frozenset[str]]] = {
    "customers.Customer": {
        "changelist": STAFF,
        "add": STAFF,
        "change": STAFF,
        "delete": MANAGERS,
        "history": STAFF,
        "change_tags": STAFF,
        "change_collaborators": STAFF,
        "put_on_blacklist": MANAGERS,
        "take_off_blacklist": MANAGERS,
        "events": ADMINS,
    },
    "customers.AssignmentRule": {
        "changelist": MANAGERS,
        "add": ADMINS,
        "change": MANAGERS,
        "delete": ADMINS,
        "history": MANAGERS,
    },
    "customers.Assignment": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
    },
    "customers.TransferJob": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
        "start": MANAGERS,
        "recheck": MANAGERS,
        "pause": MANAGERS,
        "resume": MANAGERS,
        "cancel": MANAGERS,
    },
    "customers.TransferItem": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
    },
    "customers.Leaver": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
    },
    "customers.Channel": {
        "changelist": MANAGERS,
        "add": ADMINS,
        "change": MANAGERS,
        "delete": ADMINS,
        "history": MANAGERS,
    },
    "customers.ContactWay": {
        "changelist": MANAGERS,
        "add": ADMINS,
        "change": MANAGERS,
        "delete": ADMINS,
        "history": MANAGERS,
        "retry": ADMINS,
    },
    "followups.FollowUp": {"changelist": STAFF, "add": NOBODY, "change": STAFF, "delete": NOBODY, "history": STAFF},
    "groups.GroupChat": {
        "changelist": STAFF,
        "add": NOBODY,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
        "absent": STAFF,
    },
    "groups.GroupTransferJob": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
        "start": MANAGERS,
        "pause": MANAGERS,
        "cancel": MANAGERS,
    },
    "groups.GroupTag": {"changelist": STAFF, "add": ADMINS, "change": STAFF, "delete": ADMINS, "history": STAFF},
    "groups.GroupTagSet": {"changelist": STAFF, "add": ADMINS, "change": STAFF, "delete": ADMINS, "history": STAFF},
    "insights.Loss": {"changelist": STAFF, "add": NOBODY, "change": STAFF, "delete": NOBODY, "history": STAFF},
    "insights.ChurnScore": {
        "changelist": STAFF,
        "add": NOBODY,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
    },
    "insights.RiskAlert": {
        "changelist": STAFF,
        "add": NOBODY,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
        "acknowledge": STAFF,
        "handle": STAFF,
        "mute": STAFF,
    },
    "insights.RiskRule": dict.fromkeys(("changelist", "add", "change", "delete", "history"), ADMINS),
    "insights.RiskSetting": {
        "changelist": ADMINS,
        "add": ADMINS,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "tags.Tag": {
        "changelist": STAFF,
        "add": ADMINS,
        "change": STAFF,
        "delete": ADMINS,
        "history": STAFF,
        "merge": ADMINS,
    },
    "tags.TagGroup": {"changelist": STAFF, "add": ADMINS, "change": STAFF, "delete": ADMINS, "history": STAFF},
    "corps.Department": {"changelist": STAFF, "add": ADMINS, "change": STAFF, "delete": NOBODY, "history": STAFF},
    "corps.Employee": {
        "changelist": STAFF,
        "add": ADMINS,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
        "hand_over": MANAGERS,
    },
    "corps.User": {
        "changelist": ADMINS,
        "add": ADMINS,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "set_password": ADMINS,
        "reset_second_factor": ADMINS,
    },
    "corps.ApiAccount": {
        "changelist": ADMINS,
        "add": ADMINS,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "issue_key": ADMINS,
        "rotate_key": ADMINS,
    },
    "corps.Corp": {"changelist": ROOT, "add": ROOT, "change": ROOT, "delete": NOBODY, "history": ROOT},
    "messaging.OutboxEvent": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "messaging.InboxEvent": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "redeliver": ADMINS,
    },
    "messaging.InboxDelivery": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "messaging.DeadLetter": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "replay": ADMINS,
    },
    "messaging.Command": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "send_again": ADMINS,
        "give_up": ADMINS,
    },
    "wecom.WecomApp": {
        "changelist": ADMINS,
        "add": ADMINS,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "try_out": ADMINS,
    },
    "wecom.CallbackReceipt": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "replay": ADMINS,
    },
    "wecom.SyncRun": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "approve": ADMINS,
        "refuse": ADMINS,
        "cancel": ADMINS,
    },
    "wecom.DriftCheck": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "wecom.Notice": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "wecom.ApiClosure": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "django_celery_beat.PeriodicTask": dict.fromkeys(("changelist", "add", "change", "delete", "history"), ROOT),
    "django_celery_beat.IntervalSchedule": dict.fromkeys(("changelist", "add", "change", "delete", "history"), ROOT),
    "django_celery_beat.CrontabSchedule": {
        "changelist": ROOT,
        "add": ROOT,
        "change": ROOT,
        "delete": NOBODY,
        "history": ROOT,
    },
}

# Pages that are links: they lead to a list of another model.
LINKS = {"events", "hand_over"}

# Pages of the console that belong to no model: name → who may open them.
CONSOLE_PAGES: dict[str, frozenset[str]] = {
    "index": STAFF,
    "search": STAFF,
    "password_change": STAFF,
    "password_change_done": STAFF,
    "second_factor_codes": STAFF,
    "jsi18n": STAFF,
    "wecom_syncrun_ask": ADMINS,
    "customers_transferjob_draw": MANAGERS,
    "customers_channel_name_states": ADMINS,
    "customers_assignmentrule_preview": ADMINS,
    "insights_loss_export": STAFF,
    "groups_groupchat_analysis": STAFF,
    "groups_grouptransferjob_hand_over": MANAGERS,
    "groups_groupchat_people": STAFF,
}

# Seen by other tests, with the reason.
ELSEWHERE = {
    "login": "open to all, by its nature",
    "logout": "open to all, by its nature",
    "second_factor": "tests/console: between the password and the console",
    "second_factor_setup": "tests/console: between the password and the console",
    "autocomplete": "tests/test_canary.py: its answer depends on its parameters",
    "view_on_site": "no model has a public page",
    "app_list": "the same rows as the index",
    "corps_apikey_revoke": "tests/test_permission_matrix.py: it names two rows",
    "wecom_syncrun_live": "tests/wecom/sync/test_page.py: a piece of a page, empty for who may see nothing",
}
