"""Which handlers read which events: event name, or a prefix with ``.#``, to dotted paths. One line adds a reader."""

# Rules that tag.
_RULES = "segments.handlers.set_off_rules"
_CHANGED, _MANY = "segments.handlers.customer_changed", "segments.handlers.many_changed"
# Timelines, and the end of SOPs.
_TOLD = "followups.handlers.customer_changed"
# Conditions ask timelines too.
_GROWN = "segments.handlers.timeline_grown"
_SOP = ["followups.handlers.sop_told", _RULES, _GROWN]
# Colleagues who were named (@) somewhere.
_NAMED = "wecom.handlers.colleagues_named"

SUBSCRIPTIONS: dict[str, list[str]] = {
    "customer.created": [
        "groups.handlers.customer_created",
        "customers.handlers.customer_created",
        _TOLD,
        _RULES,
        _CHANGED,
    ],
    "customer.updated": [_TOLD, _CHANGED],
    "customer.unfollowed": [
        "insights.handlers.customer_unfollowed",
        "customers.handlers.customer_unfollowed",
        _TOLD,
        _CHANGED,
    ],
    "customer.relation.updated": ["insights.handlers.relation_updated", _TOLD, _CHANGED],
    "customer.assigned": [_TOLD, _GROWN],
    "customer.collaborator.added": [_TOLD, _GROWN],
    "customer.collaborator.removed": [_TOLD, _GROWN],
    "customer.followed": [
        "customers.handlers.customer_followed",
        "insights.handlers.customer_heard_of",
        _TOLD,
        _RULES,
        _CHANGED,
    ],
    "customer.followup.created": ["insights.handlers.customer_heard_of", _TOLD, _RULES, _CHANGED, _NAMED],
    "customer.followup.updated": ["insights.handlers.customer_settled", _TOLD, _CHANGED, _NAMED],
    "customer.followup.deleted": ["insights.handlers.customer_settled", _TOLD, _CHANGED],
    "customer.followup.commented": [_TOLD, _GROWN, _NAMED],
    "customer.followup.comment.deleted": [_TOLD, _GROWN],
    "customer.communication.recorded": ["insights.handlers.customer_heard_of", _TOLD, _GROWN],
    "customer.blacklisted": ["insights.handlers.customer_settled", _TOLD, _CHANGED],
    "customer.blacklist.lifted": ["insights.handlers.customer_settled", _TOLD, _CHANGED],
    "customer.deleted": ["insights.handlers.customer_settled", _TOLD, _CHANGED],
    "customer.tag.added": [_TOLD, _RULES, _CHANGED],
    "customer.tag.removed": [_TOLD, _RULES, _CHANGED],
    "customer.stage.changed": ["insights.handlers.customer_staged", _TOLD, _RULES, _CHANGED],
    "customer.field.changed": [_CHANGED],
    "customer.merged": [_TOLD, _CHANGED],
    "customer.unmerged": [_TOLD, _CHANGED],
    "customer.unmasked": [_TOLD, _GROWN],
    # The row that is left counts, and answers to no condition any more.
    "customer.erased": ["insights.handlers.customer_settled", _CHANGED],
    "customer.transfer.done": [_TOLD, _CHANGED],
    "customer.transfer.failed": ["insights.handlers.transfer_failed", _TOLD, _CHANGED],
    "group.member.joined": [
        "insights.handlers.members_joined",
        _TOLD,
        _RULES,
        "segments.handlers.group_members_changed",
    ],
    "group.member.left": ["insights.handlers.members_left", _TOLD, _RULES, "segments.handlers.group_members_changed"],
    "segment.member.entered": [_TOLD, _RULES, _GROWN],
    "segment.member.left": [_TOLD, _RULES, _GROWN],
    "reminder.done": [_TOLD, _GROWN],
    "sop.enrolled": _SOP,
    "sop.step.due": _SOP,
    "sop.step.done": _SOP,
    "sop.ended": _SOP,
    # Calls and messages that others carry.
    "communication.#": ["followups.handlers.communication_told"],
    # Of other services: a rule may name any event of these.
    "message.received": [_RULES],
    "order.#": [_RULES],
    "sop.#": [_RULES],
    "tag_rule.warned": ["insights.handlers.rule_warned"],
    "risk.opened": ["wecom.handlers.risk_opened", _TOLD, _GROWN],
    "risk.closed": ["wecom.handlers.risk_closed", _TOLD, _GROWN],
    "tag.deleted": ["customers.handlers.tag_deleted", _MANY],
    "tag.merged": ["customers.handlers.tag_merged", _MANY],
    "customer.transfer.requested": [_TOLD, _CHANGED],
    "employee.updated": [_MANY],
    "department.updated": [_MANY],
    "department.deleted": [_MANY],
    "custom_field.updated": ["segments.handlers.custom_field_changed"],
    "custom_field.deleted": ["segments.handlers.custom_field_changed"],
    "channel.updated": [_MANY],
    "channel.deleted": [_MANY],
    "group.dismissed": [_MANY],
    "group.tag.added": [_MANY],
    "group.tag.removed": [_MANY],
}

# Stored and shown even where nobody reads them yet.
KEPT = ["sop.#", "employee.#"]
