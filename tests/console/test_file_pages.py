"""The page of a field's files: which field and whose it is, what is refused whole, and whom it is shut to."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from customers.choices import RelationStatus
from customers.custom.entries import MOST_FILES, Entries
from customers.models import Customer, CustomField, CustomFile, CustomValue, FollowRelation
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.custom.common import K, held
from tests.customers.custom.common import everything as all_but_files


@pytest.fixture
def papers(cast: Cast) -> CustomField:
    return make.custom_field(cast.corp, "papers", kind=K.FILES, name="合同文件")


@pytest.fixture
def customer(cast: Cast, papers: CustomField) -> Customer:
    return make.customer(cast.corp, cast.owner)


def everything() -> list[list[Any]]:
    return [*all_but_files(), list(CustomFile.objects.order_by("pk").values())]


def place(customer: Customer, query: str = "") -> str:
    return page(customer, "custom_files") + query


def text(name: str = "新.txt", content: bytes = b"x") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def names(customer: Customer, key: str = "papers", employee_id: int | None = None) -> list[str]:
    return [name for _pk, name, _size in Entries.of(held(customer, key, employee_id))]


@pytest.mark.parametrize(("name", "content"), [("a.html", b"<b>"), ("a.png", b"GIF89a"), ("a.txt", b"a\x00")])
def test_with_a_file_that_is_refused_none_is_taken_out(
    cast: Cast, customer: Customer, name: str, content: bytes
) -> None:
    row, before = make.custom_file(customer, "papers"), everything()
    sent = {"gone": [row.pk], "file": text(name, content)}
    answer = entered(cast.users["owner"]).post(place(customer), sent)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["file"])
    assert everything() == before


def test_one_is_taken_out_for_another_where_there_is_no_room_for_both(cast: Cast, customer: Customer) -> None:
    rows = [make.custom_file(customer, "papers", f"{n}.txt") for n in range(MOST_FILES)]
    client, before = entered(cast.users["owner"]), everything()
    full = client.post(place(customer), {"file": text()})
    assert list(full.context["form"].errors) == ["file"]
    assert f"{MOST_FILES}" in full.context["form"].errors["file"][0]
    assert everything() == before
    assert client.post(place(customer), {"gone": [rows[0].pk], "file": text()}).status_code == 302
    assert names(customer) == [*(f"{n}.txt" for n in range(1, MOST_FILES)), "新.txt"]
    rows[0].refresh_from_db()
    assert rows[0].field_id is None


def test_a_form_that_says_nothing_changes_nothing(cast: Cast, customer: Customer) -> None:
    make.custom_file(customer, "papers")
    before = everything()
    assert entered(cast.users["owner"]).post(place(customer), {}).status_code == 302
    assert everything() == before


def test_only_what_is_in_the_field_can_be_taken_out_of_it(cast: Cast, papers: CustomField, customer: Customer) -> None:
    make.custom_field(cast.corp, "pictures", kind=K.FILES)
    mine, next_door = make.custom_file(customer, "papers"), make.custom_file(customer, "pictures")
    others = make.custom_file(make.customer(cast.corp, cast.owner), "papers")
    before, client = everything(), entered(cast.users["owner"])
    for gone in ([next_door.pk], [mine.pk, others.pk], ["x"], [10**30]):
        answer = client.post(place(customer, f"?field={papers.pk}"), {"gone": gone})
        assert (answer.status_code, list(answer.context["form"].errors)) == (200, ["gone"]), gone
    assert everything() == before
    # What is out already is not offered a second time.
    assert client.post(place(customer), {"gone": [mine.pk]}).status_code == 302
    assert "gone" not in client.get(place(customer)).context["form"].fields


def test_without_a_named_field_it_is_the_first_in_use(cast: Cast, papers: CustomField, customer: Customer) -> None:
    later = make.custom_field(cast.corp, "later", kind=K.FILES, name="后来的文件")
    client = entered(cast.users["owner"])
    assert client.get(place(customer)).context["title"] == "合同文件的文件"
    assert client.get(place(customer, f"?field={later.pk}")).context["title"] == "后来的文件的文件"
    CustomField.objects.filter(pk=papers.pk).update(active=False)
    assert client.get(place(customer)).context["title"] == "后来的文件的文件"
    CustomField.objects.update(active=False)
    empty = client.get(place(customer))
    assert (empty.status_code, empty.context["text"]) == (200, "没有启用的文件类自定义字段。")
    before = everything()
    assert client.post(place(customer), {"file": text()}).status_code == 200
    assert everything() == before


def test_a_field_that_is_none_of_these_files_is_not_there(cast: Cast, customer: Customer) -> None:
    wrong = [
        make.custom_field(cast.corp, "nick").pk,
        make.custom_field(cast.corp, "old", kind=K.FILES, active=False).pk,
        make.custom_field(cast.corp, "notes", kind=K.FILES, subject="relation").pk,
        make.custom_field(cast.other_corp, "theirs", kind=K.FILES).pk,
    ]
    before, client = everything(), entered(cast.users["admin"])
    for asked in (*wrong, "x", "-1", "²", "9" * 40):
        address = place(customer, f"?field={asked}")
        assert (client.get(address).status_code, client.post(address, {"file": text()}).status_code) == (404, 404), (
            asked
        )
    assert everything() == before


def test_a_manager_puts_files_to_what_those_below_them_have(cast: Cast, customer: Customer) -> None:
    notes = make.custom_field(cast.corp, "notes", kind=K.FILES, subject="relation")
    mine = FollowRelation.objects.get(customer=customer)
    address = place(customer, f"?relation={mine.pk}&field={notes.pk}")
    assert entered(cast.users["manager"]).post(address, {"file": text()}).status_code == 302
    assert (names(customer, "notes", cast.owner.pk), CustomValue.objects.get().relation_id) == (["新.txt"], mine.pk)
    row = CustomFile.objects.get()
    assert (row.relation_id, row.actor) == (mine.pk, cast.actor("manager").label)
    # It is in the relation's field, and so in none of the customer's own.
    assert names(customer) == []


def test_a_relation_that_ended_or_is_another_customer_s_takes_no_files(cast: Cast, customer: Customer) -> None:
    make.custom_field(cast.corp, "notes", kind=K.FILES, subject="relation")
    ended = make.relation(customer, cast.colleague)
    FollowRelation.objects.filter(pk=ended.pk).update(status=RelationStatus.ENDED_BY_EMPLOYEE)
    others = FollowRelation.objects.get(customer=make.customer(cast.corp, cast.owner))
    before, client = everything(), entered(cast.users["admin"])
    for asked in (ended.pk, others.pk, "x", "9" * 40):
        address = place(customer, f"?relation={asked}")
        assert (client.get(address).status_code, client.post(address, {"file": text()}).status_code) == (404, 404), (
            asked
        )
    assert everything() == before


def test_who_may_not_see_the_customer_neither_reads_nor_changes_its_files(cast: Cast, customer: Customer) -> None:
    row = make.custom_file(customer, "papers")
    read, before = reverse("admin:customers_customer_custom_file", args=[customer.pk, row.pk]), everything()
    for who in ("colleague", "stranger"):
        client = entered(cast.users[who])
        answers = [client.get(read), client.get(place(customer)), client.post(place(customer), {"gone": [row.pk]})]
        # As of any customer who isn't theirs: back to the list, and nothing of it told.
        assert [answer.status_code for answer in answers] == [302, 302, 302], who
        assert not any(row.name in answer.content.decode() for answer in answers)
    assert everything() == before


def test_a_file_is_read_only_with_its_own_customer_and_at_a_number_that_can_be(cast: Cast, customer: Customer) -> None:
    row, other = make.custom_file(customer, "papers"), make.customer(cast.corp, cast.owner)
    client = entered(cast.users["owner"])

    def status(whose: Customer, file: int) -> int:
        answer = client.get(reverse("admin:customers_customer_custom_file", args=[whose.pk, file]))
        return int(answer.status_code)

    assert (status(customer, row.pk), status(other, row.pk), status(customer, row.pk + 1)) == (200, 404, 404)
    assert (status(customer, 2**63 - 1), status(customer, 2**63)) == (404, 302)
    row.file.storage.delete(str(row.file.name))
    assert status(customer, row.pk) == 404
