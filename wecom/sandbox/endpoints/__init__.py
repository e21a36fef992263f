"""The API's addresses, one module a family."""

from wecom.sandbox.endpoints import customers, house, tags

ROUTES = {**house.ROUTES, **customers.ROUTES, **tags.ROUTES}
