from collections.abc import Iterator
from typing import Any

import pytest

from tests.wecom import sandboxed
from tests.wecom.sandboxed import Sandboxed


@pytest.fixture
def box(db: None, settings: Any) -> Iterator[Sandboxed]:
    """An empty company and its mirror. Calls run one after the other: threads would not see this test's rows."""
    settings.SYNC_CALLS_AT_ONCE = 1
    yield sandboxed.connected()
    sandboxed.disconnect()
