"""Files of customers and of relations at the doors of the API: whose they are, what is refused, in which words."""

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st

from core import kept_files
from core.errors import Conflict, NotFound, RuleViolation
from corps.actors import SYSTEM
from customers import custom, lifecycle
from customers.choices import RelationStatus
from customers.custom import filing, holding, uploading
from customers.custom.entries import Entries
from customers.models import CustomChange, Customer, CustomField, CustomFile, FollowRelation
from tests import api, make
from tests.conftest import Cast
from tests.customers.custom.common import AS, K, held, put
from tests.customers.custom.common import everything as all_but_files
from tests.customers.privacy.people import speaking
from tests.doors import is_chinese, refused

URL = "/api/v1/customers"
at_random = settings(deadline=None, database=None, derandomize=True, max_examples=60)
_ENTRIES = st.tuples(st.integers(1, 2**62), st.text(max_size=8), st.integers(1, 10**7))
FILES = st.lists(_ENTRIES, max_size=9, unique_by=lambda one: one[0])


@pytest.fixture
def papers(cast: Cast) -> CustomField:
    return make.custom_field(cast.corp, "papers", kind=K.FILES, name="合同文件")


@pytest.fixture
def notes(cast: Cast) -> CustomField:
    return make.custom_field(cast.corp, "notes", kind=K.FILES, subject="relation", name="备忘")


@pytest.fixture
def customer(cast: Cast, papers: CustomField, notes: CustomField) -> Customer:
    return make.customer(cast.corp, cast.owner)


def everything() -> list[list[Any]]:
    return [*all_but_files(), list(CustomFile.objects.order_by("pk").values())]


def send(client: Any, customer: Customer, key: str = "notes", name: str = "a.txt", **more: Any) -> Any:
    sent = {"file": SimpleUploadedFile(name, b"x"), "key": key} | more
    return client.post(f"{URL}/{customer.pk}/custom-files", sent, format="multipart")


def one_of(customer: Customer, row: CustomFile) -> str:
    return f"{URL}/{customer.pk}/custom-files/{row.pk}"


def ended(customer: Customer) -> None:
    FollowRelation.objects.filter(customer=customer).update(status=RelationStatus.ENDED_BY_EMPLOYEE)


@given(files=FILES, named=st.sets(st.integers(1, 2**62), max_size=3))
@at_random
def test_what_a_field_of_files_holds_is_read_as_it_was_kept_and_by_id(files: Any, named: set[int]) -> None:
    there = Entries.of(Entries(files).stored())
    assert list(there) == sorted(files)
    assert there.stored() == Entries(reversed(files)).stored()
    assert [(one["id"], one["name"], one["size"]) for one in there.told()] == sorted(files)
    some = named | {pk for pk, _name, _size in files[::2]}
    assert there.among(some).ids == there.ids & some
    assert Entries.of(None) == Entries.of("") == ()


@given(files=FILES, chance=st.randoms(use_true_random=False))
@at_random
def test_callers_keep_what_there_is_and_name_nothing_that_there_is_not(files: Any, chance: Any) -> None:
    there = Entries(files)
    stays = {pk for pk in there.ids if chance.random() < 0.5}
    # Whatever a caller says of names and sizes, those that are kept are the field's own.
    claimed = Entries((pk, "别的.txt", 1) for pk in stays)
    assert filing.meant("papers", there.stored(), claimed.stored(), []) == (there.among(stays).stored(), [])
    after, (error,) = filing.meant("papers", there.stored(), Entries([*claimed, (2**62 + 1, "x", 1)]).stored(), [])
    assert (after, error.field, error.code) == (None, "customFields.papers", "custom_file_unknown")


def test_the_relations_of_one_customer_have_each_their_files(cast: Cast, customer: Customer) -> None:
    make.relation(customer, cast.colleague)
    client = api.client(cast.corp)
    for whose, name in ((cast.owner, "甲.txt"), (cast.colleague, "乙.txt")):
        assert send(client, customer, name=name, employeeId=whose.pk).status_code == 201
    follows = client.get(f"{URL}/{customer.pk}").json()["follows"]
    told = {one["employeeId"]: [file["name"] for file in one["customFields"]["notes"]] for one in follows}
    assert told == {cast.owner.pk: ["甲.txt"], cast.colleague.pk: ["乙.txt"]}
    first, second = CustomFile.objects.order_by("pk")
    # Neither is told of by the other's id.
    with pytest.raises(RuleViolation) as refusal:
        put(customer, cast.owner.pk, notes=[second.pk])
    assert refusal.value.errors[0].code == "custom_file_unknown"
    assert client.delete(one_of(customer, first)).status_code == 204
    assert (held(customer, "notes", cast.owner.pk), client.get(one_of(customer, second)).status_code) == (None, 200)
    last = CustomChange.objects.latest("pk")
    assert last.relation is not None
    assert (last.relation.employee_id, last.before, last.after) == (cast.owner.pk, "甲.txt", "")


