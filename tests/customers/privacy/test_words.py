"""Numbers that somebody wrote into a text: who sees them, who may have them shown, and that stars are never stored."""

from typing import Any

import pytest

from core.errors import RuleViolation
from core.time import now
from corps.choices import Masking
from customers import remarks
from customers.models import AccessRecord, Customer, FollowRelation
from customers.privacy import masking
from followups import communications, revising
from followups.communications.facts import Told
from followups.models import FollowUp, FollowUpVersion, Reminder
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.privacy.people import URL, choose, client, numbered
from tests.doors import refused

TEXT, SHOWN = "电话13711112222，下周谈", "电话137****2222，下周谈"
WHO = ("owner", "colleague", "manager", "admin")
# Under ``others``: of the owner's own customer.
EXPECTED = {"owner": TEXT, "colleague": SHOWN, "manager": SHOWN, "admin": TEXT}


@pytest.fixture
def customer(cast: Cast) -> Customer:
    row = numbered(cast)
    noted = {"remark": "张13711112222", "description": TEXT, "remark_corp_name": "a@example.com公司"}
    remarks.change_remark(customer=row, employee_id=cast.owner.pk, by=cast.actor("admin"), source="api", **noted)
    return Customer.objects.get(pk=row.pk)


@pytest.fixture
def written(cast: Cast, customer: Customer) -> FollowUp:
    row = make.follow_up(customer, cast.owner, content=TEXT)
    make.comment(row, cast.owner, content=TEXT)
    revising.edit(follow_up=row, content=TEXT + "。", by=cast.actor("admin"), source="api")
    revising.edit(follow_up=row, content=TEXT, by=cast.actor("admin"), source="api")
    told = {"kind": "message", "direction": "in", "at": now(), "content": TEXT, "customer_id": customer.pk}
    communications.record(
        corp_id=cast.corp.pk, talks=[Told(external_id="m1", **told)], by=cast.actor("admin"), source="api"
    )
    make.reminder(customer, cast.colleague, content=TEXT, due_at=now())
    return FollowUp.objects.get(pk=row.pk)


def addresses(row: FollowUp) -> dict[str, str]:
    """What of a follow-up and its customer is read where, as one text."""
    return {
        "one": f"/api/v1/followups/{row.pk}",
        "all": "/api/v1/followups",
        "read on": "/api/v1/followups?cursor=",
        "history": f"/api/v1/followups/{row.pk}/history",
        "comments": f"/api/v1/followups/{row.pk}/comments",
        "export": "/api/v1/followups/export",
        "of one": f"{URL}/{row.customer_id}/followups",
        "talks": f"{URL}/{row.customer_id}/communications",
        "reminders": "/api/v1/reminders",
        "detail": f"{URL}/{row.customer_id}",
        "list": URL,
        "follows": f"{URL}/{row.customer_id}/follows",
        "profile": f"{URL}/{row.customer_id}/profile",
    }


def body(answer: Any) -> str:
    found = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return found.decode()


def test_every_door_shows_each_what_they_may_see(cast: Cast, written: FollowUp) -> None:
    for name in WHO:
        for what, address in addresses(written).items():
            text = body(client(cast, name).get(address))
            assert (EXPECTED[name] in text, "13711112222" in text) == (True, EXPECTED[name] == TEXT), (name, what)


@pytest.mark.parametrize(("chosen", "whole"), [(Masking.OFF, True), (Masking.PEOPLE, False), (Masking.ALL, False)])
def test_it_follows_what_the_company_chose(cast: Cast, written: FollowUp, chosen: Masking, whole: bool) -> None:
    choose(cast, chosen)
    for name in ("owner", "colleague"):
        assert client(cast, name).get(addresses(written)["one"]).json()["content"] == (TEXT if whole else SHOWN)
    service = api.client(cast.corp).get(addresses(written)["one"]).json()["content"]
    assert service == (SHOWN if chosen == Masking.ALL else TEXT)


