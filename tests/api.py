"""A client of the API that speaks for one actor."""

from typing import Any

from rest_framework.test import APIClient

from corps import accounts
from corps.actors import SYSTEM
from corps.models import Corp
from tests import make


def client(corp: Corp, *scopes: str, **headers: str) -> Any:
    """An APIClient that sends the key of a fresh API account of the corp, by default with every scope."""
    _row, key = accounts.issue_key(account=make.account(corp, *scopes, rate=1_000_000), by=SYSTEM)
    return APIClient(headers={"X-Api-Key": key, "Accept-Language": "en"} | headers)
