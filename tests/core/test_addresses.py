"""Where a request came from: what the record of accesses says is what the throttles count by."""

from typing import Any

import pytest
from rest_framework.settings import api_settings
from rest_framework.test import APIRequestFactory
from rest_framework.throttling import BaseThrottle

from core.headers import address_of


@pytest.mark.parametrize("proxies", [None, 0, 1, 2, 5])
@pytest.mark.parametrize("forwarded", [None, "1.1.1.1", "1.1.1.1, 2.2.2.2", "1.1.1.1,2.2.2.2 , 3.3.3.3"])
def test_it_is_the_address_by_which_throttles_count(
    monkeypatch: pytest.MonkeyPatch, proxies: int | None, forwarded: str | None
) -> None:
    monkeypatch.setattr(api_settings, "NUM_PROXIES", proxies)
    headers: dict[str, Any] = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = APIRequestFactory().get("/", REMOTE_ADDR="9.9.9.9", **headers)
    assert address_of(request.META) == BaseThrottle().get_ident(request)


def test_an_endless_one_is_cut() -> None:
    assert len(address_of({"REMOTE_ADDR": "x" * 500})) == 45


def test_without_any_it_is_empty() -> None:
    assert address_of({}) == ""
