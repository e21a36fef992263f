"""What people type of custom fields' values, in forms and sheets."""

from typing import Any

import pytest

from customers.custom import typed
from tests import make
from tests.conftest import Cast
from tests.customers.custom.common import K, ids_of


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        (K.TEXT, "  深圳 ", "深圳"),
        (K.TEXT, " ", None),
        (K.NUMBER, "1,250.5", "1250.5"),
        (K.DATE, "2026-01-31", "2026-01-31"),
        (K.DATE, "2026/1/31", "2026-01-31"),
        (K.DATE, "2026年1月31日", "2026-01-31"),
        (K.DATE, "2026-01-31 00:00:00", "2026-01-31"),
        (K.DATE, "2026-02-31", "2026-02-31"),
        (K.DATE, "soon", "soon"),
        (K.DATE_TIME, "2026-01-31 8:30", "2026-01-31T08:30:00+08:00"),
        (K.DATE_TIME, "2026-01-31", "2026-01-31T00:00:00+08:00"),
        (K.DATE_TIME, "2026-01-31T00:30:00Z", "2026-01-31T00:30:00Z"),
        (K.FLAG, "是", True),
        (K.FLAG, "No", False),
        (K.PHONE, "4008", "4008"),
    ],
)
def test_it_is_said_as_the_wire_has_it(cast: Cast, kind: int, text: str, said: Any) -> None:
    assert typed.read(make.custom_field(cast.corp, "a", kind=kind), text) == said


def test_options_are_named_by_their_labels(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "a", "甲", "乙", kind=K.CHOICES)
    assert typed.read(field, "乙、甲; ") == [ids_of(field)["乙"], ids_of(field)["甲"]]
    assert (
        typed.read(make.custom_field(cast.corp, "b", "甲"), "甲")
        == ids_of(field.corp.customfield_set.get(key="b"))["甲"]
    )
    for kind, text, told in (
        (K.CHOICES, "甲，丁", "丁"),
        (K.CHOICE, "甲、乙", "甲、乙"),
        (K.FLAG, "也许", "是"),
    ):
        options = () if kind == K.FLAG else ("甲", "乙")
        with pytest.raises(ValueError, match=told):
            typed.read(make.custom_field(cast.corp, f"c{kind}", *options, kind=kind), text)
