"""Of whom a condition is asked at all: customers who live, and who are not on the blacklist unless it asks for that."""

from segments.conditions.nodes import Asked, Condition, Node, walk

BLACKLISTED = "blacklisted"


def asks_for_the_blacklisted(condition: Condition) -> bool:
    return speaks_of_the_blacklist(condition.root)


def speaks_of_the_blacklist(root: Node | None) -> bool:
    return any(isinstance(node, Asked) and node.field == BLACKLISTED for node in walk(root))
