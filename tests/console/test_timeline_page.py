"""The timeline on a customer's page, and the page of all of it: narrowed, paged, for whoever sees the customer."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.time import now
from customers.models import Customer
from followups.models import TimelineEntry
from insights.timeline import pages
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


def shown(cast: Cast, customer: Customer, kind: str = "timeline", who: str = "owner", /, **query: str) -> str:
    answer = entered(cast.users[who]).get(page(customer, kind), query)
    assert answer.status_code == 200
    return answer.content.decode()


def titles(cast: Cast, customer: Customer, /, **query: str) -> list[str]:
    """What the page lists, by the facts' only words."""
    answer = entered(cast.users["owner"]).get(page(customer, "timeline"), query)
    return [entry.text for entry in answer.context["page"].entries]


def many(customer: Customer, number: int) -> list[TimelineEntry]:
    """The newest last; each says which it is."""
    return [
        make.entry(customer, kind="sop_step_done", at=now() - dt.timedelta(hours=number - n), facts={"step": n})
        for n in range(1, number + 1)
    ]


class TestOnTheCustomersPage:
    def test_the_newest_are_there_with_what_is_open(self, cast: Cast, customer: Customer) -> None:
        tag = make.tag(make.group(cast.corp), name="重点客户")
        make.entry(customer, cast.owner, kind="tag_added", facts={"tagIds": [tag.pk]})
        sop = make.sop(customer, name="新客户欢迎", step=2, steps=5)
        open_ = make.reminder(customer, cast.owner, content="回电", due_at=now() - dt.timedelta(days=1))
        make.reminder(customer, cast.owner, content="做过了", state="done")
        over = make.sop(customer, name="生日关怀", state="ended")
        content = shown(cast, customer, "tab_timeline")
        for text in ("王小明 · 重点客户", "新客户欢迎", "第 2 步，共 5 步", "回电", "已逾期"):
            assert text in content, text
        for row in (sop, open_):
            assert page(row, "change") in content
        assert "做过了" not in content
        assert page(over, "change") not in content
        assert page(customer, "timeline") in content

    def test_one_that_is_to_be_stopped_says_so(self, cast: Cast, customer: Customer) -> None:
        make.sop_stop(make.sop(customer))
        assert "待停止" in shown(cast, customer, "tab_timeline")

    def test_without_entries_it_says_where_they_come_from(self, cast: Cast, customer: Customer) -> None:
        content = shown(cast, customer, "tab_timeline")
        assert "该客户还没有时间线记录" in content
        assert "rebuild_timeline" in content

    def test_a_step_without_words_is_called_by_its_sop(self, cast: Cast, customer: Customer) -> None:
        sop = make.sop(customer, name="新客户欢迎")
        make.reminder(customer, cast.owner, enrolment=sop, step=3, content="")
        assert "新客户欢迎 · 第 3 步" in shown(cast, customer, "tab_timeline")

    def test_no_more_than_a_page_is_read(self, cast: Cast, customer: Customer) -> None:
        many(customer, pages.SIZE + 5)
        content = shown(cast, customer, "tab_timeline")
        assert content.count("<time ") == pages.SIZE
        assert "更早的记录与筛选" in content

    def test_the_customer_is_saved_as_before(self, cast: Cast, customer: Customer) -> None:
        make.entry(customer, cast.owner)
        client = entered(cast.users["owner"])
        form = form_of(client.get(page(customer, "change")), name="李四")
        assert client.post(page(customer, "change"), form).status_code == 302
        assert Customer.objects.get().name == "李四"
        assert TimelineEntry.objects.count() == 1

    def test_a_new_customer_has_none(self, cast: Cast) -> None:
        answer = entered(cast.users["owner"]).get("/admin/customers/customer/add/")
        assert answer.status_code == 200
        assert "<time " not in answer.content.decode()

    def test_its_cost_is_the_same_with_few_entries_and_many(self, cast: Cast, customer: Customer) -> None:
        client = entered(cast.users["admin"])
        many(customer, 2)
        counts = []
        for _few in range(2):
            client.get(page(customer, "tab_timeline"))
            with CaptureQueriesContext(connection) as seen:
                client.get(page(customer, "tab_timeline"))
            counts.append(len(seen))
            many(customer, 30)
        assert counts[0] == counts[1]


