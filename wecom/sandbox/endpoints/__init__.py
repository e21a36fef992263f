"""The API's addresses, one module a family."""

from wecom.sandbox.call import Answer, Call, Route
from wecom.sandbox.endpoints import (
    contact_ways,
    customers,
    group_transfers,
    groups,
    house,
    statistics,
    tags,
    transfers,
    welcome,
)


def addresses(call: Call) -> Answer:
    """Where callbacks come from, or qyapi answers (page 91116): this machine."""
    return {"ip_list": ["127.0.0.1"]}


ROUTES = {
    "getcallbackip": Route(addresses, "GET", "any", {"ip_list": []}),
    "get_api_domain_ip": Route(addresses, "GET", "any", {"ip_list": []}),
    **house.ROUTES,
    **customers.ROUTES,
    **tags.ROUTES,
    **transfers.ROUTES,
    **group_transfers.ROUTES,
    **groups.ROUTES,
    **statistics.ROUTES,
    **contact_ways.ROUTES,
    **welcome.ROUTES,
}
