"""Files in custom fields: sent, told, read by who may, taken out, swept, and gone with the person."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from core.errors import RuleViolation
from core.time import now
from corps.actors import SYSTEM
from corps.choices import Masking
from customers import collaborating, custom
from customers.custom import filing, uploading
from customers.custom.entries import MOST_FILES, Entries
from customers.models import CustomChange, Customer, CustomField, CustomFile, CustomValue
from customers.privacy import erasing, exporting
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, put
from tests.customers.privacy.people import choose, speaking
from tests.doors import refused

URL = "/api/v1/customers"


@pytest.fixture
def papers(cast: Cast) -> CustomField:
    return make.custom_field(cast.corp, "papers", kind=K.FILES, name="合同文件")


@pytest.fixture
def customer(cast: Cast, papers: CustomField) -> Customer:
    return make.customer(cast.corp, cast.owner)


def send(client: Any, customer: Customer, key: str = "papers", **more: Any) -> Any:
    file = SimpleUploadedFile("报价 单.txt", b"42 yuan")
    return client.post(f"{URL}/{customer.pk}/custom-files", {"file": file, "key": key} | more, format="multipart")


def told(customer: Customer) -> Any:
    row = CustomValue.objects.filter(customer=customer).first()
    return Entries.of(row.long_text).told() if row else None


def test_a_file_is_sent_told_read_and_taken_out(cast: Cast, customer: Customer, recorded: Any) -> None:
    client = api.client(cast.corp)
    made = send(client, customer)
    assert (made.status_code, made.json()["name"], made.json()["size"]) == (201, "报价 单.txt", 7)
    pk, seen = made.json()["id"], [{"id": made.json()["id"], "name": "报价 单.txt", "size": 7}]
    assert client.get(f"{URL}/{customer.pk}").json()["customFields"] == {"papers": seen}
    (full,) = client.get(f"{URL}/{customer.pk}/custom-fields").json()["list"]
    assert (full["kind"], full["value"], full["text"]) == ("files", seen, "报价 单.txt")
    name, _id, data = recorded()[-1]
    assert (name, data["fieldKeys"]) == ("customer.field.changed", ["papers"])
    answer = client.get(f"{URL}/{customer.pk}/custom-files/{pk}")
    assert b"".join(answer.streaming_content) == b"42 yuan"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.delete(f"{URL}/{customer.pk}/custom-files/{pk}").status_code == 204
    assert told(customer) is None
    refused(client.get(f"{URL}/{customer.pk}/custom-files/{pk}"), 404, "not_found")
    refused(client.delete(f"{URL}/{customer.pk}/custom-files/{pk}"), 404, "not_found")
    assert list(CustomChange.objects.order_by("pk").values_list("before", "after")) == [
        ("", "报价 单.txt"),
        ("报价 单.txt", ""),
    ]


def test_what_stays_is_said_by_ids_and_none_is_added_so(cast: Cast, customer: Customer) -> None:
    first, second = make.custom_file(customer, "papers"), make.custom_file(customer, "papers", "二.txt")
    other = make.custom_file(make.customer(cast.corp, cast.owner), "papers")
    before = (told(customer), OutboxEvent.objects.count())
    for value in ([first.pk, other.pk], [10**9], ["x"], "x", 5, [True]):
        with pytest.raises(RuleViolation):
            put(customer, papers=value)
    assert put(customer, papers=told(customer)) == []
    assert (told(customer), OutboxEvent.objects.count()) == before
    assert put(customer, papers=[second.pk]) == ["papers"]
    first.refresh_from_db()
    assert ([one["id"] for one in told(customer)], first.field_id) == ([second.pk], None)


def test_what_may_not_be_put_in_is_refused_and_leaves_nothing_behind(cast: Cast, customer: Customer) -> None:
    make.custom_field(cast.corp, "nick")
    make.custom_field(cast.corp, "old", kind=K.FILES, active=False)
    for key, name, content, code in (
        ("nick", "a.txt", b"x", "not_a_field_of_files"),
        ("old", "a.txt", b"x", "custom_field_retired"),
        ("none", "a.txt", b"x", "custom_field_unknown"),
        ("papers", "a.txt", b"", "file_empty"),
        ("papers", "a.html", b"<b>", "file_type_refused"),
        ("papers", "a.png", b"GIF89a", "file_type_refused"),
    ):
        with pytest.raises(RuleViolation) as refusal:
            uploading.upload(customer=customer, key=key, file=ContentFile(content, name), by=SYSTEM, source="api")
        assert refusal.value.code == code
    assert not CustomFile.objects.exists()
    for _n in range(MOST_FILES):
        make.custom_file(customer, "papers")
    with pytest.raises(RuleViolation) as refusal:
        make.custom_file(customer, "papers")
    assert (refusal.value.code, CustomFile.objects.count()) == ("too_many_files", MOST_FILES)


def test_a_relation_has_files_of_its_own_and_staff_put_in_only_theirs(cast: Cast, customer: Customer) -> None:
    make.relation(customer, cast.colleague)
    make.custom_field(cast.corp, "notes", kind=K.FILES, subject="relation")
    mine = speaking(cast.actor("owner"))
    made = send(mine, customer, "notes", employeeId=cast.owner.pk)
    assert made.status_code == 201
    refused(send(mine, customer, "notes", employeeId=cast.colleague.pk), 403, "not_your_relation")
    refused(
        speaking(cast.actor("colleague")).delete(f"{URL}/{customer.pk}/custom-files/{made.json()['id']}"),
        403,
        "not_your_relation",
    )
    (row,) = CustomFile.objects.all()
    assert row.relation is not None
    assert row.relation.employee_id == cast.owner.pk


def test_only_who_sees_the_customer_and_the_field_reads_a_file(cast: Cast, customer: Customer) -> None:
    row = make.custom_file(customer, "papers")
    place = f"{URL}/{customer.pk}/custom-files/{row.pk}"
    assert api.client(cast.other_corp).get(place).status_code == 404
    assert speaking(cast.actor("colleague")).get(place).status_code == 404
    other = make.customer(cast.corp, cast.owner)
    assert api.client(cast.corp).get(f"{URL}/{other.pk}/custom-files/{row.pk}").status_code == 404
    CustomField.objects.update(personal=True)
    choose(cast, Masking.PEOPLE)
    refused(speaking(cast.actor("owner")).get(place), 403, "number_masked")
    shown = speaking(cast.actor("owner")).get(f"{URL}/{customer.pk}/custom-fields").json()["list"]
    assert shown[0]["value"] == "****"


def test_what_is_in_no_field_is_swept_and_the_rest_stays(customer: Customer) -> None:
    gone, stays = make.custom_file(customer, "papers"), make.custom_file(customer, "papers")
    put(customer, papers=[stays.pk])
    assert filing.sweep() == 0
    CustomFile.objects.update(create_time=now() - dt.timedelta(hours=2))
    assert filing.sweep() == 1
    assert list(CustomFile.objects.all()) == [stays]
    assert not default_storage.exists(str(gone.file.name))
    assert default_storage.exists(str(stays.file.name))


def test_files_are_in_what_a_person_is_given_and_go_with_them(cast: Cast, customer: Customer) -> None:
    row = make.custom_file(customer, "papers", "身份证.txt")
    admin = cast.actor("admin")
    given = exporting.export(customer=customer, reason="客户申请查询", by=admin, source="operator")
    assert [one["name"] for one in given["tables"]["custom_file"]] == ["身份证.txt"]
    erasing.erase(customer=Customer.objects.get(pk=customer.pk), reason="客户要求删除", by=admin, source="operator")
    CustomFile.objects.update(create_time=now() - dt.timedelta(hours=2))
    row.refresh_from_db()
    assert (row.name, row.field_id) == ("", None)
    assert filing.sweep() == 1
    assert not default_storage.exists(str(row.file.name))
    assert not CustomValue.objects.exists()


def test_no_other_kind_is_made_of_files_nor_files_of_another(
    cast: Cast, customer: Customer, papers: CustomField
) -> None:
    make.custom_file(customer, "papers")
    nick = make.custom_field(cast.corp, "nick")
    put(Customer.objects.get(pk=customer.pk), nick="x")
    for field, kind in ((papers, K.TEXT), (nick, K.FILES)):
        with pytest.raises(RuleViolation) as refusal:
            custom.update_field(field=field, kind=kind, **AS)
        assert refusal.value.code == "kind_unlike"


def everything() -> list[Any]:
    tables = (CustomFile, CustomValue, CustomChange, Customer, OutboxEvent)
    return [list(table._default_manager.order_by("pk").values()) for table in tables]


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({}, 400, "key"),
        ({"key": ""}, 400, "key"),
        ({"key": "x" * 41}, 400, "key"),
        ({"key": "none"}, 422, "customFields.none"),
        ({"key": "nick"}, 422, "customFields.nick"),
        ({"key": "notes"}, 422, "customFields.notes"),
        ({"key": "papers", "employeeId": "x"}, 400, "employeeId"),
        ({"key": "papers", "employeeId": "1"}, 422, "customFields.papers"),
        ({"key": "notes", "employeeId": str(2**40)}, 422, "employeeId"),
        ({"key": "papers", "version": "3"}, 400, "version"),
    ],
)
def test_what_is_sent_wrongly_is_refused_at_its_field(
    cast: Cast, customer: Customer, form: dict[str, str], status: int, field: str
) -> None:
    make.custom_field(cast.corp, "nick")
    make.custom_field(cast.corp, "notes", kind=K.FILES, subject="relation")
    before = everything()
    sent = form | {"file": SimpleUploadedFile("a.txt", b"x")}
    answer = api.client(cast.corp).post(f"{URL}/{customer.pk}/custom-files", sent, format="multipart")
    assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (status, [field])
    assert everything() == before


def test_a_form_without_a_file_and_a_file_that_is_no_form_are_refused(cast: Cast, customer: Customer) -> None:
    client, place = api.client(cast.corp), f"{URL}/{customer.pk}/custom-files"
    answer = client.post(place, {"key": "papers"}, format="multipart")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "file")
    assert client.post(place, {"key": "papers"}, format="json").status_code == 415
    assert not CustomFile.objects.exists()


def test_of_who_only_reads_and_of_foreigners_nothing_is_taken(cast: Cast, customer: Customer) -> None:
    row = make.custom_file(customer, "papers")
    who: Any = {"employee_ids": [cast.colleague.pk], "by": cast.actor("admin"), "source": "operator"}
    collaborating.add_collaborators(customer=customer, **who)
    before, place = everything(), f"{URL}/{customer.pk}/custom-files/{row.pk}"
    reader, stranger = speaking(cast.actor("colleague")), api.client(cast.other_corp)
    refused(send(reader, customer), 403, "collaborator_reads")
    refused(reader.delete(place), 403, "collaborator_reads")
    assert reader.get(place).status_code == 200
    assert (send(stranger, customer).status_code, stranger.delete(place).status_code) == (404, 404)
    assert everything() == before


def test_an_upload_that_dies_on_the_way_is_found_by_the_sweep(
    customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: Any, **_options: Any) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="disk"):
        patched.setattr(uploading, "_join", dies)
        make.custom_file(customer, "papers")
    row = CustomFile.objects.get()
    assert (row.field_id, told(customer)) == (None, None)
    CustomFile.objects.update(create_time=now() - dt.timedelta(hours=2))
    assert filing.sweep() == 1
    assert not default_storage.exists(str(row.file.name))
