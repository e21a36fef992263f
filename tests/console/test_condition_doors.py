"""What the builder asks: rows to pick from and whom a condition finds, each for who may see them alone."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from corps.models import User
from segments.fields import FIELDS, SETS
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered

pytestmark = pytest.mark.django_db

CITY = {"version": 1, "where": {"all": [{"field": "city", "op": "is", "value": "北京"}]}}
WRONG = {
    "version": 1,
    "where": {"all": [{"field": "city", "op": "is"}, {"field": "tags", "op": "any", "value": [999]}]},
}


def found(client: Client, field: str, **query: Any) -> list[str]:
    answer = client.get(reverse("condition-values"), {"field": field, **query})
    assert answer.status_code == 200, answer.content
    return [row["text"] for row in answer.json()["results"]]


def preview(client: Client, condition: Any, **more: Any) -> Any:
    body = json.dumps({"condition": condition, **more})
    return client.post(reverse("condition-preview"), body, content_type="application/json")


def test_tags_are_found_by_their_name_and_by_their_groups(cast: Cast) -> None:
    level = make.group(cast.corp, name="客户等级")
    tags = [make.tag(level, name=name) for name in ("重点客户", "普通客户")]
    make.tag(make.group(cast.corp, name="来源"), name="重点渠道")
    make.tag(make.group(cast.other_corp, name="客户等级"), name="重点客户")
    client = entered(cast.users["admin"])
    assert found(client, "tags", term="重点") == ["客户等级 / 重点客户", "来源 / 重点渠道"]
    assert found(client, "tag.tag", term="等级") == ["客户等级 / 重点客户", "客户等级 / 普通客户"]
    ids = f"{tags[1].pk},{tags[0].pk},x,-1,{2**70}"
    assert sorted(found(client, "tags", ids=ids)) == ["客户等级 / 普通客户", "客户等级 / 重点客户"]


def test_a_tag_that_is_deleted_is_not_found_but_still_named(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp, name="等级"), name="旧标签", deleted_at=timezone.now())
    client = entered(cast.users["admin"])
    assert found(client, "tags", term="旧") == []
    assert found(client, "tags", ids=tag.pk) == ["等级 / 旧标签（已删除）"]


def test_every_field_that_is_asked_by_ids_has_rows_to_pick_from(cast: Cast, one_of_each: dict[str, Any]) -> None:
    client = entered(cast.users["admin"])
    asked = [(key, field) for key, field in FIELDS.items() if field.of]
    asked += [(f"{rows.key}.{key}", field) for rows in SETS.values() for key, field in rows.fields.items() if field.of]
    assert len(asked) > 15
    for key, field in asked:
        # A model that ids are asked of has a page: it knows how its rows are searched and called.
        rows = found(client, key)
        if field.of.lower() in one_of_each:
            assert rows, key
            assert len(found(client, key, ids=one_of_each[field.of.lower()].pk)) == 1, key


def test_nothing_of_another_company_is_found_or_named(cast: Cast) -> None:
    tag = make.tag(make.group(cast.other_corp), name="外部标签")
    client = entered(cast.users["admin"])
    assert found(client, "tags", ids=tag.pk) == []
    assert found(client, "tags") == []
    assert found(client, "followUser", ids=cast.stranger.pk) == []
    assert cast.stranger.name not in found(client, "followUser")


@pytest.mark.parametrize("field", ["", "city", "nothing", "nowhere.tag", "relation.state", ".tags", "relation."])
def test_a_field_without_rows_is_not_there(cast: Cast, field: str) -> None:
    assert entered(cast.users["admin"]).get(reverse("condition-values"), {"field": field}).status_code == 404


def test_a_condition_is_counted_said_and_shown_by_some_of_whom_it_finds(cast: Cast) -> None:
    sought = make.customer(cast.corp, cast.owner, name="<script>欧阳</script>", city="北京")
    make.customer(cast.corp, cast.owner, city="上海")
    make.customer(cast.other_corp, cast.stranger, city="北京")
    answer = preview(entered(cast.users["admin"]), CITY)
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "count": 1,
        "sentence": "城市是“北京”",
        "sample": [
            {
                "name": "<script>欧阳</script>",
                "about": "王小明",
                "url": reverse("admin:customers_customer_change", args=[sought.pk]),
            }
        ],
    }


def test_staff_are_told_of_their_own_customers_alone(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner, city="北京")
    make.customer(cast.corp, cast.colleague, city="北京")
    counts = {name: preview(entered(cast.users[name]), CITY).json()["count"] for name in ("owner", "manager", "admin")}
    assert counts == {"owner": 1, "manager": 2, "admin": 2}


def test_what_is_wrong_is_told_by_the_place_of_each_part(cast: Cast) -> None:
    answer = preview(entered(cast.users["admin"]), WRONG)
    assert answer.status_code == 422
    assert answer.json()["code"] == "condition_invalid"
    assert [error["field"] for error in answer.json()["errors"]] == ["where.all[0].value", "where.all[1].value[0]"]


@pytest.mark.parametrize("body", ["", "{", "[]", "null", "[" * 50_000, '"x"'])
def test_what_is_no_object_of_json_is_refused(cast: Cast, body: str) -> None:
    client = entered(cast.users["admin"])
    answer = client.post(reverse("condition-preview"), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_missing_condition_is_refused_as_one_that_can_not_be_asked(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    answer = client.post(reverse("condition-preview"), "{}", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "condition_invalid")


def test_who_sees_all_companies_names_the_one_that_is_meant(cast: Cast) -> None:
    make.customer(cast.other_corp, cast.stranger, city="北京")
    make.tag(make.group(cast.corp, name="甲"), name="甲")
    make.tag(make.group(cast.other_corp, name="乙"), name="乙")
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    for named in ({}, {"corp": ""}, {"corp": "x"}, {"corp": 2**70}, {"corp": 0}):
        assert preview(client, CITY, **named).json()["code"] == "corp_missing", named
    assert client.get(reverse("condition-values"), {"field": "tags"}).status_code == 400
    counts = [preview(client, CITY, corp=corp.pk).json()["count"] for corp in (cast.corp, cast.other_corp)]
    assert counts == [0, 1]
    assert found(client, "tags", corp=cast.other_corp.pk) == ["乙 / 乙"]


def test_another_company_can_not_be_named_by_who_belongs_to_one(cast: Cast) -> None:
    make.customer(cast.other_corp, cast.stranger, city="北京")
    assert preview(entered(cast.users["admin"]), CITY, corp=cast.other_corp.pk).json()["count"] == 0


def test_strangers_are_sent_to_the_login_and_a_foreign_page_can_not_ask(cast: Cast) -> None:
    for name in ("condition-values", "condition-preview"):
        assert Client().get(reverse(name)).status_code == 302
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.users["admin"], "django.contrib.auth.backends.ModelBackend")
    assert preview(client, CITY).status_code == 403
    assert entered(cast.users["admin"]).get(reverse("condition-preview")).status_code == 405


def test_a_segment_of_another_company_is_not_there(cast: Cast) -> None:
    segment = make.segment(cast.other_corp)
    assert preview(entered(cast.users["admin"]), CITY, segment=segment.pk).status_code == 404
    own = make.segment(cast.corp)
    assert preview(entered(cast.users["admin"]), CITY, segment=own.pk).status_code == 200


def test_the_doors_ask_a_bounded_number_of_statements(cast: Cast, django_assert_max_num_queries: Any) -> None:
    group = make.group(cast.corp, name="等级")
    tags = [make.tag(group, name=f"标签{n}") for n in range(8)]
    for _n in range(6):
        make.customer(cast.corp, cast.owner, city="北京")
    client = entered(cast.users["admin"])
    with django_assert_max_num_queries(8):
        assert len(found(client, "tags", ids=",".join(str(tag.pk) for tag in tags))) == 8
    with django_assert_max_num_queries(8):
        assert len(found(client, "tags", term="标签")) == 8
    with django_assert_max_num_queries(20):
        assert len(preview(client, CITY).json()["sample"]) == 6
