from typing import Any

import pytest
from rest_framework import serializers

from core.serializers import CamelModelSerializer, CamelSerializer, camel
from corps.models import Employee


class Inner(CamelSerializer):
    tag_id = serializers.IntegerField()


class Shape(CamelSerializer):
    follow_user_id = serializers.IntegerField(required=False)
    user_name = serializers.CharField(source="alias", required=False)
    create_time = serializers.CharField(read_only=True)
    tag_ids = serializers.ListField(child=serializers.IntegerField(), required=False)
    inner_rows = Inner(many=True, required=False)
    full_name = serializers.SerializerMethodField()

    def get_full_name(self, row: Any) -> str:
        return f"<{row['alias']}>"


class Named(CamelModelSerializer):
    class Meta:
        model = Employee
        fields = ("userid", "can_follow", "status")


def wrong(data: Any) -> dict[str, Any]:
    form = Shape(data=data)
    assert not form.is_valid()
    return {field: [e.code for e in errors] for field, errors in form.errors.items()}


@pytest.mark.parametrize(
    ("name", "wire"), [("id", "id"), ("follow_user_id", "followUserId"), ("line_2", "line2"), ("userid", "userid")]
)
def test_names_on_the_wire_are_camel_case(name: str, wire: str) -> None:
    assert camel(name) == wire


@pytest.mark.parametrize(
    ("text", "codes"), [("好\U0001f600", []), ("a\ud800", ["surrogate_characters_not_allowed"]), (7, [])]
)
def test_half_a_character_is_refused_as_ever(text: Any, codes: list[str]) -> None:
    assert (
        wrong({"userName": text}).get("userName", []) == codes if codes else Shape(data={"userName": text}).is_valid()
    )


def test_reading_renames_keys_and_keeps_sources(db: None) -> None:
    row = {"follow_user_id": 1, "alias": "A", "create_time": "t", "tag_ids": [1], "inner_rows": [{"tag_id": 2}]}
    assert Shape(row).data == {
        "followUserId": 1,
        "userName": "A",
        "createTime": "t",
        "tagIds": [1],
        "innerRows": [{"tagId": 2}],
        "fullName": "<A>",
    }


def test_writing_gives_the_names_of_python() -> None:
    form = Shape(data={"followUserId": 1, "userName": "A", "tagIds": [1], "innerRows": [{"tagId": 2}]})
    form.is_valid(raise_exception=True)
    assert form.validated_data == {"follow_user_id": 1, "alias": "A", "tag_ids": [1], "inner_rows": [{"tag_id": 2}]}


def test_a_models_fields_are_renamed_too(db: None) -> None:
    assert set(Named().fields) == {"userid", "canFollow", "status"}
    form = Named(data={"userid": "a", "canFollow": "perhaps"})
    assert not form.is_valid()
    assert set(form.errors) == {"canFollow"}


@pytest.mark.parametrize("name", ["nonsense", "follow_user_id", "createTime", "fullName", "corpId", "__class__", ""])
def test_what_is_unknown_or_only_read_is_refused_by_name(name: str) -> None:
    assert wrong({name: 1}) == {name: ["unknown_field"]}


def test_unknown_and_wrong_fields_are_told_together() -> None:
    assert wrong({"nonsense": 1, "followUserId": "x"}) == {"nonsense": ["unknown_field"], "followUserId": ["invalid"]}


def test_a_thousand_unknown_fields_do_not_make_a_thousand_errors() -> None:
    assert len(wrong({f"field{n}": 1 for n in range(1000)})) == 20


@pytest.mark.parametrize("data", [[], [1], "text", 1, True])
def test_a_body_that_is_no_object_is_refused(data: Any) -> None:
    assert wrong(data) == {"non_field_errors": ["invalid"]}


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30, 1e30])
def test_a_number_that_no_column_holds_is_refused(number: Any) -> None:
    assert "followUserId" in wrong({"followUserId": number})
    form = Shape(data={"tagIds": [1, number]})
    assert not form.is_valid()
    assert set(form.errors) == {"tagIds"}


@pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 0])
def test_the_largest_numbers_pass(number: int) -> None:
    Shape(data={"followUserId": number, "tagIds": [number]}).is_valid(raise_exception=True)
