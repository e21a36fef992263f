"""The page beside a chat: for the employee whom WeCom named, about the customers whom that employee may see."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from core.time import now
from customers import collaborating
from customers.models import AccessRecord, Customer, CustomerTag
from customers.privacy import viewing
from followups.models import FollowUp
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.test_condition_browser import HOSTILE
from tests.insights.sidebar.conftest import Enter


@pytest.fixture
def row(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="欧阳娜娜", external_userid="wmChat", mobile="13800138000")


def at(row: Customer, act: str = "", corpid: str = "ww0") -> str:
    return f"/sidebar/{corpid}/customers/{row.pk}/{act}"


def named() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def find(browser: Client, named: Any, corpid: str = "ww0") -> Any:
    return browser.post(f"/sidebar/{corpid}/find/", {"externalUserid": named}, content_type="application/json")


class TestFinding:
    def test_the_address_of_whom_the_chat_is_with(self, row: Customer, enter: Enter) -> None:
        assert find(enter("owner"), "wmChat").json() == {"address": at(row)}

    @pytest.mark.parametrize("who", ["colleague", "stranger"])
    def test_whom_one_may_not_see_is_not_there(self, row: Customer, enter: Enter, who: str) -> None:
        corpid = "ww1" if who == "stranger" else "ww0"
        refused = find(enter(who), "wmChat", corpid)
        assert (refused.status_code, refused.json()["code"]) == (404, "not_found")

    @pytest.mark.parametrize("given", [None, "", 7, ["wmChat"]])
    def test_what_names_nobody_is_refused(self, row: Customer, enter: Enter, given: Any) -> None:
        assert find(enter("owner"), given).status_code == 400
        broken = enter("owner").post("/sidebar/ww0/find/", b"[", content_type="application/json")
        assert broken.status_code == 400


class TestThePage:
    def test_it_shows_who_it_is_and_what_was_done(self, cast: Cast, row: Customer, enter: Enter) -> None:
        make.tagged(row, make.tag(make.group(cast.corp), name="意向强"))
        make.follow_up(row, cast.owner, content="要了报价")
        page = enter("owner").get(at(row)).text
        for told in ("欧阳娜娜", "意向强", "要了报价", "王小明"):
            assert told in page

    def test_a_stranger_a_colleague_and_another_company_see_nothing(self, row: Customer, enter: Enter) -> None:
        assert enter("colleague").get(at(row)).status_code == 404
        assert enter("stranger").get(at(row, corpid="ww1")).status_code == 404
        # A session of one company is none in the other.
        away = enter("owner").get(at(row, corpid="ww1"))
        assert away.headers["Location"] == "/wecom/sidebar/ww1/login/"

    @pytest.mark.parametrize("act", ["", "follow-up/", "tags/", "stage/"])
    def test_nobody_is_led_to_wecom_first(self, row: Customer, enter: Enter, act: str) -> None:
        browser, before = enter(""), named()
        away = browser.post(at(row, act)) if act else browser.get(at(row))
        assert away.headers["Location"] == "/wecom/sidebar/ww0/login/"
        assert named() == before

    def test_a_manager_sees_and_writes_for_the_people_below(self, cast: Cast, row: Customer, enter: Enter) -> None:
        page = enter("manager").get(at(row)).text
        assert "欧阳娜娜" in page
        assert 'id="id_content"' in page

    def test_a_collaborator_reads_and_is_offered_nothing_to_write(
        self, cast: Cast, row: Customer, enter: Enter
    ) -> None:
        who: Any = {"employee_ids": [cast.colleague.pk], "by": cast.actor("owner"), "source": "operator"}
        collaborating.add_collaborators(customer=row, **who)
        tag, before = make.tag(make.group(cast.corp)), named()
        page = enter("colleague").get(at(row))
        assert ("欧阳娜娜" in page.text, "<textarea" in page.text, tag.name in page.text) == (True, False, False)
        assert enter("colleague").post(at(row, "tags/"), {"add": tag.pk}).status_code == 403
        assert named() == before

    def test_tags_of_another_company_and_those_that_ended_are_not_offered(
        self, cast: Cast, row: Customer, enter: Enter
    ) -> None:
        other = make.tag(make.group(cast.other_corp), name="别家的")
        ended = make.tag(make.group(cast.corp), name="停用的", deleted_at=now())
        page = enter("owner").get(at(row)).text
        assert (other.name in page, ended.name in page) == (False, False)

    def test_it_speaks_english_to_those_who_chose_it(self, row: Customer, enter: Enter) -> None:
        browser = enter("owner")
        browser.cookies["django_language"] = "en"
        page = browser.get(at(row)).text
        assert ("Write a follow-up" in page, "写跟进" in page) == (True, False)

    def test_each_look_is_written_down(self, cast: Cast, row: Customer, enter: Enter) -> None:
        enter("owner").get(at(row))
        assert viewing.views.flush() == 1
        seen = AccessRecord.objects.get(customer_id=row.pk)
        assert (seen.actor, seen.kind) == (cast.actor("owner").label, AccessRecord.Kind.VIEW)

    def test_it_is_never_kept_by_the_browser(self, row: Customer, enter: Enter) -> None:
        assert "no-store" in enter("owner").get(at(row)).headers["Cache-Control"]

    def test_hostile_names_and_texts_are_shown_as_they_are(self, cast: Cast, enter: Enter) -> None:
        row = make.customer(cast.corp, cast.owner, name=HOSTILE[:60])
        make.tagged(row, make.tag(make.group(cast.corp, name=HOSTILE[:20]), name=HOSTILE[:30]))
        make.follow_up(row, cast.owner, content=HOSTILE)
        page = enter("owner").get(at(row)).text
        assert "<script>window" not in page
        assert "&lt;script&gt;" in page

    def test_it_costs_the_same_however_much_there_is(
        self, cast: Cast, row: Customer, enter: Enter, django_assert_max_num_queries: Any
    ) -> None:
        group, browser = make.group(cast.corp), enter("owner")
        for _n in range(5):
            make.tagged(row, make.tag(group))
            make.follow_up(row, cast.owner)
            make.stage(cast.corp)
        browser.get(at(row))
        # Session, member, the profile's eight, and what may be done: stages, tags, follow-ups, whether it may.
        with django_assert_max_num_queries(16):
            browser.get(at(row))


class TestWriting:
    def test_a_follow_up_is_written_with_its_event(self, cast: Cast, row: Customer, enter: Enter) -> None:
        browser = enter("owner")
        given = {"content": " 下周看样 ", "kind": "call", "outcome": "interested", "next_at": ""}
        assert browser.post(at(row, "follow-up/"), given).headers["Location"] == at(row)
        written = FollowUp.objects.get()
        assert (written.content, written.kind, written.outcome) == ("下周看样", "call", "interested")
        assert (written.employee, written.actor) == (cast.owner, cast.actor("owner").label)
        assert named()[-1] == "customer.followup.created"
        assert "已记录" in browser.get(at(row)).text

    def test_what_is_wrong_is_said_and_stays_in_the_box(self, row: Customer, enter: Enter) -> None:
        before = named()
        past = (now() - dt.timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
        for given in ({"content": "留着", "next_at": past}, {"content": "留着", "kind": "telepathy"}):
            refused = enter("owner").post(at(row, "follow-up/"), given)
            assert (refused.status_code, "留着" in refused.text, 'role="alert"' in refused.text) == (400, True, True)
        assert not FollowUp.objects.exists()
        assert named() == before

    def test_a_tag_is_put_on_and_taken_off(self, cast: Cast, row: Customer, enter: Enter) -> None:
        tag, browser = make.tag(make.group(cast.corp)), enter("owner")
        browser.post(at(row, "tags/"), {"add": tag.pk})
        assert CustomerTag.objects.get(customer=row).actor == cast.actor("owner").label
        browser.post(at(row, "tags/"), {"remove": tag.pk})
        assert not CustomerTag.objects.filter(customer=row).exists()
        assert named()[-2:] == ["customer.tag.added", "customer.tag.removed"]

    def test_tags_are_found_by_a_part_of_their_name(self, cast: Cast, row: Customer, enter: Enter) -> None:
        group = make.group(cast.corp)
        make.tag(group, name="意向强"), make.tag(group, name="老客户")
        page = enter("owner").get(at(row), {"tag": "意向"}).text
        assert ("+ 意向强" in page, "+ 老客户" in page) == (True, False)

    def test_the_stage_is_set(self, cast: Cast, row: Customer, enter: Enter) -> None:
        stage = make.stage(cast.corp, name="报价")
        enter("owner").post(at(row, "stage/"), {"stage": stage.pk})
        row.refresh_from_db()
        assert (row.stage, named()[-1]) == (stage, "customer.stage.changed")

    def test_another_companys_tag_and_stage_are_unknown(self, cast: Cast, row: Customer, enter: Enter) -> None:
        tag, stage = make.tag(make.group(cast.other_corp)), make.stage(cast.other_corp)
        before = named()
        assert enter("owner").post(at(row, "tags/"), {"add": tag.pk}).status_code == 422
        assert enter("owner").post(at(row, "tags/"), {}).status_code == 422
        assert enter("owner").post(at(row, "stage/"), {"stage": stage.pk}).status_code == 422
        row.refresh_from_db()
        assert (row.stage, named()) == (None, before)

    @pytest.mark.parametrize("act", ["follow-up/", "tags/", "stage/"])
    def test_whoever_may_not_see_the_customer_writes_nothing(
        self, cast: Cast, row: Customer, enter: Enter, act: str
    ) -> None:
        tag, before = make.tag(make.group(cast.corp)), named()
        given = {"content": "偷写", "add": tag.pk}
        assert enter("colleague").post(at(row, act), given).status_code == 404
        assert enter("stranger").post(at(row, act, "ww1"), given).status_code == 404
        assert (FollowUp.objects.exists(), named()) == (False, before)

    def test_without_the_token_of_a_form_nothing_is_done(self, cast: Cast, row: Customer, enter: Enter) -> None:
        browser = enter("owner")
        browser.handler.enforce_csrf_checks = True
        assert browser.post(at(row, "follow-up/"), {"content": "x"}).status_code == 403
        assert not FollowUp.objects.exists()