def test_console_pages_show_each_what_they_may_see(cast: Cast, written: FollowUp) -> None:
    tabs = {name: f"tab_{name}" for name in ("follow_ups", "communications", "timeline")}
    pages = {name: page(written.customer, tab) for name, tab in tabs.items()} | {
        "list": page(FollowUp, "changelist"),
        "one": page(written, "change"),
        "calendar": f"{page(FollowUp, 'changelist')}calendar/?employee=",
        "reminders": page(Reminder, "changelist"),
    }
    for name in WHO:
        for what, address in pages.items():
            text = body(entered(cast.users[name]).get(address))
            assert (EXPECTED[name] in text, "13711112222" in text) == (True, EXPECTED[name] == TEXT), (name, what)
        for address in (page(written.customer, "change"), page(written.customer, "tab_relations")):
            text = body(entered(cast.users[name]).get(address))
            assert ("13711112222" in text) == (EXPECTED[name] == TEXT), (name, address)
            assert ("张137****2222" in text) == (EXPECTED[name] != TEXT), (name, address)
    assert SHOWN in body(entered(cast.users["manager"]).get(page(written, "edit")))


class TestWriting:
    def edit(self, cast: Cast, row: FollowUp, name: str, content: str) -> Any:
        return client(cast, name).patch(f"/api/v1/followups/{row.pk}", {"content": content}, format="json")

    def test_what_was_shown_and_comes_back_changes_nothing(self, cast: Cast, written: FollowUp, recorded: Any) -> None:
        before, versions = recorded(), FollowUpVersion.objects.count()
        assert self.edit(cast, written, "manager", SHOWN).json()["content"] == SHOWN
        assert FollowUp.objects.get().content == TEXT
        assert (recorded(), FollowUpVersion.objects.count()) == (before, versions)

    def test_another_text_with_its_stars_is_refused(self, cast: Cast, written: FollowUp, recorded: Any) -> None:
        before = recorded()
        answer = self.edit(cast, written, "manager", f"改约。{SHOWN}")
        refused(answer, 422, "number_masked")
        assert (FollowUp.objects.get().content, recorded()) == (TEXT, before)

    def test_a_text_of_their_own_takes_its_place(self, cast: Cast, written: FollowUp) -> None:
        assert self.edit(cast, written, "manager", "改约，13733334444").json()["content"] == "改约，137****4444"
        assert FollowUp.objects.get().content == "改约，13733334444"

    def test_who_sees_it_whole_may_write_stars(self, cast: Cast, written: FollowUp) -> None:
        assert self.edit(cast, written, "admin", SHOWN).json()["content"] == SHOWN
        assert FollowUp.objects.get().content == SHOWN

    def test_the_form_of_who_sees_stars_saves_none(self, cast: Cast, written: FollowUp) -> None:
        form = page(written, "edit")
        sent = {"content": SHOWN, "kind": "call", "outcome": "", "if_version": written.version}
        sent |= {"next_at_0": "", "next_at_1": ""}
        entered(cast.users["manager"]).post(form, sent)
        row = FollowUp.objects.get()
        assert (row.content, row.kind) == (TEXT, "call")
        sent |= {"content": f"改约。{SHOWN}", "if_version": row.version}
        answer = entered(cast.users["manager"]).post(form, sent)
        assert answer.status_code == 200
        assert FollowUp.objects.get().content == TEXT

    def test_remarks_hold_to_the_same(self, cast: Cast, customer: Customer, recorded: Any) -> None:
        choose(cast, Masking.PEOPLE)
        act: dict[str, Any] = {"customer": customer, "employee_id": cast.owner.pk, "source": "api"}
        before = recorded()
        remarks.change_remark(by=cast.actor("owner"), description=SHOWN, remark="张137****2222", **act)
        with pytest.raises(RuleViolation) as refusal:
            remarks.change_remark(by=cast.actor("owner"), description=f"改约。{SHOWN}", **act)
        assert [(one.field, one.code) for one in refusal.value.errors] == [("description", "number_masked")]
        relation = FollowRelation.objects.get(customer=customer, employee=cast.owner)
        assert (relation.description, relation.remark) == (TEXT, "张13711112222")
        assert recorded() == before