class TestTheWholeOfIt:
    def test_pages_of_it_go_on_to_the_oldest_and_back(self, cast: Cast, customer: Customer) -> None:
        many(customer, pages.SIZE + 3)
        client = entered(cast.users["owner"])
        first = client.get(page(customer, "timeline"))
        older = first.context["page"].older
        assert older
        assert f"older={older}" in first.content.decode()
        second = client.get(page(customer, "timeline"), {"older": older})
        texts = [entry.text for answer in (first, second) for entry in answer.context["page"].entries]
        assert texts == [f"第 {n} 步" for n in range(pages.SIZE + 3, 0, -1)]
        assert second.context["page"].older is None
        assert "最新" in second.content.decode()

    def test_it_is_narrowed_by_kind(self, cast: Cast, customer: Customer) -> None:
        make.entry(customer, kind="sop_step_done", facts={"step": 1})
        make.entry(customer, kind="remark_changed", facts={"changed": ["remark"]})
        assert titles(cast, customer, kind="remark_changed") == ["备注"]
        assert len(titles(cast, customer, kind="nonsense")) == 2

    def test_it_is_narrowed_by_who_has_to_do_with_the_customer(self, cast: Cast, customer: Customer) -> None:
        make.relation(customer, cast.colleague)
        make.entry(customer, cast.owner, facts={})
        make.entry(customer, cast.colleague, facts={})
        assert titles(cast, customer, employee=str(cast.colleague.pk)) == ["李小红"]
        content = shown(cast, customer)
        assert f'value="{cast.colleague.pk}"' in content
        assert f'value="{cast.manager.pk}"' not in content

    def test_days_are_the_companys_and_both_are_included(self, cast: Cast, customer: Customer) -> None:
        for hours, step in ((0, 1), (23, 2), (24, 3)):
            at = dt.datetime(2026, 3, 1, tzinfo=cast.corp.zone) + dt.timedelta(hours=hours)
            make.entry(customer, kind="sop_step_done", at=at, facts={"step": step})
        assert titles(cast, customer, first="2026-03-01", last="2026-03-01") == ["第 2 步", "第 1 步"]
        assert titles(cast, customer, first="2026-03-02") == ["第 3 步"]
        assert titles(cast, customer, last="2026-02-28") == []

    def test_filters_stay_with_older_pages(self, cast: Cast, customer: Customer) -> None:
        many(customer, pages.SIZE + 1)
        content = shown(cast, customer, kind="sop_step_done", first="2020-01-01")
        assert "?kind=sop_step_done&amp;first=2020-01-01&amp;older=" in content

    @pytest.mark.parametrize("query", [{"first": "30.2."}, {"employee": "x"}, {"employee": "999999"}])
    def test_what_can_not_be_asked_is_said_beside_the_field(
        self, cast: Cast, customer: Customer, query: dict[str, str]
    ) -> None:
        make.entry(customer, kind="sop_step_done", facts={"step": 1})
        answer = entered(cast.users["owner"]).get(page(customer, "timeline"), query)
        assert answer.status_code == 200
        assert set(answer.context["form"].errors) == set(query)
        assert len(answer.context["page"].entries) == 1

    def test_a_cursor_of_something_else_leads_to_the_beginning(self, cast: Cast, customer: Customer) -> None:
        answer = entered(cast.users["owner"]).get(page(customer, "timeline"), {"older": "x"})
        assert (answer.status_code, answer.url) == (302, page(customer, "timeline"))

    def test_what_filters_leave_nothing_of_says_so_and_leads_back(self, cast: Cast, customer: Customer) -> None:
        make.entry(customer, kind="sop_step_done", facts={"step": 1})
        content = shown(cast, customer, kind="blacklisted")
        assert "没有符合条件的记录" in content
        assert 'href="?"' in content

    def test_without_any_entry_it_says_where_they_come_from(self, cast: Cast, customer: Customer) -> None:
        assert "该客户还没有时间线记录" in shown(cast, customer)

    def test_it_speaks_english_too(self, cast: Cast, customer: Customer) -> None:
        make.entry(customer, cast.owner, kind="unfollowed", facts={"endedBy": "customer"}, source="callback")
        client = entered(cast.users["owner"])
        content = client.get(page(customer, "timeline"), headers={"Accept-Language": "en"}).content.decode()
        if "relation ended" in content:
            assert "deleted by the customer" in content
        assert "王小明" in content

    def test_whatever_is_written_is_shown_as_text(self, cast: Cast, customer: Customer) -> None:
        row = make.follow_up_row(customer, content="<script>alert(1)</script>")
        make.entry(customer, kind="follow_up", facts={"followUpId": row.pk})
        for kind in ("tab_timeline", "timeline"):
            content = shown(cast, customer, kind)
            assert "<script>alert(1)" not in content
            assert "&lt;script&gt;alert(1)" in content

    @pytest.mark.parametrize("who", ["colleague", "stranger"])
    def test_of_a_customer_who_is_not_theirs_there_is_none(self, cast: Cast, customer: Customer, who: str) -> None:
        make.entry(customer, kind="sop_step_done", facts={"step": 7})
        answer = entered(cast.users[who]).get(page(customer, "timeline"), follow=True)
        assert "第 7 步" not in answer.content.decode()

    def test_a_page_costs_the_same_at_any_depth(self, cast: Cast, customer: Customer) -> None:
        many(customer, 3 * pages.SIZE)
        client, counts = entered(cast.users["owner"]), []
        cursor: str | None = ""
        client.get(page(customer, "timeline"))
        while cursor is not None:
            with CaptureQueriesContext(connection) as seen:
                answer = client.get(page(customer, "timeline"), {"older": cursor} if cursor else {})
            counts.append(len(seen))
            cursor = answer.context["page"].older
        assert len(counts) == 3
        assert len(set(counts)) == 1
