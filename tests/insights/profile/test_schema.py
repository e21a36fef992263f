"""What profiles answer is what the OpenAPI document says, key by key."""

from typing import Any

import jsonschema
import pytest

from insights.api import profile_schema, profile_shapes
from tests import api, make
from tests.conftest import Cast
from tests.insights.portrait.test_profile import crowd
from tests.insights.profile.scene import full


def closed(form: Any) -> Any:
    """The same schema without room for what it doesn't name, except where it says so."""
    if not isinstance(form, dict):
        return form
    found = {key: closed(value) for key, value in form.items()}
    if "properties" in found:
        found["properties"] = {key: closed(value) for key, value in form["properties"].items()}
        found.setdefault("additionalProperties", False)
    if "oneOf" in found:
        found["oneOf"] = [closed(one) for one in form["oneOf"]]
    return found


@pytest.mark.parametrize("size", [0, 1, 4])
def test_a_customers_profile_is_as_the_document_says(cast: Cast, size: int) -> None:
    row = full(cast, size) if size else make.customer(cast.corp)
    answer = api.client(cast.corp).get(f"/api/v1/customers/{row.pk}/profile")
    jsonschema.validate(answer.json(), closed(profile_shapes.PROFILE))


def test_the_examples_are_too() -> None:
    jsonschema.validate(profile_shapes.EXAMPLE, closed(profile_shapes.PROFILE))
    jsonschema.validate(profile_schema._SEGMENT_EXAMPLE, closed(profile_schema._SEGMENT))


def test_parts_of_the_example_have_the_keys_of_an_answer(cast: Cast) -> None:
    row = full(cast)
    told = api.client(cast.corp).get(f"/api/v1/customers/{row.pk}/profile").json()
    for part in ("relations", "tags", "groups", "segments", "warnings", "churn"):
        assert set(told[part]["list"][0]) == set(profile_shapes.EXAMPLE[part]["list"][0]), part
    assert set(told["stage"]) == set(profile_shapes.EXAMPLE["stage"])
    assert set(told["facts"]) == set(profile_shapes.EXAMPLE["facts"])


def test_a_segments_profile_is_as_the_document_says(cast: Cast) -> None:
    segment, _inside = crowd(cast)
    answer = api.client(cast.corp).get(f"/api/v1/segments/{segment.pk}/profile")
    jsonschema.validate(answer.json(), closed(profile_schema._SEGMENT))
