"""Every answer that the customers' doors can give, and that a refusal leaves nothing behind."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from corps.choices import Role
from corps.models import IdempotencyKey
from corps.policy import actor_of_account
from customers import lifecycle
from customers.models import Customer, CustomerGram, CustomerTag, FollowRelation
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"
JSON = "application/json"
# door → its method and path behind /customers
WRITES = {
    "create": ("POST", ""),
    "replace": ("PUT", "/{pk}"),
    "change": ("PATCH", "/{pk}"),
    "delete": ("DELETE", "/{pk}"),
    "tag": ("POST", "/{pk}/tags"),
    "untag": ("DELETE", "/{pk}/tags"),
    "bulk": ("POST", "/bulk/tags"),
}
WITH_BODY = [door for door in WRITES if door != "delete"]
POSTS = [door for door, (method, _path) in WRITES.items() if method == "POST"]
OFFERED = {"": "GET, POST", "/{pk}": "GET, PUT, PATCH, DELETE", "/{pk}/tags": "POST, DELETE", "/bulk/tags": "POST"}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.tagged(make.customer(cast.corp, cast.owner, name="原名"), make.tag(make.group(cast.corp)))


@pytest.fixture
def unchanged(customer: Customer) -> Iterator[None]:
    """Whatever the test asks, no row and no event may come of it."""
    before = everything()
    yield
    assert everything() == before


def everything() -> list[list[Any]]:
    tables = (Customer, FollowRelation, CustomerTag, CustomerGram, OutboxEvent, IdempotencyKey)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def send(client: Any, door: str, customer: Customer, body: Any = None, **options: Any) -> Any:
    method, path = WRITES[door]
    raw = body if isinstance(body, bytes) else json.dumps(body or good(door, customer)).encode()
    options = {"content_type": JSON} | options
    return client.generic(method, URL + path.format(pk=customer.pk), raw, **options)


def good(door: str, customer: Customer) -> dict[str, Any]:
    """A body that the door would take."""
    tags = list(CustomerTag.objects.filter(customer=customer).values_list("tag_id", flat=True))
    return {
        "create": {"externalUserid": "wmGood"},
        "replace": {"name": "新名"},
        "change": {"name": "新名"},
        "tag": {"removeTagIds": tags},
        "untag": {"tagIds": tags},
        "bulk": {"customerIds": [customer.pk], "removeTagIds": tags},
    }.get(door, {})


def told(answer: Any) -> tuple[int, str]:
    """Status and code of an error, once its shape is found to be the one shape."""
    body = answer.json()
    assert set(body) == {"code", "message", "errors", "requestId"}
    assert body["message"]
    assert body["requestId"] == answer["X-Request-Id"]
    assert all(set(error) == {"field", "code", "message"} for error in body["errors"])
    return answer.status_code, body["code"]


@pytest.mark.parametrize("door", WRITES)
def test_every_door_does_its_work_for_a_good_request(cast: Cast, customer: Customer, door: str) -> None:
    answer = send(api.client(cast.corp), door, customer)
    assert answer.status_code == {"create": 201, "delete": 204}.get(door, 200), answer.content
    assert OutboxEvent.objects.count() == 3


@pytest.mark.parametrize("raw", [b"{", b"\xff", b'{"name": NaN}', b'"\\ud800"', b"[" * 3000], ids=repr)
@pytest.mark.parametrize("door", WITH_BODY)
def test_a_body_that_is_no_json_is_400(cast: Cast, customer: Customer, unchanged: None, door: str, raw: bytes) -> None:
    assert told(send(api.client(cast.corp), door, customer, raw)) == (400, "parse_error")


@pytest.mark.parametrize("raw", [b"[]", b"1", b"null", b'"text"', b"true"])
@pytest.mark.parametrize("door", WITH_BODY)
def test_a_body_that_is_no_object_is_400(
    cast: Cast, customer: Customer, unchanged: None, door: str, raw: bytes
) -> None:
    assert told(send(api.client(cast.corp), door, customer, raw)) == (400, "invalid")


@pytest.mark.parametrize("door", WITH_BODY)
def test_an_unknown_field_is_400_and_named(cast: Cast, customer: Customer, unchanged: None, door: str) -> None:
    answer = send(api.client(cast.corp), door, customer, good(door, customer) | {"昵称": 1, "alive": 0})
    assert told(answer) == (400, "invalid")
    assert {error["field"] for error in answer.json()["errors"]} == {"昵称", "alive"}


@pytest.mark.parametrize("door", WRITES)
def test_without_a_key_every_door_is_401(customer: Customer, unchanged: None, door: str) -> None:
    answer = send(APIClient(), door, customer)
    assert told(answer)[0] == 401
    assert answer["WWW-Authenticate"]


@pytest.mark.parametrize("door", WRITES)
def test_a_key_that_may_only_read_is_403_at_every_writing_door(
    cast: Cast, customer: Customer, unchanged: None, door: str
) -> None:
    assert told(send(api.client(cast.corp, "read"), door, customer)) == (403, "permission_denied")


def test_a_key_without_the_scope_may_not_read(cast: Cast, customer: Customer) -> None:
    client = api.client(cast.corp, "tags")
    assert [told(client.get(path))[0] for path in (URL, f"{URL}/{customer.pk}")] == [403, 403]


def test_staff_change_their_own_customers_but_delete_none(cast: Cast, customer: Customer) -> None:
    client = APIClient()
    client.force_authenticate(cast.actor("owner"))
    assert client.patch(f"{URL}/{customer.pk}", {"city": "深圳"}).status_code == 200
    assert told(client.delete(f"{URL}/{customer.pk}"))[0] == 403
    # Nor by the back door: a status is not a way to delete.
    assert told(client.patch(f"{URL}/{customer.pk}", {"status": 0})) == (422, "status_deleted")
    assert told(client.put(f"{URL}/{customer.pk}", {"status": 0, "name": "新名"})) == (422, "status_deleted")
    row = Customer.objects.get()
    assert (row.status, row.city, row.name) == (1, "深圳", "原名")
    assert not OutboxEvent.objects.filter(name="customer.deleted").exists()


@pytest.mark.parametrize("door", ["replace", "change", "tag", "untag"])
def test_a_colleagues_customer_is_404_to_staff(cast: Cast, customer: Customer, unchanged: None, door: str) -> None:
    client = APIClient()
    client.force_authenticate(cast.actor("colleague"))
    assert told(send(client, door, customer)) == (404, "not_found")
    assert told(client.get(f"{URL}/{customer.pk}")) == (404, "not_found")


def test_a_colleagues_customer_fails_in_bulk_as_if_it_were_not_there(
    cast: Cast, customer: Customer, unchanged: None
) -> None:
    client = APIClient()
    client.force_authenticate(cast.actor("colleague"))
    result = send(client, "bulk", customer).json()["list"][0]
    assert (result["status"], result["code"]) == ("failed", "not_found")


@pytest.mark.parametrize("door", WRITES)
def test_a_superuser_without_a_company_has_no_companys_customers(
    customer: Customer, unchanged: None, door: str
) -> None:
    client = APIClient()
    client.force_authenticate(make.user(None, Role.ADMIN, is_superuser=True).actor)
    assert told(send(client, door, customer)) == (403, "no_corp")
    assert told(client.get(URL)) == (403, "no_corp")


@pytest.mark.parametrize("path", OFFERED)
def test_what_a_path_does_not_offer_is_405_with_what_it_does(
    cast: Cast, customer: Customer, unchanged: None, path: str
) -> None:
    client, offered = api.client(cast.corp), {*OFFERED[path].split(", ")}
    offered |= {"HEAD"} if "GET" in offered else set()
    for method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"} - offered:
        answer = client.generic(method, URL + path.format(pk=customer.pk))
        assert answer.status_code == 405, method
        allowed = set(answer["Allow"].split(", "))
        assert {*OFFERED[path].split(", ")} <= allowed
        if method != "HEAD":
            assert told(answer) == (405, "method_not_allowed")


@pytest.mark.parametrize("path", ["", "/{pk}"])
def test_a_head_is_the_get_without_its_body(cast: Cast, customer: Customer, path: str) -> None:
    client, where = api.client(cast.corp), URL + path.format(pk=customer.pk)
    head, full = client.head(where), client.get(where)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Type", "ETag"):
        assert head.get(name) == full.get(name)


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json", ""]
)
@pytest.mark.parametrize("door", WITH_BODY)
def test_any_other_content_type_is_415(cast: Cast, customer: Customer, unchanged: None, door: str, kind: str) -> None:
    assert told(send(api.client(cast.corp), door, customer, content_type=kind)) == (415, "unsupported_media_type")


@pytest.mark.parametrize("door", WITH_BODY)
def test_a_body_past_the_limit_is_413(cast: Cast, customer: Customer, unchanged: None, door: str, settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 200
    body = good(door, customer) | {"name": "长" * 200}
    assert told(send(api.client(cast.corp), door, customer, body)) == (413, "payload_too_large")


@pytest.mark.parametrize("door", WRITES)
def test_an_account_past_its_rate_is_429_and_told_when_to_come_back(
    cast: Cast, customer: Customer, unchanged: None, door: str
) -> None:
    client = APIClient()
    account = make.account(cast.corp, rate=1)
    client.force_authenticate(actor_of_account(account))
    client.get(f"{URL}?size=1")
    answer = send(client, door, customer)
    assert told(answer) == (429, "throttled")
    assert 1 <= int(answer["Retry-After"]) <= 60


@pytest.mark.parametrize("door", ["replace", "change", "tag", "untag"])
def test_a_deleted_customer_is_409_at_every_changing_door(cast: Cast, customer: Customer, door: str) -> None:
    body = good(door, customer)
    lifecycle.delete(customer=Customer(pk=customer.pk), by=make.service(cast.corp), source="api")
    before = everything()
    assert told(send(api.client(cast.corp), door, customer, body)) == (409, "customer_deleted")
    assert everything() == before


@pytest.mark.parametrize("path", ["/abc", "/１", "//", "/-1", "/1.0", "/0x1", "/%E5%AE%A2", "/bulk", "/1/tags/2"])
def test_a_path_that_is_none_is_404_in_the_one_shape(cast: Cast, path: str) -> None:
    assert told(api.client(cast.corp).get(URL + path)) == (404, "not_found")


@pytest.mark.parametrize("door", WRITES)
def test_a_slash_at_the_end_makes_no_difference(cast: Cast, customer: Customer, door: str) -> None:
    method, path = WRITES[door]
    where = f"{URL}{path.format(pk=customer.pk)}/"
    answer = api.client(cast.corp).generic(method, where, json.dumps(good(door, customer)), content_type=JSON)
    assert answer.status_code in (200, 201, 204)


@pytest.mark.parametrize(
    ("accepted", "message"),
    [
        ("en", "This customer has been deleted."),
        ("en-GB,en;q=0.9", "This customer has been deleted."),
        ("zh", "该客户已被删除。"),
        ("zh-CN,zh;q=0.9,en;q=0.1", "该客户已被删除。"),
        ("fr, ja;q=0.5", "该客户已被删除。"),
        ("", "该客户已被删除。"),
    ],
)
def test_a_refusal_speaks_the_callers_language_with_the_same_code(
    cast: Cast, customer: Customer, accepted: str, message: str
) -> None:
    lifecycle.delete(customer=Customer(pk=customer.pk), by=make.service(cast.corp), source="api")
    client = api.client(cast.corp, **{"Accept-Language": accepted})
    answer = client.patch(f"{URL}/{customer.pk}", {"name": "x"})
    assert told(answer) == (409, "customer_deleted")
    assert answer.json()["message"] == message


def test_failures_within_a_bulk_answer_speak_it_too(cast: Cast, customer: Customer) -> None:
    body = {"customerIds": [10**9], "addTagIds": [1]}
    for language, message in (("en", "Not found."), ("zh-hans", "未找到。")):
        client = api.client(cast.corp, **{"Accept-Language": language})
        assert client.post(f"{URL}/bulk/tags", body).json()["list"][0]["message"] == message


class TestIdempotency:
    """``Idempotency-Key`` on each POST: one effect, the same answer again, another body refused."""

    @pytest.mark.parametrize("door", POSTS)
    def test_a_repeat_has_one_effect_and_the_same_bytes(self, cast: Cast, customer: Customer, door: str) -> None:
        client, key, body = api.client(cast.corp), {"Idempotency-Key": f"once-{door}"}, good(door, customer)
        first = send(client, door, customer, body, headers=key)
        after = everything()
        again = send(client, door, customer, body, headers=key)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert (again["Idempotent-Replayed"], "Idempotent-Replayed" in first) == ("true", False)
        assert everything() == after

    @pytest.mark.parametrize("door", POSTS)
    def test_the_key_with_another_body_is_422(self, cast: Cast, customer: Customer, door: str) -> None:
        client, key, body = api.client(cast.corp), {"Idempotency-Key": "twice"}, good(door, customer)
        send(client, door, customer, body, headers=key)
        after = everything()
        other = json.dumps(body, indent=1).encode()
        assert told(send(client, door, customer, other, headers=key)) == (422, "idempotency_mismatch")
        assert everything() == after

    @pytest.mark.parametrize("key", ["", "with space", "x" * 101, "钥匙"])
    @pytest.mark.parametrize("door", POSTS)
    def test_a_key_that_is_none_is_400(
        self, cast: Cast, customer: Customer, unchanged: None, door: str, key: str
    ) -> None:
        answer = send(api.client(cast.corp), door, customer, headers={"Idempotency-Key": key})
        assert told(answer) == (400, "idempotency_key_invalid")

    @pytest.mark.parametrize("door", POSTS)
    def test_a_refusal_keeps_nothing_so_that_the_key_is_good_for_a_second_try(
        self, cast: Cast, customer: Customer, door: str
    ) -> None:
        client, key, before = api.client(cast.corp), {"Idempotency-Key": "try"}, everything()
        assert send(client, door, customer, b"{}", headers=key).status_code == 400
        assert everything() == before
        assert send(client, door, customer, headers=key).status_code in (200, 201)


class TestEntityTags:
    """``If-Match`` guards each change, ``If-None-Match`` spares each reading."""

    @pytest.mark.parametrize("tag", ['"{v}"', 'W/"{v}"', "{v}", "*", ' "{v}" '])
    def test_the_version_seen_lets_a_change_through_however_it_is_written(
        self, cast: Cast, customer: Customer, tag: str
    ) -> None:
        headers = {"If-Match": tag.format(v=customer.version)}
        answer = api.client(cast.corp).patch(f"{URL}/{customer.pk}", {"city": "深圳"}, headers=headers)
        assert (answer.status_code, answer["ETag"]) == (200, f'"{customer.version + 1}"')

    @pytest.mark.parametrize("door", ["replace", "change", "delete"])
    def test_a_version_that_has_passed_is_412(self, cast: Cast, customer: Customer, unchanged: None, door: str) -> None:
        client = api.client(cast.corp)
        for tag in (f'"{customer.version - 1}"', f'"{customer.version + 1}"', '"0"', f'"{10**18}"'):
            assert told(send(client, door, customer, headers={"If-Match": tag})) == (412, "version_passed")

    @pytest.mark.parametrize("tag", ['""', '"１"', '"-1"', '"1", "2"', '"99999999999999999999"', "yesterday", '"1.0"'])
    def test_what_is_no_version_is_400(self, cast: Cast, customer: Customer, unchanged: None, tag: str) -> None:
        client = api.client(cast.corp)
        # A header travels as Latin-1.
        header = tag.encode().decode("latin-1")
        answer = client.patch(f"{URL}/{customer.pk}", {"city": "深圳"}, headers={"If-Match": header})
        assert told(answer) == (400, "invalid_if_match")

    @pytest.mark.parametrize("tags", ['"{v}"', 'W/"{v}"', '"0", "{v}"', '"0",W/"{v}" , "9"', "*"])
    def test_who_has_the_version_gets_304_without_a_body(self, cast: Cast, customer: Customer, tags: str) -> None:
        headers = {"If-None-Match": tags.format(v=customer.version)}
        answer = api.client(cast.corp).get(f"{URL}/{customer.pk}", headers=headers)
        assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", f'"{customer.version}"')

    @pytest.mark.parametrize("tags", ['"0"', '"{v}0"', "{v}", "", '"0", "1"'])
    def test_who_has_another_one_gets_the_body(self, cast: Cast, customer: Customer, tags: str) -> None:
        headers = {"If-None-Match": tags.format(v=customer.version)}
        answer = api.client(cast.corp).get(f"{URL}/{customer.pk}", headers=headers)
        assert (answer.status_code, answer.json()["id"]) == (200, customer.pk)

    def test_a_tag_of_a_customer_that_may_not_be_seen_is_404_and_not_304(self, cast: Cast, customer: Customer) -> None:
        client = APIClient()
        client.force_authenticate(cast.actor("stranger"))
        assert told(client.get(f"{URL}/{customer.pk}", headers={"If-None-Match": "*"})) == (404, "not_found")

    def test_each_answer_to_a_write_names_the_version_that_the_next_reading_has(
        self, cast: Cast, customer: Customer
    ) -> None:
        client = api.client(cast.corp)
        for door in ("change", "replace", "tag"):
            answer = send(client, door, customer)
            assert answer["ETag"] == client.get(f"{URL}/{customer.pk}")["ETag"] == f'"{answer.json()["version"]}"'
            read = client.get(f"{URL}/{customer.pk}").json()
            assert answer.json() | {"follows": read["follows"], "customFields": {}} == read
