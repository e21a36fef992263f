import pytest

from tests.conftest import Cast
from tests.insights.hearing import Ears


@pytest.fixture
def ears(cast: Cast) -> Ears:
    return Ears()
