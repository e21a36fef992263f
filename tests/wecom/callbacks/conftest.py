from typing import Any

import pytest

from tests.conftest import Cast
from tests.wecom.callbacks import sending
from wecom.callbacks import keys
from wecom.models import WecomApp


@pytest.fixture(autouse=True)
def _fresh_keys() -> None:
    keys.forget()


@pytest.fixture
def app(cast: Cast) -> WecomApp:
    return sending.app(cast.corp)


@pytest.fixture
def added(cast: Cast, app: WecomApp) -> Any:
    """A genuine callback: lina has a new customer."""
    return sending.event(cast.corp, **sending.ADDED, ExternalUserID="wmA")
