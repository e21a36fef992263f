"""What is handed to a person of what hangs on them, and what of it is nobody else's to ask for."""

import datetime as dt
from typing import Any

import orjson
import pytest

from core.rendering import dumps
from core.time import now
from corps.actors import SYSTEM
from corps.choices import Masking
from customers import duplicates
from customers.models import AccessRecord, Customer, FollowRelation
from customers.privacy import erasing, exporting
from followups.models import FollowUpAttachment
from tests import api, make
from tests.conftest import Cast
from tests.customers.privacy.parts import DROPPED, SECRET, WRITTEN, Known, fields, know
from tests.customers.privacy.people import MOBILE, NOTED, STARRED, URL, choose, client, numbered
from tests.doors import refused

OTHERS = "另一个人的话"


@pytest.fixture
def known(cast: Cast) -> Known:
    fields(cast)
    return know(cast, numbered(cast))


@pytest.fixture
def other(cast: Cast, known: Known) -> Customer:
    """Somebody else with the same number, of whom something is written too."""
    row = numbered(cast, unionid="oUnionOfTheOther99", name=OTHERS)
    follow_up = make.follow_up(row, cast.owner, content=OTHERS)
    make.comment(follow_up, content=OTHERS)
    make.attachment(follow_up, name=f"{OTHERS}.txt")
    make.communication(row, cast.owner, content=OTHERS)
    make.filled(row, hobby=OTHERS)
    duplicates.refresh(corp_id=cast.corp.pk, until=now() + dt.timedelta(seconds=1))
    return row


def export(customer: Customer) -> dict[str, list[dict[str, Any]]]:
    told = exporting.export(customer=customer, reason="客户要求", by=SYSTEM, source="api")
    found: dict[str, list[dict[str, Any]]] = orjson.loads(dumps(told))["tables"]
    return found


def test_every_row_that_hangs_on_them_is_in_it_once(known: Known, other: Customer) -> None:
    told = export(known.customer)
    for model in (*WRITTEN, *DROPPED):
        ids = list(model.objects.filter(customer=known.customer).order_by("pk").values_list("pk", flat=True))
        assert [row["id"] for row in told[model._meta.db_table]] == ids, model
        assert ids, model


def test_it_says_what_was_written_word_for_word(known: Known, other: Customer) -> None:
    told = export(known.customer)
    for model, columns in WRITTEN.items():
        texts = [row[column] for row in told[model._meta.db_table] for column in columns]
        assert all(text.startswith(SECRET) for text in texts), model
    assert {row["text"] for row in told["custom_value"]} >= {SECRET}
    assert ["钓鱼", SECRET] in [[row["before"], row["after"]] for row in told["custom_change"]]


def test_what_was_written_of_another_is_not_in_it_though_the_pair_is(known: Known, other: Customer) -> None:
    told = export(known.customer)
    assert [(row["first"], row["second"]) for row in told["duplicate_pair"]] == [(known.customer.pk, other.pk)]
    assert OTHERS not in dumps(told).decode()


def test_after_an_erasure_there_is_nothing_to_hand_out(known: Known, other: Customer) -> None:
    erasing.erase(customer=known.customer, reason="客户要求删除", by=SYSTEM, source="api")
    told = export(Customer.objects.get(pk=known.customer.pk))
    text = dumps(told).decode()
    assert not [words for words in (SECRET, MOBILE, NOTED) if words in text]
    assert not set(told) & {model._meta.db_table for model in DROPPED}
    # Of the other one everything is still there.
    assert OTHERS in dumps(export(other)).decode()


def test_a_file_is_named_and_not_in_it(known: Known) -> None:
    (row,) = export(known.customer)["follow_up_attachment"]
    kept = FollowUpAttachment.objects.get()
    assert (row["name"], row["file"], row["size"]) == (f"{SECRET}.txt", kept.file.name, kept.size)


