"""How many there are of each thing in the company."""

from wecom.sandbox.state import State


def of(company: State) -> dict[str, int]:
    """Those that are there now: no leavers, nothing deleted or dismissed, no customer who is nobody's."""
    return {
        "employees": sum(1 for employee in company.employees.values() if employee.left_at is None),
        "departments": len(company.departments),
        "customers": sum(1 for followers in company.followers.values() if followers),
        "relations": sum(map(len, company.follows.values())),
        "tags": sum(1 for tag in company.tags.values() if not tag.deleted),
        "chats": sum(1 for chat in company.chats.values() if chat.dismissed_at is None),
        "unassigned": sum(map(len, company.unassigned.values())),
        "events waiting": len(company.outgoing),
    }
