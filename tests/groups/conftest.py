from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Cast
from tests.groups.story import Story


@pytest.fixture
def story(cast: Cast) -> Story:
    return Story(cast)


@pytest.fixture
def told_of(recorded: Any) -> Callable[[], list[tuple[str, dict[str, Any]]]]:
    """The events of groups recorded so far, as (name, data)."""
    return lambda: [(name, data) for name, _id, data in recorded() if name.startswith("group.")]
