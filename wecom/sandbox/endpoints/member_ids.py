"""The ids of all members (page 96067), and of those who may have customers (92571)."""

from wecom.sandbox import paging
from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.endpoints.ranges import working


def user_list_id(call: Call) -> Answer:
    """One row per department of a member."""
    rows = [(e.userid, number) for e in working(call) for number in e.departments]
    found, cursor = paging.page(call, rows, call.limit(10_000, 10_000))
    return {"next_cursor": cursor, "dept_user": [{"userid": who, "department": number} for who, number in found]}


def follow_users(call: Call) -> Answer:
    return {"follow_user": [employee.userid for employee in working(call) if employee.contact]}


ROUTES = {
    "user/list_id": Route(user_list_id, "POST", "contacts", {"dept_user": []}),
    "externalcontact/get_follow_user_list": Route(follow_users, "GET", empty={"follow_user": []}),
}
