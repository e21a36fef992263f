"""Lists of ids that are looked at together, against the framework's own, which looks at each."""

from typing import Any

import pytest
from rest_framework import serializers

from customers.api.serializers import MAX_ID, _id, _ids

GIVEN: list[Any] = [
    [1],
    [MAX_ID, 1, 1],
    list(range(1, 101)),
    list(range(1, 102)),
    [],
    [0],
    [1, -1],
    [MAX_ID + 1],
    ["1", 2],
    [1, "x"],
    [1, None],
    [True],
    [1.0],
    [1.5],
    [[1]],
    "1",
    {"a": 1},
    None,
    1,
    (1, 2),
]


def read(field: serializers.Field, given: Any) -> tuple[Any, Any]:
    try:
        found = field.run_validation(given)
    except serializers.ValidationError as error:
        return None, error.get_full_details()
    return found, [type(one) for one in found]


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: repr(given)[:20])
@pytest.mark.parametrize("options", [{}, {"min_length": 1}], ids=["any", "some"])
def test_they_are_read_and_refused_as_one_by_one(given: Any, options: dict[str, int]) -> None:
    plain = serializers.ListField(child=_id(), max_length=100, **options)
    assert read(_ids(100, **options), given) == read(plain, given)


def test_what_was_sent_is_not_what_is_handed_on() -> None:
    given = [1, 2]
    assert _ids(2).run_validation(given) is not given