class TestShowing:
    def test_a_note_is_shown_once_with_a_reason_that_is_kept(self, cast: Cast, customer: Customer) -> None:
        asked = {"field": "description", "reason": "客户要求回电"}
        answer = client(cast, "colleague").post(f"{URL}/{customer.pk}/unmask", asked, format="json")
        assert answer.json() == {"field": "description", "value": [TEXT]}
        row = AccessRecord.objects.get(kind="unmask")
        assert (row.what, row.reason, row.employee_id) == ("description", "客户要求回电", cast.colleague.pk)

    def test_a_follow_up_is_shown_with_its_comments(self, cast: Cast, written: FollowUp) -> None:
        address = f"/api/v1/followups/{written.pk}/unmask"
        answer = client(cast, "colleague").post(address, {"reason": "回电"}, format="json")
        assert answer.json() == {"content": TEXT, "comments": [TEXT]}
        row = AccessRecord.objects.get(kind="unmask")
        assert (row.what, row.facts, row.customer_id) == ("followUp", {"id": written.pk}, written.customer_id)
        event = OutboxEvent.objects.get(name="customer.unmasked")
        assert event.payload["data"] == {"customerId": written.customer_id, "field": "followUp"}
        assert "1371111" not in str(event.payload)

    def test_a_stranger_finds_none_and_nobody_without_a_reason(self, cast: Cast, written: FollowUp) -> None:
        address = f"/api/v1/followups/{written.pk}/unmask"
        refused(client(cast, "stranger").post(address, {"reason": "回电"}, format="json"), 404, "not_found")
        refused(client(cast, "colleague").post(address, {"reason": " "}, format="json"), 400, "invalid")
        assert not AccessRecord.objects.filter(kind="unmask").exists()

    def test_the_console_shows_it_on_a_page_that_no_cache_keeps(self, cast: Cast, written: FollowUp) -> None:
        answer = entered(cast.users["colleague"]).post(page(written, "show_numbers"), {"reason": "回电"})
        assert TEXT in body(answer)
        assert "no-store" in answer.headers["Cache-Control"]
        assert AccessRecord.objects.get(kind="unmask").source == "operator"


class TestAsking:
    def test_a_number_is_not_spelled_out_by_searching(self, cast: Cast, written: FollowUp) -> None:
        address = f"{URL}/{written.customer_id}/followups"
        for name in WHO:
            found = [client(cast, name).get(address, {"q": q}).json()["total"] for q in ("1371", "711-1", "下周")]
            assert found == ([1, 0, 1] if EXPECTED[name] == TEXT else [0, 0, 1]), name

    def test_nor_by_conditions_on_notes(self, cast: Cast, customer: Customer) -> None:
        def asked(value: str) -> dict[str, Any]:
            where = {"some": "relation", "where": {"field": "remark", "op": "contains", "value": value}}
            return {"condition": {"version": 1, "where": where}}

        preview = "/api/v1/segments/preview"
        refusal = client(cast, "manager").post(preview, asked("1371"), format="json")
        refused(refusal, 422, "condition_invalid")
        assert client(cast, "manager").post(preview, asked("张"), format="json").status_code == 200
        assert client(cast, "admin").post(preview, asked("1371"), format="json").json()["count"] == 1


def test_what_rules_kept_is_starred_for_everybody() -> None:
    facts = {"relation": [{"remark": TEXT, "employee": 7}], "name": "13711112222"}
    assert masking.noted(facts) == {"relation": [{"remark": SHOWN, "employee": 7}], "name": "13711112222"}


def test_a_page_costs_no_statement_more(cast: Cast, written: FollowUp, django_assert_num_queries: Any) -> None:
    """The same for who sees stars, their own customers' numbers, or everything."""
    for chosen in (Masking.OFF, Masking.OTHERS, Masking.PEOPLE):
        choose(cast, chosen)
        speaking = client(cast, "owner")
        # The number, the page, who was named, files.
        with django_assert_num_queries(4):
            speaking.get("/api/v1/followups")
