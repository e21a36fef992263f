"""An erasure takes along what hangs on a customer: their follow-ups' parts, talks, own fields and likenesses; of others
nothing."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.storage import InMemoryStorage

from core.time import now
from corps.actors import SYSTEM
from customers import duplicates, merging
from customers.merging.merging import mark
from customers.models import (
    AccessRecord,
    Customer,
    CustomerKey,
    CustomerMerge,
    CustomField,
    DuplicatePair,
    FollowRelation,
)
from customers.privacy import accesses, erasing, exporting
from followups import attaching
from followups.models import (
    FollowUpAttachment,
    FollowUpMention,
    FollowUpVersion,
)
from tests import make
from tests.conftest import Cast
from tests.customers.privacy.parts import BY, DROPPED, SECRET, WRITTEN, Known, fields, know
from tests.customers.privacy.people import MOBILE, NOTED, client, numbered


@pytest.fixture
def both(cast: Cast) -> list[Known]:
    """The one who will be erased, and another one with the same number."""
    fields(cast)
    rows = [numbered(cast), numbered(cast, unionid="oUnionOfTheOther99")]
    found = [know(cast, row) for row in rows]
    duplicates.refresh(corp_id=cast.corp.pk, until=now() + dt.timedelta(seconds=1))
    return found


def erase(known: Known) -> None:
    erasing.erase(customer=Customer.objects.get(pk=known.customer.pk), reason="客户要求删除", **BY)


def rows_of(known: Known, model: Any) -> list[dict[str, Any]]:
    return list(model.objects.filter(customer=known.customer).order_by("pk").values())


def late() -> None:
    FollowUpAttachment.objects.update(create_time=now() - dt.timedelta(hours=2))


def test_what_was_written_is_empty_and_goes_on_counting(both: list[Known]) -> None:
    before = {model: len(rows_of(both[0], model)) for model in WRITTEN}
    assert min(before.values()) >= 1
    erase(both[0])
    for model, columns in WRITTEN.items():
        rows = rows_of(both[0], model)
        assert len(rows) == before[model], model
        assert {row[column] for row in rows for column in columns} == {""}, model


def test_neither_versions_nor_what_was_deleted_are_read_again(cast: Cast, both: list[Known]) -> None:
    erase(both[0])
    versions = FollowUpVersion.objects.filter(customer=both[0].customer)
    assert sorted(versions.values_list("revision", flat=True)) == ["deleted", "edited"]
    admin = client(cast, "admin")
    for below in (f"followups/{both[0].follow_up.pk}/history", f"customers/{both[0].customer.pk}/followups/deleted"):
        assert SECRET not in admin.get(f"/api/v1/{below}").content.decode(), below


def test_own_fields_keys_and_pairs_are_gone(both: list[Known]) -> None:
    assert all(rows_of(both[0], model) for model in DROPPED)
    assert DuplicatePair.objects.count() == 1
    erase(both[0])
    assert {model.__name__: len(rows_of(both[0], model)) for model in DROPPED} == {m.__name__: 0 for m in DROPPED}
    assert not DuplicatePair.objects.exists()
    # What a field is stays, for the others.
    assert CustomField.objects.count() == 3


def test_nobody_is_found_to_be_like_them_any_more(cast: Cast, both: list[Known]) -> None:
    erase(both[0])
    duplicates.refresh(corp_id=cast.corp.pk, until=now() + dt.timedelta(seconds=1))
    assert rows_of(both[0], CustomerKey) == []
    assert rows_of(both[1], CustomerKey) != []
    assert not DuplicatePair.objects.exists()


def test_another_person_keeps_theirs_to_the_letter(both: list[Known]) -> None:
    models = (*WRITTEN, *DROPPED, FollowUpMention, FollowRelation)
    before = {model: rows_of(both[1], model) for model in models}
    erase(both[0])
    assert {model: rows_of(both[1], model) for model in models} == before
    assert all(before.values())
    late()
    attaching.sweep()
    kept = FollowUpAttachment.objects.get()
    assert (kept.pk, kept.follow_up_id) == (both[1].attachment.pk, both[1].follow_up.pk)
    assert kept.file.storage.open(kept.file.name).read() == SECRET.encode()


class TestFiles:
    def test_the_sweep_takes_the_file_and_then_its_row(self, both: list[Known]) -> None:
        file = both[0].attachment.file
        erase(both[0])
        row = FollowUpAttachment.objects.get(pk=both[0].attachment.pk)
        assert (row.follow_up_id, row.name, row.file.name) == (None, "", file.name)
        assert file.storage.exists(file.name)
        late()
        assert attaching.sweep() == 1
        assert not file.storage.exists(file.name)
        assert not FollowUpAttachment.objects.filter(pk=row.pk).exists()

    def test_nobody_gets_it_until_then(self, cast: Cast, both: list[Known]) -> None:
        address = f"/api/v1/followups/{both[0].follow_up.pk}/attachments/{both[0].attachment.pk}"
        admin = client(cast, "admin")
        assert admin.get(address).status_code == 200
        erase(both[0])
        assert admin.get(address).status_code == 404
        assert admin.get(address.rpartition("/")[0]).json()["list"] == []

    def test_one_that_storage_can_not_delete_is_tried_again(
        self, both: list[Known], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        file = both[0].attachment.file
        erase(both[0])
        late()
        with monkeypatch.context() as patched:
            patched.setattr(InMemoryStorage, "delete", _fails)
            assert attaching.sweep() == 0
        assert FollowUpAttachment.objects.filter(pk=both[0].attachment.pk).exists()
        assert attaching.sweep() == 1
        assert not file.storage.exists(file.name)


def _fails(*_args: Any) -> None:
    raise OSError("storage is away")


class TestMerges:
    def test_no_mark_of_a_number_is_left_of_a_merge(self, cast: Cast) -> None:
        kept, other = make.customer(cast.corp, cast.owner), make.customer(cast.corp, cast.owner, mobile=MOBILE)
        merge = make.merge(kept, other)
        assert merge.filled["mobile"][1] == mark(MOBILE)
        erasing.erase(customer=Customer.objects.get(pk=kept.pk), reason="客户要求删除", **BY)
        assert CustomerMerge.objects.get().filled == {}
        # The other record is told apart again, and gives nothing back to who is nobody.
        merging.undo(merge=CustomerMerge.objects.get(), by=SYSTEM, source="operator")
        assert CustomerMerge.objects.get().left == []
        assert Customer.objects.get(pk=kept.pk).mobile is None
        assert Customer.objects.get(pk=other.pk).mobile == MOBILE

    def test_a_merge_of_others_keeps_its_marks(self, cast: Cast) -> None:
        gone = numbered(cast)
        make.merge(make.customer(cast.corp, cast.owner), make.customer(cast.corp, cast.owner, mobile=MOBILE))
        erasing.erase(customer=gone, reason="客户要求删除", **BY)
        assert CustomerMerge.objects.get().filled["mobile"][1] == mark(MOBILE)


class TestAccesses:
    def took(self, cast: Cast, words: str) -> AccessRecord:
        told: Any = {"by": cast.actor("admin"), "source": "api", "address": ""}
        (row,) = accesses.exported(what="followups", number=1, filters={"q": words, "kind": "call"}, **told)
        return row

    def test_a_number_that_was_searched_for_is_gone_and_the_export_stays(self, cast: Cast) -> None:
        customer = numbered(cast)
        rows = [self.took(cast, MOBILE), self.took(cast, f"tel {NOTED}"), self.took(cast, "13700001111")]
        erasing.erase(customer=customer, reason="客户要求删除", **BY)
        facts = [AccessRecord.objects.get(pk=row.pk).facts for row in rows]
        assert [fact["kind"] for fact in facts] == ["call"] * 3
        assert not [fact for fact in facts if MOBILE in fact["q"] or NOTED in fact["q"]]
        assert facts[2]["q"] == "13700001111"

    def test_who_takes_a_person_along_gets_the_searches_for_them_once(self, cast: Cast) -> None:
        customer = numbered(cast)
        row = self.took(cast, MOBILE)
        told = exporting.export(customer=customer, reason="客户要求", by=SYSTEM, source="api", address="")
        assert [one["id"] for one in told["tables"]["access_record"] if one["what"] == "followups"] == [row.pk]


def test_no_own_field_is_shown_of_them_and_the_others_are(cast: Cast, both: list[Known]) -> None:
    erase(both[0])
    detail = client(cast, "admin").get(f"/api/v1/customers/{both[0].customer.pk}").json()
    assert detail["customFields"] == {}
    assert [follow["customFields"] for follow in detail["follows"]] == [{}]
    kept = client(cast, "admin").get(f"/api/v1/customers/{both[1].customer.pk}").json()
    assert kept["customFields"]["hobby"] == SECRET
