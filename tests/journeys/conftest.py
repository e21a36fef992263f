from collections.abc import Iterator
from typing import Any

import pytest

from insights.models import RiskSetting
from tests.journeys.town import Town
from tests.wecom import sandboxed
from wecom import refreshing
from wecom.callbacks import keys
from wecom.client import pacing

# When the sandbox's clock begins to stand.
MOMENT = "2026-03-01T04:00:00Z"


@pytest.fixture
def town(db: None, settings: Any, time_machine: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    """Colleagues are told of warnings at once. What holds at any time is looked at in the end."""
    time_machine.move_to(MOMENT, tick=False)
    monkeypatch.setattr(pacing, "sleep", lambda seconds: None)
    settings.SYNC_CALLS_AT_ONCE = 1
    keys.forget()
    refreshing.forget()
    found = Town(time_machine)
    RiskSetting.objects.create(corp=found.corp, deliver="now", quiet_from=0, quiet_until=0)
    yield found
    try:
        found.check()
    finally:
        sandboxed.disconnect()
