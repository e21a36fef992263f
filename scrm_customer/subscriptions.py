"""Which handlers read which events: event name, or a prefix with ``.#``, to dotted paths. One line adds a reader."""

SUBSCRIPTIONS: dict[str, list[str]] = {
    "customer.created": ["groups.handlers.customer_created", "customers.handlers.customer_created"],
    "customer.unfollowed": ["insights.handlers.customer_unfollowed", "customers.handlers.customer_unfollowed"],
    "customer.relation.updated": ["insights.handlers.relation_updated"],
    "customer.followed": ["customers.handlers.customer_followed", "insights.handlers.customer_heard_of"],
    "customer.followup.created": ["insights.handlers.customer_heard_of"],
    "customer.blacklisted": ["insights.handlers.customer_settled"],
    "customer.blacklist.lifted": ["insights.handlers.customer_settled"],
    "customer.deleted": ["insights.handlers.customer_settled"],
    "customer.transfer.failed": ["insights.handlers.transfer_failed"],
    "group.member.joined": ["insights.handlers.members_joined"],
    "group.member.left": ["insights.handlers.members_left"],
    "risk.opened": ["wecom.handlers.risk_opened"],
    "risk.closed": ["wecom.handlers.risk_closed"],
    "tag.deleted": ["customers.handlers.tag_deleted"],
    "tag.merged": ["customers.handlers.tag_merged"],
}

# Stored and shown even where nobody reads them yet.
KEPT = ["sop.#", "employee.#"]
