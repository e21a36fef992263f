import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import safe_cache
from corps import mirrored
from customers.models import Customer, FollowRelation
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"


def names() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def test_a_customer_is_created_with_relation_grams_and_event(cast: Cast) -> None:
    body = {
        "corpId": cast.corp.pk,
        "externalUserid": "wmNew",
        "name": "张三丰",
        "followUserId": cast.owner.pk,
        "channel": "qrcode",
        "addTime": "2026-05-01T00:00:00Z",
    }
    answer = api.client(cast.corp).post(URL, body)
    assert answer.status_code == 201
    row = Customer.objects.get(external_userid="wmNew")
    assert answer["Location"] == f"{URL}/{row.pk}"
    assert answer["ETag"] == '"1"'
    assert answer.json()["name"] == "张三丰"
    assert answer.json()["addTime"] == "2026-05-01T00:00:00Z"
    assert answer.json()["tags"] == []
    assert FollowRelation.objects.get(customer=row).employee_id == cast.owner.pk
    assert set(row.grams.values_list("gram", flat=True)) == {"张", "三", "丰", "张三", "三丰"}
    event = OutboxEvent.objects.get()
    assert (event.name, event.aggregate_id, event.aggregate_version, event.corp_id) == (
        "customer.created",
        row.pk,
        1,
        cast.corp.pk,
    )
    assert "张三丰" not in str(event.payload)


def test_only_the_external_userid_is_needed(cast: Cast) -> None:
    answer = api.client(cast.corp).post(f"{URL}/", {"externalUserid": "wmBare"})
    assert answer.status_code == 201
    assert {k: answer.json()[k] for k in ("type", "status", "name", "followUserId")} == {
        "type": 1,
        "status": 1,
        "name": None,
        "followUserId": None,
    }


def test_the_same_id_again_is_a_conflict_and_changes_nothing(cast: Cast) -> None:
    customer = make.customer(cast.corp, name="原名")
    answer = api.client(cast.corp).post(URL, {"externalUserid": customer.external_userid, "name": "新名"})
    assert answer.status_code == 409
    assert answer.json()["code"] == "customer_exists"
    assert answer.json()["errors"][0]["field"] == "externalUserid"
    assert Customer.objects.get().name == "原名"
    assert names() == ["customer.created"]


def test_ids_that_differ_in_case_are_two_customers(cast: Cast) -> None:
    client = api.client(cast.corp)
    assert client.post(URL, {"externalUserid": "wmABC"}).status_code == 201
    assert client.post(URL, {"externalUserid": "wmabc"}).status_code == 201