def test_a_manager_sends_and_takes_out_for_those_below_them(cast: Cast, customer: Customer, recorded: Any) -> None:
    client = speaking(cast.actor("manager"))
    made = send(client, customer, employeeId=cast.owner.pk)
    label = cast.actor("manager").label
    assert (made.status_code, made.json()["actor"], made.json()["contentType"]) == (201, label, "text/plain")
    assert client.delete(one_of(customer, CustomFile.objects.get())).status_code == 204
    told = [
        (data["employeeId"], data["fieldKeys"]) for name, _pk, data in recorded() if name == "customer.field.changed"
    ]
    assert told == [(cast.owner.pk, ["notes"])] * 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_refused_is_told_in_the_language_of_who_asks(cast: Cast, customer: Customer, language: str) -> None:
    make.custom_field(cast.corp, "nick")
    client = api.client(cast.corp, **{"Accept-Language": language})
    before = everything()
    for key, name, code in (
        ("papers", "a.html", "file_type_refused"),
        ("nick", "a.txt", "not_a_field_of_files"),
        ("none", "a.txt", "custom_field_unknown"),
    ):
        body = refused(send(client, customer, key, name), 422, code)
        assert is_chinese(body["message"]) is is_chinese(body["errors"][0]["message"]) is (language == "zh-hans"), code
    assert everything() == before


def test_of_a_relation_that_ended_the_files_stay_as_they_are(cast: Cast, customer: Customer) -> None:
    client = api.client(cast.corp)
    send(client, customer, employeeId=cast.owner.pk)
    row = CustomFile.objects.get()
    ended(customer)
    before = everything()
    refused(send(client, customer, employeeId=cast.owner.pk), 409, "relation_ended")
    refused(client.delete(one_of(customer, row)), 409, "relation_ended")
    assert client.get(one_of(customer, row)).status_code == 200
    assert everything() == before


def test_one_who_does_not_follow_the_customer_has_no_files_with_them(cast: Cast, customer: Customer) -> None:
    before = everything()
    for employee in (cast.colleague, cast.stranger):
        refused(send(api.client(cast.corp), customer, employeeId=employee.pk), 422, "not_a_follower")
    assert everything() == before


def test_a_customer_who_was_deleted_takes_no_file_and_gives_none_up(cast: Cast, customer: Customer) -> None:
    row = make.custom_file(customer, "papers")
    lifecycle.delete(customer=Customer.objects.get(pk=customer.pk), **AS)
    before, gone = all_but_files(), Customer._base_manager.get(pk=customer.pk)
    with pytest.raises(Conflict) as refusal:
        uploading.take_out(customer=gone, row=CustomFile.objects.get(pk=row.pk), by=SYSTEM, source="api")
    assert refusal.value.code == "customer_deleted"
    with pytest.raises(Conflict) as refusal:
        make.custom_file(gone, "papers")
    assert refusal.value.code == "customer_deleted"
    assert all_but_files() == before
    # What was sent meanwhile is in no field, where the sweep finds it.
    assert list(CustomFile.objects.exclude(field=None)) == [row]


def test_from_a_field_that_is_not_in_use_files_are_read_and_none_is_taken(cast: Cast, customer: Customer) -> None:
    row = make.custom_file(customer, "papers")
    custom.update_field(field=CustomField.objects.get(key="papers"), active=False, **AS)
    client, before = api.client(cast.corp), everything()
    refused(client.delete(one_of(customer, row)), 422, "custom_field_retired")
    refused(send(client, customer, "papers"), 422, "custom_field_retired")
    assert client.get(one_of(customer, row)).status_code == 200
    assert everything() == before


def test_taking_out_twice_is_taking_out_once(customer: Customer) -> None:
    row = make.custom_file(customer, "papers")
    uploading.take_out(customer=customer, row=CustomFile.objects.get(pk=row.pk), **AS)
    before = everything()
    # Once as it stands in the table, and once as somebody had read it before.
    for seen in (CustomFile.objects.get(pk=row.pk), row):
        uploading.take_out(customer=customer, row=seen, **AS)
    assert everything() == before


def test_a_file_that_is_on_its_way_is_nobody_s_yet(cast: Cast, customer: Customer) -> None:
    row = make.custom_file(customer, "papers")
    CustomFile.objects.update(field=None)
    with pytest.raises(NotFound):
        holding.file(customer, row.pk, SYSTEM)
    assert api.client(cast.corp).get(one_of(customer, row)).status_code == 404


def test_a_file_lies_under_its_company_by_a_name_that_tells_nothing(cast: Cast, customer: Customer) -> None:
    first, second = (make.custom_file(customer, "papers", "身份证.txt") for _n in range(2))
    places = [str(row.file.name) for row in (first, second)]
    assert len(set(places)) == 2
    for where in places:
        assert where.startswith(f"custom/{cast.corp.pk}/")
        assert not {"身份证", "txt", str(customer.external_userid)} & set(where.replace(".", "/").split("/"))
        assert default_storage.exists(where)


def test_one_sweep_takes_so_many_and_the_oldest_first(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [make.custom_file(customer, "papers", f"{n}.txt") for n in range(3)]
    put(customer, papers=None)
    monkeypatch.setattr(kept_files, "_BATCH", 2)
    monkeypatch.setattr(kept_files, "_ON_ITS_WAY", -kept_files._ON_ITS_WAY)
    assert (filing.sweep(), list(CustomFile.objects.all())) == (2, [rows[2]])
    assert (filing.sweep(), filing.sweep(), CustomFile.objects.count()) == (1, 0, 0)