@pytest.mark.parametrize("name", ["owner", "colleague", "manager"])
def test_who_may_not_take_a_person_along_is_kept_out_and_leaves_no_trace(cast: Cast, known: Known, name: str) -> None:
    before = AccessRecord.objects.count()
    answer = client(cast, name).post(f"{URL}/{known.customer.pk}/person", {"reason": "客户要求"}, format="json")
    assert answer.status_code == 403
    assert AccessRecord.objects.count() == before


class TestASecondRecord:
    """A number is shown of the record that was asked for, and of no other one of the person."""

    @pytest.fixture
    def both(self, cast: Cast) -> list[Customer]:
        kept, gone = make.customer(cast.corp, cast.owner, mobile=MOBILE), make.customer(cast.corp, cast.colleague)
        FollowRelation.objects.filter(customer=kept).update(remark_mobiles=[NOTED])
        FollowRelation.objects.filter(customer=gone).update(remark_mobiles=["13700001111"])
        make.merge(kept, gone)
        return [kept, gone]

    def asked(self, cast: Cast, name: str, row: Customer, field: str) -> Any:
        body = {"field": field, "reason": "客户要求回电"}
        return client(cast, name).post(f"{URL}/{row.pk}/unmask", body, format="json")

    def test_who_follows_another_record_is_shown_it_and_that_is_kept(self, cast: Cast, both: list[Customer]) -> None:
        kept = both[0]
        assert client(cast, "colleague").get(f"{URL}/{kept.pk}").json()["mobile"] == STARRED["mobile"]
        assert self.asked(cast, "colleague", kept, "mobile").json()["value"] == MOBILE
        assert self.asked(cast, "colleague", kept, "remarkMobiles").json()["value"] == [NOTED]
        rows = AccessRecord.objects.filter(kind="unmask").order_by("id")
        assert [(row.customer_id, row.what, row.employee_id) for row in rows] == [
            (kept.pk, "mobile", cast.colleague.pk),
            (kept.pk, "remarkMobiles", cast.colleague.pk),
        ]
        # Seen once, not from now on.
        assert client(cast, "colleague").get(f"{URL}/{kept.pk}").json()["mobile"] == STARRED["mobile"]

    def test_a_stranger_is_told_of_neither(self, cast: Cast, both: list[Customer]) -> None:
        for row in both:
            refused(self.asked(cast, "stranger", row, "mobile"), 404, "not_found")
        assert not AccessRecord.objects.filter(kind="unmask").exists()

    def test_no_list_of_candidates_or_plan_of_a_merge_holds_a_number(self, cast: Cast, both: list[Customer]) -> None:
        twin = make.customer(cast.corp, cast.owner, mobile=MOBILE)
        make.duplicate_pair(both[0], twin)
        choose(cast, Masking.OFF)
        admin = client(cast, "admin")
        listed = admin.get("/api/v1/duplicates")
        body: dict[str, Any] = {"otherIds": [twin.pk]}
        planned = admin.post(f"{URL}/{both[0].pk}/merge", body | {"preview": True}, format="json")
        merged = admin.post(f"{URL}/{both[0].pk}/merge", body, format="json")
        for answer in (listed, planned, merged):
            assert answer.status_code == 200, answer.content
            content = answer.content.decode()
            assert not [number for number in (MOBILE, NOTED, "13700001111") if number in content]


def test_a_service_without_the_scope_sees_no_number_of_a_hidden_one(cast: Cast, known: Known) -> None:
    answer = api.client(cast.corp, "read").post(f"{URL}/{known.customer.pk}/unmask", {"field": "mobile", "reason": "x"})
    assert answer.status_code == 403
    assert not AccessRecord.objects.filter(kind="unmask").exists()


def test_a_person_of_another_company_is_not_handed_out(cast: Cast, known: Known) -> None:
    answer = client(cast, "stranger").post(f"{URL}/{known.customer.pk}/person", {"reason": "客户要求"}, format="json")
    refused(answer, 404, "not_found")
    assert not AccessRecord.objects.filter(kind="person").exists()