def test_a_deleted_customer_who_comes_again_is_revived(cast: Cast) -> None:
    customer = make.customer(cast.corp, name="原名")
    client = api.client(cast.corp)
    client.delete(f"{URL}/{customer.pk}")
    answer = client.post(URL, {"externalUserid": customer.external_userid, "name": "新名"})
    assert answer.status_code == 201
    assert (answer.json()["id"], answer.json()["status"], answer.json()["name"]) == (customer.pk, 1, "新名")
    assert names() == ["customer.created", "customer.deleted", "customer.updated"]
    assert [r["id"] for r in client.get(f"{URL}?keyword=新名").json()["list"]] == [customer.pk]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "externalUserid"),
        ({"externalUserid": ""}, 400, "externalUserid"),
        ({"externalUserid": "x" * 101}, 400, "externalUserid"),
        ({"externalUserid": "wm", "gender": 7}, 400, "gender"),
        ({"externalUserid": "wm", "avatar": "javascript:alert(1)"}, 400, "avatar"),
        ({"externalUserid": "wm", "addTime": "soon"}, 400, "addTime"),
        ({"externalUserid": "wm", "version": 9}, 400, "version"),
        ({"externalUserid": "wm", "searchText": "x"}, 400, "searchText"),
        ({"externalUserid": "wm", "followUserId": 10**30}, 400, "followUserId"),
        ({"externalUserid": "wm", "followUserId": 999_999}, 422, "followUserId"),
        ({"externalUserid": "wm", "corpId": 999_999}, 422, "corpId"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(cast: Cast, body: dict, status: int, field: str) -> None:
    answer = api.client(cast.corp).post(URL, body)
    assert answer.status_code == status
    assert [e["field"] for e in answer.json()["errors"]] == [field]
    assert not Customer.objects.exists()
    assert not OutboxEvent.objects.exists()


def test_a_follower_of_another_company_is_unknown(cast: Cast) -> None:
    answer = api.client(cast.corp).post(URL, {"externalUserid": "wm", "followUserId": cast.stranger.pk})
    assert answer.status_code == 422
    assert not Customer.objects.exists()


def test_the_detail_is_the_row_with_its_tags_and_an_etag(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp), name="高意向")
    customer = make.tagged(make.customer(cast.corp), tag)
    client = api.client(cast.corp)
    answer = client.get(f"{URL}/{customer.pk}/")
    assert answer["ETag"] == f'"{customer.version}"'
    assert answer.json()["tags"] == [{"id": tag.pk, "name": "高意向", "groupId": tag.group_id}]
    assert client.get(f"{URL}/{customer.pk}", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_the_second_reading_comes_from_the_cache_and_shows_the_same(cast: Cast, django_assert_num_queries) -> None:
    customer = make.customer(cast.corp)
    client = api.client(cast.corp)
    first = client.get(f"{URL}/{customer.pk}").content
    with django_assert_num_queries(1):
        assert client.get(f"{URL}/{customer.pk}").content == first


def test_a_change_is_seen_by_the_next_reading(cast: Cast) -> None:
    customer = make.customer(cast.corp, name="原名")
    client = api.client(cast.corp)
    client.get(f"{URL}/{customer.pk}")
    client.patch(f"{URL}/{customer.pk}", {"name": "新名"})
    assert client.get(f"{URL}/{customer.pk}").json()["name"] == "新名"


def test_the_cached_body_lies_under_a_key_with_both_versions(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    body = api.client(cast.corp).get(f"{URL}/{customer.pk}").content
    corp = cast.corp
    key = f"customer:profile:{corp.pk}:{customer.pk}:v{customer.version}.{corp.tags_version}"
    assert safe_cache.get_bytes(key) == body


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_foreign_customer_is_not_there(cast: Cast, method: str) -> None:
    foreign = make.customer(cast.other_corp, name="外客")
    before = names()
    answer = getattr(api.client(cast.corp), method)(f"{URL}/{foreign.pk}", {} if method != "get" else None)
    assert answer.status_code == 404
    assert answer.json()["code"] == "not_found"
    assert Customer.objects.get().name == "外客"
    assert names() == before


@pytest.mark.parametrize("pk", ["0", "999999999", "9" * 19, "9" * 30])
def test_a_number_that_no_customer_has_is_not_there(cast: Cast, pk: str) -> None:
    assert api.client(cast.corp).get(f"{URL}/{pk}").status_code == 404


def test_a_patch_changes_what_it_names_and_tells_which_fields(cast: Cast) -> None:
    customer = make.customer(cast.corp, name="张三", city="深圳")
    answer = api.client(cast.corp).patch(f"{URL}/{customer.pk}", {"name": "李四", "city": "深圳"})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["city"], answer.json()["version"]) == ("李四", "深圳", 2)
    event = OutboxEvent.objects.order_by("-id")[0]
    assert (event.name, event.payload["data"]["changed"], event.aggregate_version) == ("customer.updated", ["name"], 2)
    assert "李四" not in str(event.payload)


def test_a_patch_that_changes_nothing_leaves_no_trace(cast: Cast) -> None:
    customer = make.customer(cast.corp, name="张三")
    answer = api.client(cast.corp).patch(f"{URL}/{customer.pk}", {"name": "张三"})
    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    assert names() == ["customer.created"]


def test_a_put_empties_what_it_leaves_out_but_not_follower_or_status(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, city="深圳", channel="qrcode", status=2)
    answer = api.client(cast.corp).put(f"{URL}/{customer.pk}", {"name": "李四"}).json()
    assert {k: answer[k] for k in ("name", "city", "channel", "followUserId", "status", "type")} == {
        "name": "李四",
        "city": None,
        "channel": None,
        "followUserId": cast.owner.pk,
        "status": 2,
        "type": 1,
    }


def test_of_two_changes_from_one_reading_the_second_is_refused(cast: Cast) -> None:
    customer = make.customer(cast.corp, name="张三")
    client = api.client(cast.corp)
    seen = {"If-Match": client.get(f"{URL}/{customer.pk}")["ETag"]}
    assert client.patch(f"{URL}/{customer.pk}", {"name": "李四"}, headers=seen).status_code == 200
    refused = client.patch(f"{URL}/{customer.pk}", {"name": "王五"}, headers=seen)
    assert (refused.status_code, refused.json()["code"]) == (412, "version_passed")
    assert client.delete(f"{URL}/{customer.pk}", headers=seen).status_code == 412
    assert Customer.objects.get().name == "李四"
    assert names() == ["customer.created", "customer.updated"]


def test_if_match_must_be_an_entity_tag(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    answer = api.client(cast.corp).patch(f"{URL}/{customer.pk}", {"name": "x"}, headers={"If-Match": "yesterday"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_if_match")


def test_deleting_hides_records_and_is_the_same_twice(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    client = api.client(cast.corp)
    assert [client.delete(f"{URL}/{customer.pk}").status_code for _ in range(2)] == [204, 204]
    row = Customer.objects.get()
    assert (row.status, row.version) == (0, 2)
    assert names() == ["customer.created", "customer.deleted"]


def test_a_deleted_customer_is_not_edited_but_may_be_revived(cast: Cast) -> None:
    customer = make.customer(cast.corp, name="原名")
    client = api.client(cast.corp)
    client.delete(f"{URL}/{customer.pk}")
    refused = client.patch(f"{URL}/{customer.pk}", {"name": "新名"})
    assert (refused.status_code, refused.json()["code"]) == (409, "customer_deleted")
    assert Customer.objects.get().name == "原名"
    assert client.patch(f"{URL}/{customer.pk}", {"status": 1}).json()["status"] == 1


def test_a_new_follower_gets_a_relation_and_a_lost_one_is_opened_again(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    client = api.client(cast.corp)
    client.patch(f"{URL}/{customer.pk}", {"followUserId": cast.colleague.pk})
    assert set(customer.relations.values_list("employee_id", flat=True)) == {cast.owner.pk, cast.colleague.pk}
    customer.relations.filter(employee=cast.owner).update(status=2)
    client.patch(f"{URL}/{customer.pk}", {"followUserId": cast.owner.pk})
    assert set(customer.relations.values_list("status", flat=True)) == {1}


def test_a_post_repeated_with_its_key_takes_effect_once(cast: Cast) -> None:
    client = api.client(cast.corp)
    key = {"Idempotency-Key": "order-77"}
    first, again = (client.post(URL, {"externalUserid": "wmOnce"}, headers=key) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["ETag"] == first["ETag"]
    assert Customer.objects.count() == 1
    assert names() == ["customer.created"]
    other = client.post(URL, {"externalUserid": "wmOther"}, headers=key)
    assert other.status_code == 422


def statements(act) -> int:
    """How many statements ``act`` sends, transaction control aside."""
    with CaptureQueriesContext(connection) as queries:
        assert act().status_code < 300
    return sum(not q["sql"].startswith(("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")) for q in queries)


def test_a_creation_takes_five_statements_and_so_do_five_tags(cast: Cast) -> None:
    group = make.group(cast.corp)
    tags = [make.tag(group).pk for _ in range(5)]
    customer = make.customer(cast.corp)
    client = api.client(cast.corp)
    client.get(URL)
    # Remembered for some seconds.
    mirrored.is_mirrored(cast.corp.pk)
    new = {"externalUserid": "wmFew", "name": "张三", "followUserId": cast.owner.pk}
    assert statements(lambda: client.post(URL, new)) == 5
    assert statements(lambda: client.post(f"{URL}/{customer.pk}/tags", {"tagIds": tags})) == 5
    assert statements(lambda: client.post(f"{URL}/{customer.pk}/tags", {"tagIds": tags})) == 2
