from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Cast
from tests.wecom import sandboxed
from tests.wecom.callbacks import live as living
from tests.wecom.callbacks import sending
from tests.wecom.callbacks.live import Live
from wecom import refreshing
from wecom.callbacks import keys
from wecom.models import WecomApp


@pytest.fixture(autouse=True)
def _fresh_keys() -> None:
    keys.forget()
    refreshing.forget()


@pytest.fixture
def app(cast: Cast) -> WecomApp:
    return sending.app(cast.corp)


@pytest.fixture
def added(cast: Cast, app: WecomApp) -> Any:
    """A genuine callback: lina has a new customer."""
    return sending.event(cast.corp, **sending.ADDED, ExternalUserID="wmA")


@pytest.fixture
def live(db: None, settings: Any) -> Iterator[Live]:
    """A company of lina and wangwu, mirrored, whose events reach the service's door."""
    settings.SYNC_CALLS_AT_ONCE = 1
    yield living.begin()
    sandboxed.disconnect()
