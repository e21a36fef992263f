"""Which handlers read which events: event name, or a prefix with ``.#``, to dotted paths. One line adds a reader."""

SUBSCRIPTIONS: dict[str, list[str]] = {
    "customer.created": ["groups.handlers.customer_created"],
    "customer.followed": ["customers.handlers.customer_followed"],
    "tag.deleted": ["customers.handlers.tag_deleted"],
    "tag.merged": ["customers.handlers.tag_merged"],
}

# Stored and shown even where nobody reads them yet.
KEPT = ["sop.#", "employee.#"]
