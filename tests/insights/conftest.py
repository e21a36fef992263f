import pytest

from tests.conftest import Cast
from tests.insights.hearing import Ears
from tests.insights.scene import Scene


@pytest.fixture
def ears(cast: Cast) -> Ears:
    return Ears()


@pytest.fixture
def scene(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(cast, monkeypatch)
