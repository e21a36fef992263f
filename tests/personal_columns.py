"""What every column holds of people, written by hand beside the marks in the code, so that a slip there shows.

A column that becomes personal, or stops being so, needs a line here; one that holds nothing of a person needs none.
"""

# Model → column → what an erasure makes of it.
EXPECTED: dict[str, dict[str, str]] = {
    "messaging.OutboxEvent": {
        "payload": "cleared",
    },
    "messaging.InboxEvent": {
        "payload": "cleared",
    },
    "messaging.InboxDelivery": {
        "last_error": "cleared",
    },
    "messaging.Command": {
        "last_error": "deleted",
    },
    "messaging.DeadLetter": {
        "headers": "deleted",
        "body": "deleted",
    },
    "corps.IdempotencyKey": {
        "body": "deleted",
    },
    "corps.Employee": {
        "userid": "kept: a colleague's",
        "name": "kept: a colleague's",
        "alias": "kept: a colleague's",
        "position": "kept: a colleague's",
    },
    "corps.User": {
        "username": "kept: a colleague's",
        "name": "kept: a colleague's",
    },
    "customers.Customer": {
        "external_userid": "renamed",
        "name": "emptied",
        "avatar": "emptied",
        "gender": "emptied",
        "unionid": "emptied",
        "mobile": "emptied",
        "position": "emptied",
        "corp_name": "emptied",
        "corp_full_name": "emptied",
        "external_profile": "emptied",
        "province": "emptied",
        "city": "emptied",
        "search_text": "emptied",
        "merged_text": "emptied",
    },
    "customers.AccessRecord": {
        "facts": "emptied",
        "reason": "emptied",
    },
    "customers.BlacklistEntry": {
        "reason": "emptied",
    },
    "customers.CustomerGram": {
        "gram": "deleted",
    },
    "customers.FollowRelation": {
        "remark": "emptied",
        "description": "emptied",
        "remark_corp_name": "emptied",
        "remark_mobiles": "emptied",
        "oper_userid": "emptied",
        "wechat_channels": "emptied",
        "personal_tags": "emptied",
    },
    "customers.TransferItem": {
        "snapshot": "emptied",
    },
    "followups.FollowUp": {
        "content": "emptied",
    },
    "followups.Reminder": {
        "content": "emptied",
    },
    "followups.TimelineEntry": {
        "facts": "emptied",
    },
    "groups.GroupMember": {
        "userid": "renamed",
        "unionid": "emptied",
        "name": "emptied",
        "group_nickname": "emptied",
    },
    "segments.RuleEffect": {
        "changes": "emptied",
        "facts": "emptied",
        "kept": "emptied",
    },
    "insights.RiskAlert": {
        "facts": "emptied",
        "note": "emptied",
    },
    "wecom.CallbackReceipt": {
        "userid": "deleted",
        "external_userid": "deleted",
        "body_sealed": "deleted",
        "mailbox": "deleted",
    },
    "wecom.SyncRun": {
        "report": "cleared",
        "last_error": "cleared",
    },
    "customers.CustomValue": {
        "text": "deleted",
        "long_text": "deleted",
        "number": "deleted",
        "time": "deleted",
    },
    "customers.CustomChosen": {
        "option": "deleted",
    },
    "customers.CustomChange": {
        "before": "deleted",
        "after": "deleted",
    },
    "customers.ValueChange": {
        "before": "deleted",
        "after": "deleted",
    },
    "customers.CustomerMerge": {
        "filled": "emptied",
    },
    "customers.CustomerKey": {
        "key": "deleted",
    },
    "followups.FollowUpVersion": {
        "content": "emptied",
    },
    "followups.FollowUpComment": {
        "content": "emptied",
    },
    # A condition may ask for a name.
    "customers.CustomerView": {
        "condition": "cleared",
    },
    "followups.FollowUpImportLine": {
        "cells": "deleted",
        "key": "deleted",
    },
    "customers.CustomFile": {
        "name": "emptied",
        "field": "emptied",
    },
    "followups.FollowUpAttachment": {
        "name": "emptied",
        "follow_up": "emptied",
    },
    "followups.Communication": {
        "content": "emptied",
    },
}

