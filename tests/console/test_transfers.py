"""Transfers in the console: drawn up, judged, started, held up, and where the ways to them begin."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from core.time import now
from corps import mirrored
from corps.choices import EmployeeStatus
from corps.models import Employee
from customers.models import Customer, TransferItem, TransferJob
from groups import leavers
from groups.choices import ChatStatus
from groups.models import GroupChat
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.segments import crowd

DRAW = "admin:customers_transferjob_draw"
HAND_OVER_CHATS = "admin:groups_grouptransferjob_hand_over"


@pytest.fixture
def customers(cast: Cast) -> list[Customer]:
    type(cast.corp).objects.filter(pk=cast.corp.pk).update(mirrored=True)
    mirrored.forget()
    return [make.customer(cast.corp, cast.owner, name=f"客户{n}", external_userid=f"wm{n}") for n in range(3)]


@pytest.fixture
def client(cast: Cast) -> Any:
    return entered(cast.users["admin"])


def asked(cast: Cast, **more: Any) -> dict[str, Any]:
    return {"handover": cast.owner.pk, "takers": [cast.colleague.pk], "which": "all", "message": ""} | more


def told(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


class TestDrawing:
    def test_the_page_asks_and_writes_nothing(self, cast: Cast, client: Any, customers: list[Customer]) -> None:
        answer = client.get(reverse(DRAW), {"handover": cast.owner.pk})
        assert answer.status_code == 200
        assert "分配客户" in answer.content.decode()
        assert "王小明" in answer.content.decode()
        assert TransferJob.objects.count() == 0

    def test_all_of_an_employee(self, cast: Cast, client: Any, customers: list[Customer]) -> None:
        answer = client.post(reverse(DRAW), asked(cast))
        job = TransferJob.objects.get()
        assert (answer.status_code, answer.url) == (302, page(job, "change"))
        assert (job.source, job.actor) == ("operator", f"user:{cast.users['admin'].pk}")
        assert list(job.items.order_by("pk").values_list("customer", flat=True)) == [c.pk for c in customers]

    def test_those_with_a_tag(self, cast: Cast, client: Any, customers: list[Customer]) -> None:
        tag = make.tag(make.group(cast.corp))
        make.tagged(customers[1], tag)
        client.post(reverse(DRAW), asked(cast, which="tagged", tags=[tag.pk]))
        assert TransferItem.objects.get().customer == customers[1]

    def test_those_of_a_segment_whom_the_employee_follows(
        self, cast: Cast, client: Any, customers: list[Customer]
    ) -> None:
        others = make.customer(cast.corp, cast.colleague)
        row = crowd.listed(cast.corp, [customers[0], customers[2], others])
        assert "某个分组的客户" in client.get(reverse(DRAW)).content.decode()
        client.post(reverse(DRAW), asked(cast, which="segment", segment=row.pk))
        chosen = set(TransferItem.objects.values_list("customer", flat=True))
        assert chosen == {customers[0].pk, customers[2].pk}

    def test_a_foreign_or_deleted_segment_is_no_choice(
        self, cast: Cast, client: Any, customers: list[Customer]
    ) -> None:
        gone = crowd.listed(cast.corp, customers)
        type(gone).objects.filter(pk=gone.pk).update(deleted_at=now())
        for row in (gone, crowd.listed(cast.other_corp, [])):
            answer = client.post(reverse(DRAW), asked(cast, which="segment", segment=row.pk))
            assert answer.context["form"].errors["segment"]
        assert TransferJob.objects.count() == 0

    def test_those_of_a_file_with_its_bad_lines_told(self, cast: Cast, client: Any, customers: list[Customer]) -> None:
        file = SimpleUploadedFile("c.csv", b"wm0\nwmNobody\nwm2\n")
        answer = client.post(reverse(DRAW), asked(cast, which="file", file=file), follow=True)
        assert TransferItem.objects.count() == 2
        assert "第 2 行：没有这个客户" in answer.content.decode()

    def test_those_picked_on_the_list(self, cast: Cast, client: Any, customers: list[Customer]) -> None:
        chosen = [customers[0].pk, customers[2].pk]
        answer = client.post(page(Customer, "changelist"), {"action": "hand_over", "_selected_action": chosen})
        assert answer.url.startswith(reverse(DRAW))
        asking = client.get(answer.url).content.decode()
        assert "客户0" in asking
        assert "客户1" not in asking
        assert "王小明" in asking
        client.post(reverse(DRAW), asked(cast, customers=",".join(map(str, chosen))))
        assert set(TransferItem.objects.values_list("customer", flat=True)) == set(chosen)

    @pytest.mark.parametrize(
        ("more", "why"),
        [
            ({"which": "file"}, "请选择文件"),
            ({"which": "tagged"}, "请至少选择一个标签"),
            ({"which": "segment"}, "请选择分组"),
            ({"takers": []}, "必填"),
            ({"message": "x" * 201}, "200"),
            ({"which": "nobody"}, "nobody"),
        ],
    )
    def test_what_is_missing_is_told_and_nothing_is_written(
        self, cast: Cast, client: Any, customers: list[Customer], more: Any, why: str
    ) -> None:
        answer = client.post(reverse(DRAW), asked(cast) | more)
        assert answer.status_code == 200
        assert why in answer.content.decode()
        assert TransferJob.objects.count() == 0

    def test_a_file_or_tags_that_another_choice_would_pass_over_are_refused(
        self, cast: Cast, client: Any, customers: list[Customer]
    ) -> None:
        tag = make.tag(make.group(cast.corp))
        file = SimpleUploadedFile("c.csv", b"wm0\n")
        row = crowd.listed(cast.corp, customers)
        for more in ({"file": file}, {"tags": [tag.pk]}, {"segment": row.pk}):
            answer = client.post(reverse(DRAW), asked(cast) | more)
            assert "但未选用" in answer.content.decode()
        assert TransferJob.objects.count() == 0

    def test_the_rules_refusal_is_shown(self, cast: Cast, client: Any, customers: list[Customer]) -> None:
        answer = client.post(reverse(DRAW), asked(cast, takers=[cast.owner.pk]))
        assert "原跟进成员不能作为接替成员" in answer.content.decode()

    def test_foreign_employees_and_customers_are_no_choice(
        self, cast: Cast, client: Any, customers: list[Customer]
    ) -> None:
        answer = client.post(reverse(DRAW), asked(cast, takers=[cast.stranger.pk]))
        assert answer.context["form"].errors["takers"]
        foreign = make.customer(cast.other_corp, name="外客户")
        shown = client.get(reverse(DRAW), {"customers": f"{foreign.pk},x,9{'9' * 30}", "handover": cast.stranger.pk})
        assert "外客户" not in shown.content.decode()
        assert "外人" not in shown.content.decode()

    def test_a_manager_hands_over_between_the_own_people(self, cast: Cast, customers: list[Customer]) -> None:
        manager = entered(cast.users["manager"])
        outside = make.employee(cast.corp)
        answer = manager.post(reverse(DRAW), asked(cast, takers=[outside.pk]))
        assert "不属于您管理的范围" in answer.content.decode()
        assert manager.post(reverse(DRAW), asked(cast)).status_code == 302

    def test_staff_may_not(self, cast: Cast, customers: list[Customer]) -> None:
        assert entered(cast.users["owner"]).post(reverse(DRAW), asked(cast)).status_code == 403
        assert TransferJob.objects.count() == 0


class TestOneTransfer:
    @pytest.fixture
    def job(self, cast: Cast, customers: list[Customer], client: Any) -> TransferJob:
        Customer.objects.filter(pk=customers[0].pk).update(blacklisted=True)
        client.post(reverse(DRAW), asked(cast))
        return TransferJob.objects.get()

    def test_its_page_tells_how_many_can_go_and_why_not_with_ways_to_them(self, client: Any, job: TransferJob) -> None:
        shown = client.get(page(job, "change")).content.decode()
        assert "该客户在黑名单中" in shown
        assert "尚未发送" in shown
        link = f"{reverse('admin:customers_transferitem_changelist')}?job={job.pk}&amp;state__exact=ready"
        assert link in shown
        listed = client.get(link.replace("&amp;", "&"))
        assert {row.state for row in listed.context["cl"].result_list} == {"ready"}

    def test_each_act_does_what_its_name_says_and_says_so(self, client: Any, job: TransferJob) -> None:
        for act, state, words in (
            ("recheck", "checked", "已重新预检"),
            ("start", "running", "客户继承已开始"),
            ("pause", "paused", "客户继承已暂停"),
            ("resume", "running", "客户继承继续进行"),
            ("cancel", "cancelled", "客户继承已取消"),
        ):
            asking = client.get(page(job, act))
            assert asking.status_code == 200
            answer = client.post(page(job, act))
            job.refresh_from_db()
            assert (job.state, words in told(answer)) == (state, True), act

    def test_only_what_it_can_take_now_is_offered(self, client: Any, job: TransferJob) -> None:
        offered = {
            "checked": {"start", "recheck", "cancel"},
            "running": {"pause", "cancel"},
            "paused": {"resume", "cancel"},
            "done": set(),
            "cancelled": set(),
        }
        for state, acts in offered.items():
            TransferJob.objects.update(state=state)
            shown = client.get(page(job, "change")).content.decode()
            for act in ("start", "recheck", "pause", "resume", "cancel"):
                assert (page(job, act) in shown) is (act in acts), (state, act)

    def test_a_refusal_is_shown_where_it_was_asked_for(self, client: Any, job: TransferJob) -> None:
        TransferJob.objects.update(state="done")
        assert "已结束" in client.post(page(job, "cancel")).content.decode()

    def test_why_it_rests_is_told(self, client: Any, job: TransferJob) -> None:
        fields = {"error_code": 45009, "last_error": "x", "due_at": now(), "started_at": now()}
        TransferJob.objects.update(state="running", **fields)
        shown = client.get(page(job, "change")).content.decode()
        assert "企业微信错误码：45009" in shown
        assert "已有结果 0%" in shown

    def test_without_an_answer_there_is_no_code_to_be_told(self, client: Any, job: TransferJob) -> None:
        TransferJob.objects.update(state="running", last_error="timeout", due_at=now(), started_at=now())
        shown = client.get(page(job, "change")).content.decode()
        assert "企业微信错误码" not in shown
        assert "无法连接企业微信" in shown

    def test_while_notes_are_carried_over_it_says_how_far_that_is(
        self, cast: Cast, client: Any, job: TransferJob
    ) -> None:
        TransferJob.objects.update(state="running", started_at=now())
        job.items.update(state="done", settled_at=now())
        first = job.items.order_by("pk")[0]
        TransferItem.objects.filter(pk=first.pk).update(carried_at=now())
        told = f"备注与标签正在带入新关系：已完成 1 个，共 {job.items.count()} 个"
        addresses = (page(job, "change"), page(TransferJob, "changelist"))
        for address in addresses:
            assert told in client.get(address).content.decode()
        job.items.update(carried_at=now())
        TransferJob.objects.update(state="done", finished_at=now())
        for address in addresses:
            assert "正在带入" not in client.get(address).content.decode()

    def test_who_takes_how_many_and_the_start_stand_on_the_sheet(
        self, cast: Cast, client: Any, job: TransferJob
    ) -> None:
        shown = client.get(page(job, "change")).content.decode()
        assert "各接替成员的客户数" in shown
        # Among the acts, and on the sheet.
        assert shown.count(page(job, "start")) == 2
        client.post(page(job, "start"))
        assert page(job, "start") not in client.get(page(job, "change")).content.decode()

    def test_the_list_tells_how_far_each_is(self, client: Any, job: TransferJob) -> None:
        listed = client.get(page(TransferJob, "changelist")).content.decode()
        assert "2 个可分配" in listed
        assert "李小红" in listed
        TransferJob.objects.update(started_at=now(), state="running")
        assert "已接替 0 / 2" in client.get(page(TransferJob, "changelist")).content.decode()


class TestOutcomes:
    def test_they_are_narrowed_by_transfer_state_and_reason(
        self, cast: Cast, client: Any, customers: list[Customer]
    ) -> None:
        jobs = [make.transfer(customer, cast.owner, cast.colleague) for customer in customers]
        TransferItem.objects.filter(job=jobs[1]).update(state="failed", reason="too_often", error_code=40128)
        address = page(TransferItem, "changelist")
        for query, wanted in (
            ({"job": jobs[0].pk}, [jobs[0]]),
            ({"state__exact": "failed"}, [jobs[1]]),
            ({"reason": "too_often"}, [jobs[1]]),
            ({"reason": "nonsense"}, jobs[::-1]),
            ({"job": "x"}, jobs[::-1]),
        ):
            listed = client.get(address, query)
            assert [row.job for row in listed.context["cl"].result_list] == wanted, query
        assert "40128" in client.get(address, {"reason": "too_often"}).content.decode()

    def test_when_somebody_is_taken_over_is_told_unless_it_came_to_nothing(
        self, cast: Cast, client: Any, customers: list[Customer]
    ) -> None:
        item = make.transfer(customers[0], cast.owner, cast.colleague).items.get()
        at = now() + dt.timedelta(days=1)
        for state, told in {"waiting": True, "done": True, "full": False, "refused": False}.items():
            TransferItem.objects.filter(pk=item.pk).update(state=state, takeover_time=at)
            shown = client.get(page(item, "change")).content.decode()
            assert (date_format(localtime(at), "Y年n月j日 H:i") in shown) == told, state

    def test_one_shows_what_is_carried_over(self, cast: Cast, client: Any, customers: list[Customer]) -> None:
        item = make.transfer(customers[0], cast.owner, cast.colleague).items.get()
        kept = {
            "remark": "老张",
            "remark_mobiles": ["13800000000"],
            "personal_tags": [["己", "球友"]],
            "tag_ids": [1, 2],
        }
        TransferItem.objects.update(snapshot=kept)
        assert "老张 · 138****0000 · 球友 · 2 个标签" in client.get(page(item, "change")).content.decode()

    def test_the_customers_page_shows_every_attempt(self, cast: Cast, client: Any, customers: list[Customer]) -> None:
        make.transfer(customers[0], cast.owner, cast.colleague)
        TransferItem.objects.update(state="refused", reason="customer_refused")
        assert "客户拒绝" in client.get(page(customers[0], "tab_transfers")).content.decode()


class TestLeavers:
    @pytest.fixture
    def left(self, cast: Cast, customers: list[Customer]) -> Employee:
        chat = make.chat(cast.corp, cast.owner, cast.owner)
        GroupChat.objects.filter(pk=chat.pk).update(status=ChatStatus.OWNER_LEFT)
        gone = now() - dt.timedelta(days=350)
        Employee.objects.filter(pk=cast.owner.pk).update(status=EmployeeStatus.LEFT, left_at=gone)
        return cast.owner

    def listed(self, client: Any) -> str:
        return client.get(reverse("admin:customers_leaver_changelist")).content.decode()

    def test_what_waits_with_whom_and_until_when(self, client: Any, left: Employee) -> None:
        shown = self.listed(client)
        assert "1 名离职成员的 1 个客户群和 3 个客户待分配" in shown
        assert f"{reverse(DRAW)}?handover={left.pk}" in shown
        assert "14 天" in shown
        assert f"{reverse(HAND_OVER_CHATS)}?owner={left.pk}" in shown
        left.refresh_from_db()
        deadline = leavers.deadline(left.left_at)
        assert deadline is not None
        assert date_format(localtime(deadline)) in shown
        Employee.objects.filter(pk=left.pk).update(left_at=now() - dt.timedelta(days=400))
        assert "已结束" in self.listed(client)
        Employee.objects.filter(pk=left.pk).update(left_at=None)
        assert "14 天" not in self.listed(client)

    def test_who_refused_is_counted_as_that_and_leads_to_the_outcomes(
        self, cast: Cast, client: Any, left: Employee, customers: list[Customer]
    ) -> None:
        left.refresh_from_db()
        make.transfer(customers[0], left, cast.colleague)
        TransferItem.objects.update(state="refused", reason="customer_refused", settled_at=now())
        shown = self.listed(client)
        assert "1 名离职成员的 1 个客户群和 2 个客户待分配" in shown
        query = f"handover__id__exact={left.pk}&state__exact=refused"
        address = page(TransferItem, "changelist")
        assert f'href="{address}?{query.replace("&", "&amp;")}">1</a>' in shown
        (row,) = client.get(f"{address}?{query}").context["cl"].result_list
        assert row.customer == customers[0]

    def test_only_what_waits_is_offered(self, client: Any, left: Employee) -> None:
        GroupChat.objects.all().delete()
        shown = self.listed(client)
        assert (reverse(HAND_OVER_CHATS) in shown, reverse(DRAW) in shown) == (False, True)

    def test_the_leaver_is_named_on_the_page_of_their_chats(self, client: Any, left: Employee) -> None:
        asking = client.get(reverse(HAND_OVER_CHATS), {"owner": left.pk}).content.decode()
        assert f'<option value="{left.pk}" selected>' in asking

    def test_where_nobody_waits_it_says_so(self, client: Any, customers: list[Customer]) -> None:
        assert "没有离职成员的客户或客户群等待分配" in self.listed(client)

    def test_more_than_is_counted_is_very_many(self, client: Any, left: Employee, settings: Any) -> None:
        settings.TOTAL_BOUND = 2
        assert "很多 个客户" in self.listed(client)

    def test_a_manager_finds_the_own_people(self, cast: Cast, left: Employee) -> None:
        assert left.userid in self.listed(entered(cast.users["manager"]))
        assert left.userid not in self.listed(entered(cast.users["stranger"]))

    def test_staff_find_no_page_of_it(self, cast: Cast, left: Employee) -> None:
        staff = entered(cast.users["colleague"])
        for kind in ("change", "history"):
            assert staff.get(reverse(f"admin:customers_leaver_{kind}", args=[left.pk])).status_code == 403, kind
        assert staff.get(reverse("admin:customers_leaver_changelist")).status_code == 403

    def test_all_of_a_leaver_are_handed_over_by_two_clicks(self, cast: Cast, client: Any, left: Employee) -> None:
        client.post(reverse(DRAW), asked(cast, takers=[cast.colleague.pk, cast.manager.pk]))
        job = TransferJob.objects.get()
        client.post(page(job, "start"))
        assert job.items.filter(state="queued").count() == 3
        assert job.items.values("taker").distinct().count() == 2

    def test_a_message_is_refused_there(self, cast: Cast, client: Any, left: Employee) -> None:
        answer = client.post(reverse(DRAW), asked(cast, message="你好"))
        assert "请将消息留空" in answer.content.decode()
        assert TransferJob.objects.count() == 0


def test_an_employees_page_leads_to_it(cast: Cast, client: Any) -> None:
    assert page(cast.owner, "hand_over") in client.get(page(cast.owner, "change")).content.decode()
    assert client.get(page(cast.owner, "hand_over")).url == f"{reverse(DRAW)}?handover={cast.owner.pk}"
    assert page(cast.owner, "hand_over") not in (
        entered(cast.users["owner"]).get(page(cast.owner, "change")).content.decode()
    )


def test_the_pages_speak_english_too(cast: Cast, client: Any, customers: list[Customer]) -> None:
    client.cookies["django_language"] = "en"
    assert "Check who can go" in client.get(reverse(DRAW)).content.decode()
    job = make.transfer(customers[0], cast.owner, cast.colleague)
    assert "Nothing has been sent yet" in client.get(page(job, "change")).content.decode()
