"""The doors of comments, files, mentions and templates."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from core import uploads
from customers.models import Customer
from followups.models import FollowUp, FollowUpAttachment, FollowUpComment, FollowUpTemplate
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.doors import UNREADABLE, refused

TEMPLATES = "/api/v1/followup-templates"


@pytest.fixture
def written(cast: Cast) -> FollowUp:
    return make.follow_up(make.customer(cast.corp, cast.owner), cast.owner)


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def signed_in(cast: Cast, name: str) -> APIClient:
    client = APIClient(headers={"Accept-Language": "en"})
    client.force_authenticate(user=cast.actor(name))
    return client


def at(row: FollowUp, below: str) -> str:
    return f"/api/v1/followups/{row.pk}/{below}"


def upload(client: Any, row: FollowUp, name: str = "报价.txt", content: bytes = b"42 yuan") -> Any:
    return client.post(at(row, "attachments"), {"file": SimpleUploadedFile(name, content)}, format="multipart")


def test_a_comment_is_written_listed_and_taken_away(cast: Cast, written: FollowUp, client: Any) -> None:
    answer = client.post(at(written, "comments"), {"content": "好", "mentionIds": [cast.owner.pk]})
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["content"], shown["followUpId"], shown["employeeId"]) == ("好", written.pk, None)
    assert client.get(at(written, "comments")).json()["list"] == [shown]
    assert client.delete(at(written, f"comments/{shown['id']}")).status_code == 204
    refused(client.delete(at(written, f"comments/{shown['id']}")), 404, "not_found")
    assert not FollowUpComment.objects.exists()


def test_comments_stand_in_the_order_of_their_writing(cast: Cast, written: FollowUp, client: Any) -> None:
    for text in ("一", "二", "三"):
        make.comment(written, cast.owner, content=text)
    shown = client.get(at(written, "comments?size=2")).json()
    assert ([row["content"] for row in shown["list"]], shown["total"]) == (["一", "二"], 3)
    assert shown["list"][0]["employeeName"] == "王小明"


def test_the_same_key_writes_one_comment(written: FollowUp, client: Any) -> None:
    for _n in range(2):
        client.post(at(written, "comments"), {"content": "好"}, headers={"Idempotency-Key": "k"})
    assert FollowUpComment.objects.count() == 1


def test_a_body_that_cannot_be_read_comments_nothing(written: FollowUp, client: Any) -> None:
    before = OutboxEvent.objects.count()
    for body, kind, status, code in UNREADABLE:
        refused(client.post(at(written, "comments"), body, content_type=kind), status, code)
    assert (FollowUpComment.objects.count(), OutboxEvent.objects.count()) == (0, before)


def test_a_comment_is_found_only_under_its_own_follow_up(cast: Cast, written: FollowUp, client: Any) -> None:
    other = make.follow_up(Customer.objects.get(), cast.owner)
    comment, file = make.comment(other), make.attachment(other)
    refused(client.delete(at(written, f"comments/{comment.pk}")), 404, "not_found")
    refused(client.get(at(written, f"attachments/{file.pk}")), 404, "not_found")
    refused(client.delete(at(written, f"attachments/{file.pk}")), 404, "not_found")
    assert (FollowUpComment.objects.count(), FollowUpAttachment.objects.get().follow_up_id) == (1, other.pk)


def test_a_file_is_sent_listed_read_and_taken_away(written: FollowUp, client: Any) -> None:
    answer = upload(client, written)
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["name"], shown["contentType"], shown["size"]) == ("报价.txt", "text/plain", 7)
    assert client.get(at(written, "attachments")).json()["list"] == [shown]
    assert client.get(f"/api/v1/followups/{written.pk}").json()["attachments"] == [shown]
    read = client.get(at(written, f"attachments/{shown['id']}"))
    assert b"".join(read.streaming_content) == b"42 yuan"
    assert read.headers["Content-Disposition"].startswith("attachment")
    assert client.delete(at(written, f"attachments/{shown['id']}")).status_code == 204
    refused(client.get(at(written, f"attachments/{shown['id']}")), 404, "not_found")


def test_a_file_is_for_those_who_see_the_customer(cast: Cast, written: FollowUp) -> None:
    row = make.attachment(written)
    for who, status in (("owner", 200), ("manager", 200), ("admin", 200), ("colleague", 404), ("stranger", 404)):
        answer = signed_in(cast, who).get(at(written, f"attachments/{row.pk}"))
        assert answer.status_code == status, who
    assert APIClient().get(at(written, f"attachments/{row.pk}")).status_code == 401


def test_no_public_address_leads_to_a_file(written: FollowUp, client: Any) -> None:
    row = make.attachment(written)
    for address in (f"/{row.file.name}", f"/media/{row.file.name}", f"/static/{row.file.name}"):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize(
    ("name", "content", "code"), [("x.html", b"<b>", "file_type_refused"), ("x.png", b"no", "file_type_refused")]
)
def test_a_file_of_another_kind_is_refused(
    written: FollowUp, client: Any, name: str, content: bytes, code: str
) -> None:
    refused(upload(client, written, name, content), 422, code)
    assert not FollowUpAttachment.objects.exists()


def test_a_request_without_a_file_or_in_json_is_refused(written: FollowUp, client: Any) -> None:
    told = refused(client.post(at(written, "attachments"), {"x": "y"}, format="multipart"), 400, "invalid")
    assert told["errors"][0]["field"] == "file"
    refused(client.post(at(written, "attachments"), {"file": "text"}, format="multipart"), 400, "invalid")
    refused(client.post(at(written, "attachments"), {"file": "x"}), 415, "unsupported_media_type")
    assert not FollowUpAttachment.objects.exists()


def test_a_body_that_is_longer_than_any_file_is_not_read(
    written: FollowUp, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "_AROUND", -(2**24))
    assert upload(client, written).status_code == 413
    assert not FollowUpAttachment.objects.exists()


def test_each_reads_where_they_were_named_newest_first(cast: Cast, written: FollowUp) -> None:
    make.follow_up(Customer.objects.get(), cast.manager, content="请看", mention_ids=[cast.owner.pk])
    make.comment(written, content="急", mention_ids=[cast.owner.pk])
    shown = signed_in(cast, "owner").get("/api/v1/followups/mentions").json()
    assert [(row["content"], row["commentId"] is None) for row in shown["list"]] == [("急", False), ("请看", True)]
    assert shown["list"][0]["customerName"] == "张三丰"
    for who in ("colleague", "manager", "admin", "stranger"):
        assert signed_in(cast, who).get("/api/v1/followups/mentions").json()["list"] == []


def test_mentions_cost_one_statement_and_the_count(
    cast: Cast, written: FollowUp, django_assert_max_num_queries: Any
) -> None:
    for n in range(5):
        make.comment(written, content=str(n), mention_ids=[cast.owner.pk])
    client = signed_in(cast, "owner")
    with django_assert_max_num_queries(2):
        assert len(client.get("/api/v1/followups/mentions").json()["list"]) == 5


def test_a_template_is_made_changed_and_taken_away(cast: Cast, client: Any) -> None:
    made = client.post(TEMPLATES, {"name": "首次电话", "kind": "call", "content": "已介绍产品"})
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    shown = made.json()
    assert (shown["name"], shown["kind"], shown["content"], shown["order"]) == ("首次电话", "call", "已介绍产品", 0)
    address = f"{TEMPLATES}/{shown['id']}"
    assert client.get(address).json() == shown
    changed = client.patch(address, {"content": "已报价"}, headers={"If-Match": '"1"'})
    assert (changed.json()["content"], changed.headers["ETag"]) == ("已报价", '"2"')
    refused(client.patch(address, {"content": "x"}, headers={"If-Match": '"1"'}), 412, "version_passed")
    replaced = client.put(address, {"name": "报价", "content": "报价单", "order": 4})
    assert (replaced.json()["name"], replaced.json()["order"]) == ("报价", 4)
    assert client.delete(address).status_code == 204
    refused(client.get(address), 404, "not_found")


def test_templates_stand_by_kind_and_in_the_companys_order(cast: Cast, client: Any) -> None:
    for name, kind, order in (("c", "visit", 0), ("b", "call", 2), ("a", "call", 1)):
        make.follow_up_template(cast.corp, name=name, kind=kind, order=order)
    make.follow_up_template(cast.other_corp)
    assert [row["name"] for row in client.get(TEMPLATES).json()["list"]] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"name": "x"}, 400, "content"),
        ({"content": "x"}, 400, "name"),
        ({"name": " ", "content": "x"}, 400, "name"),
        ({"name": "长" * 31, "content": "x"}, 400, "name"),
        ({"name": "x", "content": "长" * 1_001}, 400, "content"),
        ({"name": "x", "content": "x", "kind": "letter"}, 400, "kind"),
        ({"name": "x", "content": "x", "order": -1}, 400, "order"),
        ({"name": "两\n行", "content": "x"}, 422, "name"),
        ({"name": "有", "content": "x"}, 409, "name"),
    ],
)
def test_a_template_that_may_not_be_is_refused_by_its_field(
    cast: Cast, client: Any, body: dict[str, Any], status: int, field: str
) -> None:
    make.follow_up_template(cast.corp, name="有")
    before = OutboxEvent.objects.count()
    answer = client.post(TEMPLATES, body)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (status, field)
    assert (FollowUpTemplate.objects.count(), OutboxEvent.objects.count()) == (1, before)


def test_staff_read_templates_and_change_none(cast: Cast) -> None:
    row = make.follow_up_template(cast.corp)
    client = signed_in(cast, "owner")
    assert client.get(TEMPLATES).json()["total"] == 1
    for answer in (client.post(TEMPLATES, {"name": "x", "content": "x"}), client.delete(f"{TEMPLATES}/{row.pk}")):
        assert answer.status_code == 403
    refused(signed_in(cast, "stranger").get(f"{TEMPLATES}/{row.pk}"), 404, "not_found")
    assert list(FollowUpTemplate.objects.all()) == [row]
