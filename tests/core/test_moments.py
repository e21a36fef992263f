"""Instants in query strings: any zone, a plus that became a blank, and none that no database can hold."""

import datetime as dt
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from core.moments import MomentField

FIELD = MomentField(required=False)


@pytest.mark.parametrize(
    ("sent", "want"),
    [
        ("2026-03-01T08:00:00+08:00", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
        ("2026-03-01T08:00:00 08:00", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
        ("2026-03-01T00:00:00Z", dt.datetime(2026, 3, 1, tzinfo=dt.UTC)),
        ("", None),
        (None, None),
    ],
)
def test_an_instant_is_utc_here_already(sent: Any, want: dt.datetime | None) -> None:
    assert FIELD.clean(sent) == want


@pytest.mark.parametrize("sent", ["soon", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "٣"])
def test_what_is_none_or_lies_beyond_the_calendar_is_refused(sent: str) -> None:
    with pytest.raises(ValidationError):
        FIELD.clean(sent)
