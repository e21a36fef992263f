"""The doors of what belongs to follow-ups, tried with the odd and the wrong: nothing is written, nothing falls over."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from customers.models import Customer
from followups.models import (
    Communication,
    FollowUp,
    FollowUpAttachment,
    FollowUpComment,
    FollowUpMention,
    FollowUpTemplate,
    FollowUpVersion,
)
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, HARD_NAMES, UNREADABLE, refused, with_and_without_slash

MODELS = (
    Communication,
    FollowUp,
    FollowUpAttachment,
    FollowUpComment,
    FollowUpMention,
    FollowUpTemplate,
    FollowUpVersion,
)


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, external_userid="wmA")


@pytest.fixture
def written(cast: Cast, customer: Customer) -> FollowUp:
    return make.follow_up(customer, cast.owner)


@pytest.fixture
def client(cast: Cast) -> Any:
    return api.client(cast.corp)


def state() -> list[Any]:
    return [*(list(model.objects.order_by("pk").values()) for model in MODELS), OutboxEvent.objects.count()]


def addresses(row: FollowUp) -> list[str]:
    mine, whose = f"/api/v1/followups/{row.pk}", f"/api/v1/customers/{row.customer_id}"
    lists = ["/api/v1/followups", "/api/v1/followups/mentions", "/api/v1/followup-templates"]
    below = [f"{mine}/history", f"{mine}/comments", f"{mine}/attachments"]
    return [*lists, *below, f"{whose}/followups/deleted", f"{whose}/communications"]


def test_both_spellings_of_each_address_are_one(written: FollowUp, client: Any) -> None:
    for address in addresses(written):
        answers = [client.get(one) for one in with_and_without_slash(address)]
        assert [answer.status_code for answer in answers] == [200, 200], address
        assert answers[0].json() == answers[1].json()


@pytest.mark.parametrize("query", BAD_PAGES)
def test_a_page_that_is_none_is_refused_by_each_list(written: FollowUp, client: Any, query: str) -> None:
    for address in addresses(written):
        refused(client.get(f"{address}?{query}"), 400, "invalid_parameter")


def test_an_unknown_parameter_is_refused_by_each_list(written: FollowUp, client: Any) -> None:
    for address in [*addresses(written), "/api/v1/followups/export"]:
        told = refused(client.get(f"{address}?colour=1"), 400, "unknown_parameter")
        assert told["errors"][0]["field"] == "colour"


@pytest.mark.parametrize("number", ["0", "9223372036854775807", "9223372036854775808", "9999999999999999999"])
def test_a_number_that_no_row_has_is_not_there(written: FollowUp, client: Any, number: str) -> None:
    before = state()
    mine = f"/api/v1/followups/{number}"
    for address in (mine, f"{mine}/history", f"{mine}/comments", f"{mine}/attachments", f"{mine}/attachments/1"):
        refused(client.get(address), 404, "not_found")
    refused(client.patch(mine, {"content": "x"}), 404, "not_found")
    refused(client.delete(mine), 404, "not_found")
    refused(client.post(f"{mine}/comments", {"content": "x"}), 404, "not_found")
    refused(client.delete(f"/api/v1/followups/{written.pk}/comments/{number}"), 404, "not_found")
    refused(client.get(f"/api/v1/followups/{written.pk}/attachments/{number}"), 404, "not_found")
    refused(client.get(f"/api/v1/followup-templates/{number}"), 404, "not_found")
    assert state() == before


@pytest.mark.parametrize("number", ["x", "-1", "1.5", "99999999999999999999", "１", "%20"])
def test_what_is_no_number_leads_nowhere(client: Any, number: str) -> None:
    for below in ("", "/history", "/comments", "/attachments"):
        assert client.get(f"/api/v1/followups/{number}{below}").status_code == 404


def test_a_method_that_is_not_there_is_refused(written: FollowUp, client: Any) -> None:
    before = state()
    mine = f"/api/v1/followups/{written.pk}"
    for method, address in (
        ("post", mine),
        ("put", mine),
        ("post", f"{mine}/history"),
        ("patch", f"{mine}/comments"),
        ("put", f"{mine}/attachments"),
        ("post", "/api/v1/followups"),
        ("get", "/api/v1/communications"),
        ("get", "/api/v1/followups/import"),
        ("delete", "/api/v1/followups/export"),
    ):
        assert getattr(client, method)(address, {"content": "x"}).status_code in (403, 405), (method, address)
    assert state() == before


@pytest.mark.parametrize(
    "path", ["followup-templates", "communications", "followups/{pk}/comments", "customers/{customer}/followups"]
)
def test_a_body_that_cannot_be_read_writes_nothing(written: FollowUp, client: Any, path: str) -> None:
    address = f"/api/v1/{path.format(pk=written.pk, customer=written.customer_id)}"
    before = state()
    for body, kind, status, code in UNREADABLE:
        refused(client.post(address, body, content_type=kind), status, code)
    for body in ([], "x", 7, None):
        assert client.post(address, body).status_code == 400, body
    assert state() == before


@pytest.mark.parametrize(
    "text", [*HARD_NAMES, "两行\n字", "x" * 1_000, "=1+1", "{{ 7*7 }}", "'; DROP TABLE follow_up; --"]
)
def test_words_come_back_as_they_were_sent(written: FollowUp, client: Any, text: str) -> None:
    made = client.post(f"/api/v1/followups/{written.pk}/comments", {"content": f" {text} "})
    assert (made.status_code, made.json()["content"]) == (201, text)
    changed = client.patch(f"/api/v1/followups/{written.pk}", {"content": text})
    assert changed.json()["content"] == text
    client.delete(f"/api/v1/followups/{written.pk}")
    assert client.get(f"/api/v1/followups/{written.pk}/history").json()["list"][0]["content"] == text
    assert text not in [str(event.payload) for event in OutboxEvent.objects.all()]


@pytest.mark.parametrize("name", HARD_NAMES)
def test_a_template_may_be_called_as_people_like(client: Any, name: str) -> None:
    made = client.post("/api/v1/followup-templates", {"name": name, "content": name})
    if len(name) <= 30 and name.isprintable():
        assert (made.status_code, made.json()["name"]) == (201, name)
    else:
        assert made.status_code in (400, 422)
        assert not FollowUpTemplate.objects.exists()


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("报价单 (终).pdf", "报价单 (终).pdf"),
        ("a\r\nSet-Cookie: x.pdf", None),
        ('a"b;c.pdf', None),
        ("..pdf", "..pdf"),
        ("😀.pdf", "😀.pdf"),
        ("a.html.pdf", "a.html.pdf"),
    ],
)
def test_a_file_may_be_called_as_people_like_and_its_name_breaks_no_heading(
    written: FollowUp, client: Any, name: str, kept: str | None
) -> None:
    file = SimpleUploadedFile("x.pdf", b"%PDF-1.7")
    file.name = name
    answer = client.post(f"/api/v1/followups/{written.pk}/attachments", {"file": file}, format="multipart")
    if answer.status_code != 201:
        assert (kept, answer.status_code) == (None, 422)
        return
    row = FollowUpAttachment.objects.get()
    assert kept is None or row.name == kept
    assert not {"\r", "\n", "/", "\\"} & set(row.name)
    read = client.get(f"/api/v1/followups/{written.pk}/attachments/{row.pk}")
    assert read.headers["Content-Disposition"].startswith("attachment;")
    assert "Set-Cookie" not in read.headers
    assert row.file.name.startswith("followups/")


def test_a_path_in_a_name_leads_nowhere(written: FollowUp) -> None:
    for name in ("../../etc/passwd.txt", "..\\..\\boot.txt", "/etc/x.txt"):
        row = make.attachment(FollowUp.objects.get(pk=written.pk), name=name)
        assert "/" not in row.name
        assert "\\" not in row.name
        assert row.file.name.startswith(f"followups/{written.corp_id}/")


@pytest.mark.parametrize(
    "wrong",
    [
        {"list": None},
        {"list": {}},
        {"list": [None]},
        {"list": [[]]},
        {"list": [{}]},
        {"list": ["x"]},
        {"talks": []},
        {},
    ],
)
def test_a_batch_that_is_none_is_refused(client: Any, wrong: dict[str, Any]) -> None:
    before = state()
    refused(client.post("/api/v1/communications", wrong), 400, "invalid")
    assert state() == before


@pytest.mark.parametrize("ident", [*HARD_NAMES, "A", "a", "a ", "x" * 100])
def test_an_external_id_is_compared_letter_by_letter(customer: Customer, client: Any, ident: str) -> None:
    core = {"kind": "call", "direction": "in", "at": "2026-03-01T00:00:00Z", "customerId": customer.pk}
    for other in (ident, ident, ident + "1"):
        if len(other) > 100:
            continue
        client.post("/api/v1/communications", {"list": [core | {"externalId": other}]})
    found = set(Communication.objects.values_list("external_id", flat=True))
    assert found == {one.strip() for one in (ident, ident + "1") if len(one) <= 100}


def test_the_same_key_is_one_effect(customer: Customer, client: Any) -> None:
    core = {"kind": "call", "direction": "in", "at": "2026-03-01T00:00:00Z", "customerId": customer.pk}
    body = {"list": [core | {"externalId": "x"}]}
    answers = [client.post("/api/v1/communications", body, headers={"Idempotency-Key": "k"}).json() for _n in range(2)]
    assert answers[0] == answers[1] == {"list": [{"externalId": "x", "status": "recorded"}]}
    made = [
        client.post("/api/v1/followup-templates", {"name": "n", "content": "c"}, headers={"Idempotency-Key": "t"})
        for _n in range(2)
    ]
    assert [answer.status_code for answer in made] == [201, 201]
    assert FollowUpTemplate.objects.count() == 1
