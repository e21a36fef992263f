"""The API's addresses, one module for what belongs together."""

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.endpoints import (
    app_messages,
    batches,
    behaviour,
    contact_ways,
    customers,
    departments,
    group_details,
    group_statistics,
    group_transfers,
    groups,
    member_ids,
    members,
    remarks,
    tags,
    transfer_results,
    transfers,
    web,
    welcome,
)


def addresses(call: Call) -> Answer:
    """Where callbacks come from, or qyapi answers (page 91116): this machine."""
    return {"ip_list": ["127.0.0.1"]}


ROUTES = {
    "getcallbackip": Route(addresses, "GET", "any", {"ip_list": []}),
    "get_api_domain_ip": Route(addresses, "GET", "any", {"ip_list": []}),
    **departments.ROUTES,
    **members.ROUTES,
    **member_ids.ROUTES,
    **customers.ROUTES,
    **batches.ROUTES,
    **remarks.ROUTES,
    **tags.ROUTES,
    **transfers.ROUTES,
    **transfer_results.ROUTES,
    **group_transfers.ROUTES,
    **groups.ROUTES,
    **group_details.ROUTES,
    **behaviour.ROUTES,
    **group_statistics.ROUTES,
    **contact_ways.ROUTES,
    **welcome.ROUTES,
    **app_messages.ROUTES,
    **web.ROUTES,
}