# What opens a door: never in an export, and in no log.
SECRETS: dict[str, set[str]] = {
    "corps.ApiKey": {
        "digest",
    },
    "corps.User": {
        "password",
    },
    "wecom.PageTicket": {
        "ticket_sealed",
    },
    "wecom.WecomApp": {
        "secret_sealed",
        "callback_token_sealed",
        "callback_key_sealed",
        "token_sealed",
    },
}

# How a customer's rows are found: column → what of them stands there.
FOUND_BY: dict[str, dict[str, str]] = {
    "messaging.Command": {
        "lane": "lane",
    },
    "customers.Customer": {
        "id": "id",
    },
    "customers.AccessRecord": {
        "customer": "id",
    },
    "customers.Assignment": {
        "customer": "id",
    },
    "customers.BlacklistEntry": {
        "customer": "id",
    },
    "customers.Collaborator": {
        "customer": "id",
    },
    "customers.CustomerGram": {
        "customer": "id",
    },
    "customers.FollowRelation": {
        "customer": "id",
    },
    "customers.RelationEpisode": {
        "customer": "id",
    },
    "customers.StageChange": {
        "customer": "id",
    },
    "customers.CustomerTag": {
        "customer": "id",
    },
    "customers.TransferItem": {
        "customer": "id",
    },
    "followups.SopEnrolment": {
        "customer": "id",
    },
    "followups.FollowUp": {
        "customer": "id",
    },
    "followups.Reminder": {
        "customer": "id",
    },
    "followups.SopStop": {
        "customer": "id",
    },
    "followups.TimelineEntry": {
        "customer": "id",
    },
    "groups.GroupMember": {
        "customer": "id",
        "userid": "external_userid",
    },
    "segments.RuleEffect": {
        "customer": "id",
    },
    "segments.RuleOutcome": {
        "customer": "id",
    },
    "segments.SegmentStay": {
        "customer": "id",
    },
    "insights.RiskAlert": {
        "customer": "id",
    },
    "insights.ChurnScore": {
        "customer": "id",
    },
    "insights.Loss": {
        "customer": "id",
    },
    "insights.TransferFailure": {
        "customer": "id",
    },
    "wecom.CallbackReceipt": {
        "external_userid": "external_userid",
    },
    "customers.CustomValue": {
        "customer": "id",
    },
    "customers.CustomChosen": {
        "customer": "id",
    },
    "customers.CustomChange": {
        "customer": "id",
    },
    "customers.ValueChange": {
        "customer": "id",
    },
    "customers.CustomerKey": {
        "customer": "id",
    },
    "customers.DuplicatePair": {
        "first": "id",
        "second": "id",
    },
    "followups.FollowUpImportLine": {
        "customer": "id",
    },
    "customers.CustomerMerge": {
        "kept": "id",
    },
    "customers.MergeMember": {
        "kept": "id",
        "customer": "id",
    },
    "followups.FollowUpVersion": {
        "customer": "id",
    },
    "followups.FollowUpComment": {
        "customer": "id",
    },
    "customers.CustomFile": {
        "customer": "id",
    },
    "followups.FollowUpAttachment": {
        "customer": "id",
    },
    "followups.FollowUpMention": {
        "customer": "id",
    },
    "followups.Communication": {
        "customer": "id",
    },
}

# Texts that are looked through, since anybody may be named in them.
NAMED_IN: dict[str, set[str]] = {
    "customers.CustomerView": {
        "condition",
    },
    "customers.AccessRecord": {"facts"},
    "messaging.OutboxEvent": {
        "payload",
    },
    "messaging.InboxEvent": {
        "payload",
    },
    "messaging.InboxDelivery": {
        "last_error",
    },
    "messaging.DeadLetter": {
        "headers",
        "body",
    },
    "corps.IdempotencyKey": {
        "body",
    },
    "wecom.SyncRun": {
        "report",
        "last_error",
    },
}
