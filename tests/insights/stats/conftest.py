import pytest

from tests.conftest import Cast
from tests.insights.stats.world import World


@pytest.fixture
def world(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(cast, monkeypatch)
