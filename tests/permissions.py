"""The one table of who may do what, endpoint by endpoint: what the API and the console must answer.

It is written by hand and beside ``corps/policy.py``, so that a slip there shows. A new endpoint needs a new line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from customers.models import CustomFile

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


def _tag_rule(rows: dict[str, Any]) -> dict[str, Any]:
    heard = {"kind": "tagged", "tagIds": [rows["Tag"].pk]}
    return {"name": "N", "trigger": heard, "actions": [{"do": "addTags", "tagIds": [rows["other_tag"].pk]}]}


def _rule(rows: dict[str, Any]) -> dict[str, Any]:
    return {"name": "N", "channelId": rows["Channel"].pk, "employeeIds": [rows["Employee"].pk]}


def _segment(rows: dict[str, Any]) -> dict[str, Any]:
    where = {"field": "tags", "op": "any", "value": [rows["Tag"].pk]}
    return {"name": "N", "condition": {"version": 1, "where": where}}


def _file(customer: Any) -> int:
    return CustomFile.objects.get(customer=customer).pk


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
    ("POST", "customer-unmask"): Endpoint(WRITE, row="Customer", body=lambda rows: {"field": "mobile", "reason": "r"}),
    ("POST", "customer-person"): Endpoint(frozenset({"admin"}), row="Customer", body=lambda rows: {"reason": "r"}),
    ("POST", "customer-erase"): Endpoint(
        frozenset({"admin"}),
        204,
        row="Customer",
        body=lambda rows: {"reason": "r", "externalUserid": rows["Customer"].external_userid},
    ),
    ("GET", "customer-followups"): Endpoint(READ, row="Customer"),
    ("POST", "customer-followups"): Endpoint(
        WRITE,
        201,
        row="Customer",
        body=lambda rows: {"content": "c", "employeeId": rows["Employee"].pk},
        foreign_body=422,
    ),
    ("GET", "customer-followups-deleted"): Endpoint(READ, row="Customer"),
    ("GET", "customer-communications"): Endpoint(READ, row="Customer"),
    ("GET", "followup-list"): Endpoint(READ),
    ("GET", "followup-export"): Endpoint(READ),
    ("GET", "followup-mentions"): Endpoint(READ),
    # Without a file in it.
    ("POST", "followup-import"): Endpoint(CHANNEL_WRITERS, 400),
    ("GET", "followup-detail"): Endpoint(READ, row="FollowUp"),
    ("PATCH", "followup-detail"): Endpoint(
        WRITE, row="FollowUp", body=lambda rows: {"mentionIds": [rows["Employee"].pk]}, foreign_body=422
    ),
    ("DELETE", "followup-detail"): Endpoint(WRITE, 204, row="FollowUp"),
    ("POST", "followup-unmask"): Endpoint(WRITE, row="FollowUp", body=lambda rows: {"reason": "r"}),
    ("GET", "followup-history"): Endpoint(READ, row="FollowUp"),
    ("GET", "followup-comments"): Endpoint(READ, row="FollowUp"),
    ("POST", "followup-comments"): Endpoint(
        WRITE,
        201,
        row="FollowUp",
        body=lambda rows: {"content": "c", "mentionIds": [rows["Employee"].pk]},
        foreign_body=422,
    ),
    ("DELETE", "followup-comment"): Endpoint(
        WRITE, 204, row="FollowUp", below=lambda row: row.comments.order_by("id")[0].pk
    ),
    ("GET", "followup-attachments"): Endpoint(READ, row="FollowUp"),
    # Without a file in it.
    ("POST", "followup-attachments"): Endpoint(WRITE, 400, row="FollowUp"),
    ("GET", "followup-attachment"): Endpoint(
        READ, row="FollowUp", below=lambda row: row.attachments.order_by("id")[0].pk
    ),
    ("DELETE", "followup-attachment"): Endpoint(
        WRITE, 204, row="FollowUp", below=lambda row: row.attachments.order_by("id")[0].pk
    ),
    ("GET", "followup-template-list"): Endpoint(READ),
    ("POST", "followup-template-list"): Endpoint(CHANNEL_WRITERS, 201, body=lambda rows: {"name": "N", "content": "c"}),
    ("GET", "followup-template-detail"): Endpoint(READ, row="FollowUpTemplate"),
    ("PUT", "followup-template-detail"): Endpoint(
        CHANNEL_WRITERS, row="FollowUpTemplate", body=lambda rows: {"name": "N", "content": "c"}
    ),
    ("PATCH", "followup-template-detail"): Endpoint(
        CHANNEL_WRITERS, row="FollowUpTemplate", body=lambda rows: {"name": "N"}
    ),
    ("DELETE", "followup-template-detail"): Endpoint(CHANNEL_WRITERS, 204, row="FollowUpTemplate"),
    # Each has a result of its own.
    ("GET", "message-archive"): Endpoint(CHANNEL_WRITERS),
    ("POST", "message-archive"): Endpoint(CHANNEL_WRITERS, body=lambda rows: {"list": []}),
    ("POST", "communication-record"): Endpoint(
        CHANNEL_WRITERS,
        body=lambda rows: {
            "list": [
                {
                    "externalId": "x",
                    "kind": "call",
                    "direction": "in",
                    "at": "2026-01-01T00:00:00Z",
                    "customerId": rows["Customer"].pk,
                }
            ]
        },
        foreign_body=200,
    ),
    ("GET", "customer-timeline"): Endpoint(READ, row="Customer"),
    ("GET", "customer-sops"): Endpoint(READ, row="Customer"),
    ("POST", "customer-reminders"): Endpoint(
        WRITE,
        201,
        row="Customer",
        body=lambda rows: {"content": "c", "dueAt": "2999-01-01T00:00:00Z", "employeeId": rows["Employee"].pk},
        foreign_body=422,
    ),
    ("GET", "reminder-list"): Endpoint(READ),
    ("POST", "reminder-done"): Endpoint(WRITE, row="Reminder"),
    ("POST", "reminder-cancel"): Endpoint(WRITE, row="Reminder"),
    ("GET", "loss-list"): Endpoint(READ),
    ("GET", "loss-export"): Endpoint(READ),
    ("GET", "stats-overview"): Endpoint(READ),
    ("GET", "stats-overview-export"): Endpoint(READ),
    ("GET", "stats-growth"): Endpoint(READ),
    ("GET", "stats-growth-export"): Endpoint(READ),
    ("GET", "stats-growth-forecast"): Endpoint(READ),
    ("GET", "stats-growth-forecast-export"): Endpoint(READ),
    ("GET", "stats-retention"): Endpoint(READ),
    ("GET", "stats-retention-export"): Endpoint(READ),
    ("GET", "stats-activity"): Endpoint(READ),
    ("GET", "stats-activity-export"): Endpoint(READ),
    ("GET", "stats-channels"): Endpoint(CHANNELS),
    ("GET", "stats-channels-export"): Endpoint(CHANNELS),
    ("GET", "stats-employees"): Endpoint(READ),
    ("GET", "stats-employees-export"): Endpoint(READ),
    ("GET", "stats-departments"): Endpoint(READ),
    ("GET", "stats-departments-export"): Endpoint(READ),
    ("GET", "stats-groups"): Endpoint(READ),
    ("GET", "stats-groups-export"): Endpoint(READ),
    ("GET", "stats-funnel"): Endpoint(READ),
    ("GET", "stats-funnel-export"): Endpoint(READ),
    ("GET", "stage-list"): Endpoint(READ),
    ("POST", "stage-list"): Endpoint(CHANNEL_WRITERS, 201, body=lambda rows: {"name": "N"}),
    ("GET", "stage-detail"): Endpoint(READ, row="Stage"),
    ("PUT", "stage-detail"): Endpoint(CHANNEL_WRITERS, row="Stage", body=lambda rows: {"name": "N"}),
    ("PATCH", "stage-detail"): Endpoint(CHANNEL_WRITERS, row="Stage", body=lambda rows: {"name": "N"}),
    # Somebody is in the world's one.
    ("DELETE", "stage-detail"): Endpoint(CHANNEL_WRITERS, 409, row="Stage"),
    ("GET", "custom-field-list"): Endpoint(READ),
    ("POST", "custom-field-list"): Endpoint(
        CHANNEL_WRITERS, 201, body=lambda rows: {"subject": "relation", "key": "n", "name": "N", "kind": "text"}
    ),
    ("GET", "custom-field-detail"): Endpoint(READ, row="CustomField"),
    ("PUT", "custom-field-detail"): Endpoint(CHANNEL_WRITERS, row="CustomField", body=lambda rows: {"name": "N"}),
    ("PATCH", "custom-field-detail"): Endpoint(
        CHANNEL_WRITERS,
        row="CustomField",
        body=lambda rows: {"options": [{"id": rows["CustomOption"].pk, "label": "N"}]},
        foreign_body=422,
    ),
    # It holds a value.
    ("DELETE", "custom-field-detail"): Endpoint(CHANNEL_WRITERS, 409, row="CustomField"),
    # Without a kind.
    ("GET", "custom-field-conversion"): Endpoint(CHANNEL_WRITERS, 400, row="CustomField"),
    ("GET", "customer-custom-fields"): Endpoint(READ, row="Customer"),
    ("PATCH", "customer-custom-fields"): Endpoint(
        WRITE,
        row="Customer",
        body=lambda rows: {"customFields": {"level": rows["CustomOption"].pk}},
        foreign_body=422,
    ),
    ("GET", "customer-custom-field-history"): Endpoint(READ, row="Customer"),
    ("GET", "customer-history"): Endpoint(READ, row="Customer"),
    ("GET", "customer-follow-custom-fields"): Endpoint(READ, row="Customer", below=lambda row: row.follow_user_id),
    # There is no such field of relations.
    ("PATCH", "customer-follow-custom-fields"): Endpoint(
        WRITE,
        422,
        row="Customer",
        below=lambda row: row.follow_user_id,
        body=lambda rows: {"customFields": {"mood": "good"}},
    ),
    # Without a file in it.
    ("POST", "customer-custom-files"): Endpoint(WRITE, 400, row="Customer"),
    ("GET", "customer-custom-file"): Endpoint(READ, row="Customer", below=_file),
    ("DELETE", "customer-custom-file"): Endpoint(WRITE, 204, row="Customer", below=_file),
    ("POST", "customer-bulk-custom-fields"): Endpoint(
        WRITE,
        body=lambda rows: {"customerIds": [rows["Customer"].pk], "customFields": {"level": rows["CustomOption"].pk}},
        foreign_body=200,
    ),
    ("GET", "duplicate-list"): Endpoint(READ),
    ("POST", "duplicate-dismiss"): Endpoint(DELETE, row="DuplicatePair"),
    ("POST", "customer-merge"): Endpoint(DELETE, row="lone", body=_ids("otherIds", "twin"), foreign_body=404),
    ("POST", "merge-undo"): Endpoint(DELETE, row="CustomerMerge"),
    ("GET", "customer-stage"): Endpoint(READ, row="Customer"),
    ("PUT", "customer-stage"): Endpoint(
        WRITE, row="Customer", body=lambda rows: {"stageId": rows["Stage"].pk}, foreign_body=422
    ),
    ("POST", "customer-bulk-stage"): Endpoint(
        WRITE,
        body=lambda rows: {"customerIds": [rows["Customer"].pk], "stageId": rows["Stage"].pk},
        foreign_body=422,
    ),
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
    ("GET", "segment-field-list"): Endpoint(READ),
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
    ("GET", "tag-rule-list"): Endpoint(CHANNELS),
    ("POST", "tag-rule-list"): Endpoint(CHANNEL_WRITERS, 201, body=_tag_rule, foreign_body=422),
    ("GET", "tag-rule-detail"): Endpoint(CHANNELS, row="TagRule"),
    ("PATCH", "tag-rule-detail"): Endpoint(CHANNEL_WRITERS, row="TagRule", body=_tag_rule, foreign_body=422),
    ("GET", "tag-rule-versions"): Endpoint(CHANNELS, row="TagRule"),
    ("POST", "tag-rule-activate"): Endpoint(CHANNEL_WRITERS, row="TagRule"),
    ("POST", "tag-rule-pause"): Endpoint(CHANNEL_WRITERS, row="TagRule"),
    ("POST", "tag-rule-retire"): Endpoint(CHANNEL_WRITERS, row="TagRule"),
    ("POST", "tag-rule-dry-runs"): Endpoint(CHANNEL_WRITERS, 201, row="TagRule"),
    ("POST", "tag-rule-backfills"): Endpoint(CHANNEL_WRITERS, 201, row="TagRule"),
    ("GET", "tag-rule-why"): Endpoint(
        CHANNELS, row="TagRule", below=lambda rule: rule.outcomes.values_list("customer_id", flat=True)[0]
    ),
    ("GET", "tag-rule-run-list"): Endpoint(CHANNELS),
    ("GET", "tag-rule-run-detail"): Endpoint(CHANNELS, row="RuleRun"),
    ("POST", "tag-rule-run-pause"): Endpoint(CHANNEL_WRITERS, row="RuleRun"),
    ("POST", "tag-rule-run-resume"): Endpoint(CHANNEL_WRITERS, row="RuleRun"),
    ("POST", "tag-rule-run-cancel"): Endpoint(CHANNEL_WRITERS, row="RuleRun"),
    ("POST", "tag-rule-run-undo"): Endpoint(CHANNEL_WRITERS, 201, row="done_rule_run"),
    ("GET", "tag-rule-effect-list"): Endpoint(CHANNELS),
    ("GET", "tag-rule-outcome-list"): Endpoint(CHANNELS),
    ("GET", "customer-tag-reasons"): Endpoint(READ, row="Customer"),
    ("GET", "tag-hygiene"): Endpoint(CHANNELS),
    ("GET", "churn-list"): Endpoint(READ),
    ("GET", "customer-churn"): Endpoint(READ, row="Customer"),
    ("GET", "customer-profile"): Endpoint(READ, row="Customer"),
    ("GET", "segment-profile"): Endpoint(READ, row="Segment"),
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
    ("GET", "segment-list"): Endpoint(READ),
    ("POST", "segment-list"): Endpoint(DELETE, 201, body=lambda rows: _segment(rows), foreign_body=422),
    # It asks and stores nothing.
    ("POST", "segment-preview"): Endpoint(
        READ, body=lambda rows: {"condition": _segment(rows)["condition"]}, foreign_body=422
    ),
    ("GET", "segment-detail"): Endpoint(READ, row="Segment"),
    ("PATCH", "segment-detail"): Endpoint(
        DELETE, row="Segment", body=lambda rows: {"condition": _segment(rows)["condition"]}, foreign_body=422
    ),
    ("DELETE", "segment-detail"): Endpoint(DELETE, 204, row="Segment"),
    ("POST", "segment-copy"): Endpoint(DELETE, 201, row="Segment", body=lambda rows: {"name": "N"}),
    ("POST", "segment-freeze"): Endpoint(DELETE, 201, row="Segment", body=lambda rows: {"name": "N"}),
    ("POST", "segment-refresh"): Endpoint(DELETE, 202, row="Segment"),
    ("POST", "segment-cancel"): Endpoint(DELETE, row="Segment"),
    ("GET", "segment-runs"): Endpoint(READ, row="Segment"),
    ("GET", "segment-members"): Endpoint(READ, row="Segment"),
    ("POST", "segment-members"): Endpoint(
        DELETE, row="segment_list", body=_ids("customerIds", "Customer"), foreign_body=422
    ),
    # Who isn't on the list is not missed.
    ("DELETE", "segment-members"): Endpoint(
        DELETE, row="segment_list", body=_ids("customerIds", "Customer"), foreign_body=200
    ),
    ("GET", "segment-members-export"): Endpoint(READ, row="Segment"),
    ("GET", "segment-sizes"): Endpoint(READ, row="Segment"),
    ("GET", "segment-why"): Endpoint(
        READ, row="Segment", below=lambda segment: segment.stays.values_list("customer_id", flat=True)[0]
    ),
    ("GET", "customer-segments"): Endpoint(READ, row="Customer"),
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
        "profile": STAFF,
        "values": STAFF,
        "change_stage": STAFF,
        "change_tags": STAFF,
        "change_collaborators": STAFF,
        "relation_fields": STAFF,
        "custom_files": STAFF,
        "put_on_blacklist": MANAGERS,
        "take_off_blacklist": MANAGERS,
        "timeline": STAFF,
        "show_number": STAFF,
        "export_person": ADMINS,
        "erase_person": ADMINS,
        "accesses": ADMINS,
        "events": ADMINS,
        # Of a tab that a role may not see there is none.
        "tab_timeline": STAFF,
        "tab_tag_rows": STAFF,
        "tab_relations": STAFF,
        "tab_episodes": STAFF,
        "tab_stage_changes": STAFF,
        "tab_custom_values": STAFF,
        "tab_custom_changes": STAFF,
        "tab_transfers": MANAGERS,
        "tab_collaborators": STAFF,
        "tab_assignments": MANAGERS,
        "tab_blacklist": STAFF,
        "tab_follow_ups": STAFF,
        "tab_communications": STAFF,
        "tab_group_stays": STAFF,
        "tab_rule_effects": STAFF,
        "tab_segment_stays": STAFF,
        "tab_churn": STAFF,
        "tab_risks": STAFF,
        "tab_value_changes": STAFF,
    },
    "customers.DuplicatePair": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
        "compare": MANAGERS,
        "dismiss": MANAGERS,
    },
    "customers.CustomerMerge": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
        "undo": MANAGERS,
    },
    "customers.AccessRecord": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "customers.PrivacySetting": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "customers.Tombstone": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
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
    "customers.CustomerView": {
        "changelist": STAFF,
        "add": STAFF - ROOT,
        "change": STAFF,
        # One that an administrator shares.
        "delete": ADMINS,
        "history": STAFF,
        "show": STAFF,
        "begin": STAFF,
        "begin_role": ADMINS,
        "keep": STAFF,
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
    "customers.Stage": {
        "changelist": STAFF,
        "add": ADMINS,
        "change": STAFF,
        "delete": ADMINS,
        "history": STAFF,
    },
    "customers.CustomField": {
        "changelist": STAFF,
        "add": ADMINS,
        "change": STAFF,
        "delete": ADMINS,
        "history": STAFF,
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
    "followups.Reminder": {
        "changelist": STAFF,
        "add": NOBODY,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
        "done": STAFF,
        "cancel": STAFF,
    },
    "followups.SopEnrolment": {
        "changelist": STAFF,
        "add": NOBODY,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
    },
    "followups.SopStop": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "retry": ADMINS,
    },
    "followups.FollowUp": {
        "changelist": STAFF,
        "add": STAFF,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
        "edit": STAFF,
        "comment": STAFF,
        "attach": STAFF,
        "show_numbers": STAFF,
        "remove": STAFF,
    },
    "followups.FollowUpMention": {
        "changelist": STAFF,
        "add": NOBODY,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
    },
    "followups.FollowUpTemplate": {
        "changelist": STAFF,
        "add": ADMINS,
        "change": STAFF,
        "delete": ADMINS,
        "history": STAFF,
    },
    "followups.FollowUpImport": {
        "changelist": ADMINS,
        "add": NOBODY,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
        "faults": ADMINS,
        "start": ADMINS,
        "stop": ADMINS,
    },
    "followups.FollowUpSetting": {
        "changelist": ADMINS,
        "add": ADMINS,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
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
    # Its other pages are reports, and belong to no row.
    "insights.DailyStat": {"changelist": STAFF},
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
    "insights.ProfileSetting": {
        "changelist": ADMINS,
        "add": ADMINS,
        "change": ADMINS,
        "delete": NOBODY,
        "history": ADMINS,
    },
    "insights.ActivityDefinition": {
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
    "segments.Segment": {
        "changelist": STAFF,
        "add": MANAGERS,
        "change": STAFF,
        "delete": MANAGERS,
        "history": STAFF,
        "portrait": STAFF,
        "refresh": MANAGERS,
        "cancel_refresh": MANAGERS,
        "why": STAFF,
        "export": STAFF,
        "workbook": STAFF,
        "copy": MANAGERS,
        "freeze": MANAGERS,
    },
    "segments.TagRule": {
        "changelist": MANAGERS,
        "add": ADMINS,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
        "try_out": ADMINS,
        "activate": ADMINS,
        "pause": ADMINS,
        "backfill": ADMINS,
        "why": MANAGERS,
        "retire": ADMINS,
    },
    "segments.RuleRun": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
        "pause": ADMINS,
        "resume": ADMINS,
        "cancel": ADMINS,
        "undo": ADMINS,
    },
    "segments.RuleEffect": {
        "changelist": STAFF,
        "add": NOBODY,
        "change": STAFF,
        "delete": NOBODY,
        "history": STAFF,
    },
    "segments.RuleOutcome": {
        "changelist": MANAGERS,
        "add": NOBODY,
        "change": MANAGERS,
        "delete": NOBODY,
        "history": MANAGERS,
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
    "wecom.MessageArchive": {
        "changelist": ADMINS,
        "add": ADMINS,
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
LINKS = {"show", "accesses", "events", "hand_over"}
# Who sees several companies is led away from these to choose one.
OF_ONE_COMPANY = {"segments_segment_ask"}

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
    # Columns are those of the people of a company.
    "customers_customer_columns": STAFF - ROOT,
    "customers_channel_name_states": ADMINS,
    "customers_assignmentrule_preview": ADMINS,
    "insights_loss_export": STAFF,
    "insights_dailystat_growth": STAFF,
    "insights_dailystat_employees": STAFF,
    "insights_dailystat_departments": STAFF,
    "insights_dailystat_channels": MANAGERS,
    "insights_dailystat_retention": STAFF,
    "insights_dailystat_activity": STAFF,
    "insights_dailystat_funnel": STAFF,
    "insights_dailystat_groups": STAFF,
    "insights_dailystat_export": STAFF,
    "insights_dailystat_behind": STAFF,
    "followups_followup_export": STAFF,
    "followups_followup_calendar": STAFF,
    "followups_followupimport_upload": ADMINS,
    "followups_followupimport_template": ADMINS,
    "segments_tagrule_hygiene": MANAGERS,
    "segments_segment_ask": STAFF,
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
    "condition-values": "tests/console/test_condition_doors.py: rows by their field, no page",
    "condition-preview": "tests/console/test_condition_doors.py: it only takes what is posted",
    "followups_followup_attachment": "tests/console/test_follow_ups.py: a file, and no page",
    "customers_customer_custom_file": "tests/console/test_custom_files.py: a file, and no page",
    "customers_customer_export": "tests/console/test_customer_export.py: it only takes what is posted",
    "corps_apikey_revoke": "tests/test_permission_matrix.py: it names two rows",
    "wecom_syncrun_live": "tests/wecom/sync/test_page.py: a piece of a page, empty for who may see nothing",
}
