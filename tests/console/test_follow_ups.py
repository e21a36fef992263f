"""The console's pages of follow-ups: written, changed, commented, attached, taken along, and planned in a calendar."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core.time import now
from customers.models import Customer
from followups import diary, revising
from followups.models import (
    FollowUp,
    FollowUpAttachment,
    FollowUpComment,
    FollowUpMention,
    FollowUpTemplate,
    FollowUpVersion,
    Reminder,
)
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page

ADD = reverse("admin:followups_followup_add")
CALENDAR = reverse("admin:followups_followup_calendar")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


@pytest.fixture
def written(cast: Cast, customer: Customer) -> FollowUp:
    return make.follow_up(customer, cast.owner)


def act(row: Any, name: str) -> str:
    return reverse(f"admin:followups_followup_{name}", args=[row.pk])


def file_at(row: FollowUpAttachment) -> str:
    return reverse("admin:followups_followup_attachment", args=[row.pk])


def posted(customer: Customer, **more: Any) -> dict[str, Any]:
    return {"customer": customer.pk, "kind": "call", "outcome": "", "content": "已报价"} | more


def test_one_is_written_with_all_that_belongs_to_it(cast: Cast, customer: Customer, recorded: Any) -> None:
    client = entered(cast.users["owner"])
    more = {"next_at_0": "2099-01-02", "next_at_1": "10:00", "mentions": [cast.colleague.pk], "outcome": "interested"}
    answer = client.post(ADD, posted(customer, **more))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = FollowUp.objects.get()
    assert (row.content, row.kind, row.outcome, row.employee_id, row.actor) == (
        "已报价",
        "call",
        "interested",
        cast.owner.pk,
        cast.actor("owner").label,
    )
    assert f"{row.next_at:%F %H:%M}" == "2099-01-02 02:00"
    assert FollowUpMention.objects.get().employee_id == cast.colleague.pk
    assert Reminder.objects.get().follow_up_id == row.pk
    assert [name for name, _pk, _data in recorded()[-2:]] == ["customer.followup.created", "reminder.created"]


def test_a_refusal_stands_beside_its_field_and_nothing_is_written(
    cast: Cast, customer: Customer, recorded: Any
) -> None:
    client, before = entered(cast.users["owner"]), recorded()
    answer = client.post(ADD, posted(customer, next_at_0="2020-01-02", next_at_1="10:00"))
    assert answer.status_code == 200
    assert "next_at" in answer.context["adminform"].form.errors
    assert (FollowUp.objects.count(), recorded()) == (0, before)


def test_nobody_elses_customer_and_no_foreign_colleague_can_be_chosen(cast: Cast, customer: Customer) -> None:
    answer = entered(cast.users["colleague"]).post(ADD, posted(customer))
    assert "customer" in answer.context["adminform"].form.errors
    answer = entered(cast.users["owner"]).post(ADD, posted(customer, mentions=[cast.stranger.pk]))
    assert "mentions" in answer.context["adminform"].form.errors
    assert cast.stranger.name not in answer.content.decode()
    assert not FollowUp.objects.exists()


def test_a_template_fills_the_page_and_a_foreign_one_nothing(cast: Cast, customer: Customer) -> None:
    row = make.follow_up_template(cast.corp, name="首次电话", kind="call", content="已电话介绍")
    client = entered(cast.users["owner"])
    plain = client.get(ADD, {"customer": customer.pk})
    assert f"?template={row.pk}&amp;customer={customer.pk}" in plain.content.decode()
    form = client.get(ADD, {"customer": customer.pk, "template": row.pk}).context["adminform"].form
    assert (form.initial["content"], form.initial["kind"], form.initial["customer"]) == (
        "已电话介绍",
        "call",
        str(customer.pk),
    )
    foreign = make.follow_up_template(cast.other_corp, content="外面的话")
    for chosen in (foreign.pk, "x", "9" * 30, ""):
        answer = client.get(ADD, {"template": chosen})
        assert answer.status_code == 200, chosen
        assert "外面的话" not in answer.content.decode()


def test_one_is_changed_and_the_page_shows_how_it_read(cast: Cast, written: FollowUp, recorded: Any) -> None:
    client = entered(cast.users["owner"])
    shown = client.get(act(written, "edit"))
    assert shown.context["form"].initial["content"] == "电话沟通"
    body = {"content": "改过的话", "kind": "note", "outcome": "", "if_version": 1}
    assert client.post(act(written, "edit"), body).status_code == 302
    assert (FollowUp.objects.get().content, FollowUpVersion.objects.get().content) == ("改过的话", "电话沟通")
    assert recorded()[-1][0] == "customer.followup.updated"
    looked = client.get(page(written, "change")).content.decode()
    assert "改过的话" in looked
    assert "电话沟通" in looked


def test_a_change_on_an_old_page_or_by_another_is_refused_on_it(cast: Cast, written: FollowUp, recorded: Any) -> None:
    revising.edit(follow_up=written, content="二", by=cast.actor("owner"), source="api")
    body, before = {"content": "三", "kind": "note", "outcome": "", "if_version": 1}, recorded()
    answer = entered(cast.users["owner"]).post(act(written, "edit"), body)
    assert answer.context["form"].non_field_errors()
    FollowUp.objects.update(create_time=now() - dt.timedelta(days=3))
    for name in ("edit", "remove"):
        answer = entered(cast.users["owner"]).post(act(written, name), body | {"if_version": 2})
        assert answer.context["form"].non_field_errors(), name
    assert (FollowUp.objects.get().content, recorded()) == ("二", before)


def test_a_time_that_was_not_touched_is_not_changed(cast: Cast, customer: Customer) -> None:
    row = make.follow_up(customer, cast.owner, next_at=now() + dt.timedelta(days=3))
    body = {"content": "改", "kind": "note", "outcome": "", "if_version": 1}
    shown = timezone.localtime(row.next_at)
    body |= {"next_at_0": f"{shown:%Y-%m-%d}", "next_at_1": f"{shown:%H:%M:%S}"}
    assert entered(cast.users["owner"]).post(act(row, "edit"), body).status_code == 302
    assert FollowUp.objects.get().content == "改"
    assert [plan.state for plan in Reminder.objects.all()] == ["open"]


def test_one_is_deleted_after_being_asked(cast: Cast, written: FollowUp, recorded: Any) -> None:
    client = entered(cast.users["manager"])
    assert client.get(act(written, "remove")).status_code == 200
    assert FollowUp.objects.exists()
    answer = client.post(act(written, "remove"))
    assert (answer.status_code, answer["Location"]) == (302, page(FollowUp, "changelist"))
    assert not FollowUp.objects.exists()
    assert recorded()[-1][0] == "customer.followup.deleted"


def test_a_comment_is_written_and_shown(cast: Cast, written: FollowUp) -> None:
    client = entered(cast.users["manager"])
    body = {"content": "再谈价格", "mentions": [cast.owner.pk]}
    assert client.post(act(written, "comment"), body).status_code == 302
    assert (FollowUpComment.objects.get().employee_id, FollowUpMention.objects.count()) == (cast.manager.pk, 1)
    assert "再谈价格" in client.get(page(written, "change")).content.decode()
    mine = entered(cast.users["owner"]).get(page(FollowUpMention, "changelist"))
    assert "再谈价格" in mine.content.decode()
    assert entered(cast.users["colleague"]).get(page(FollowUpMention, "changelist")).context["cl"].result_count == 0


def test_a_file_is_attached_and_leaves_only_to_who_sees_the_customer(cast: Cast, written: FollowUp) -> None:
    client = entered(cast.users["owner"])
    file = SimpleUploadedFile("报价.txt", b"42 yuan")
    assert client.post(act(written, "attach"), {"file": file}).status_code == 302
    row = FollowUpAttachment.objects.get()
    assert file_at(row) in client.get(page(written, "change")).content.decode()
    answer = client.get(file_at(row))
    assert b"".join(answer.streaming_content) == b"42 yuan"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    for who in ("colleague", "stranger"):
        assert entered(cast.users[who]).get(file_at(row)).status_code == 302, who
    assert client.get(reverse("admin:followups_followup_attachment", args=[2**64])).status_code == 302


def test_a_file_that_may_not_be_is_refused_on_the_page(cast: Cast, written: FollowUp) -> None:
    client = entered(cast.users["owner"])
    for name, content in (("x.html", b"<b>"), ("x.txt", b"a\x00")):
        answer = client.post(act(written, "attach"), {"file": SimpleUploadedFile(name, content)})
        assert answer.context["form"].errors["file"], name
    assert client.post(act(written, "attach"), {}).context["form"].errors["file"]
    assert not FollowUpAttachment.objects.exists()


def test_a_file_of_no_follow_up_is_nobodys(cast: Cast, written: FollowUp) -> None:
    row = make.attachment(written)
    FollowUpAttachment.objects.update(follow_up=None)
    assert entered(cast.users["admin"]).get(file_at(row)).status_code == 302


def test_the_list_is_narrowed_and_taken_along_as_it_is(cast: Cast, customer: Customer) -> None:
    make.follow_up(customer, cast.owner, content="=一", kind="call")
    make.follow_up(customer, cast.owner, content="二", kind="visit")
    client = entered(cast.users["admin"])
    shown = client.get(page(FollowUp, "changelist"), {"kind__exact": "call"})
    assert [row.content for row in shown.context["cl"].result_list] == ["=一"]
    answer = client.get(reverse("admin:followups_followup_export"), {"kind__exact": "call"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "'=一" in text
    assert "二" not in text
    assert client.get(reverse("admin:followups_followup_export"), {"kind__exact__in": "x"}).status_code == 302


def test_templates_are_kept_by_their_rules(cast: Cast, recorded: Any) -> None:
    client, address = entered(cast.users["admin"]), page(FollowUpTemplate, "add")
    body = {"name": "首次电话", "kind": "call", "content": "已介绍", "order": ""}
    assert client.post(address, body).status_code == 302
    row = FollowUpTemplate.objects.get()
    assert (row.name, row.kind, row.corp_id, recorded()[-1][0]) == (
        "首次电话",
        "call",
        cast.corp.pk,
        "followup_template.created",
    )
    again = client.post(address, body)
    assert "name" in again.context["adminform"].form.errors
    assert (
        client.post(page(row, "change"), body | {"content": "已报价", "order": 3, "if_version": 1}).status_code == 302
    )
    assert (FollowUpTemplate.objects.get().content, recorded()[-1][0]) == ("已报价", "followup_template.updated")
    stale = client.post(page(row, "change"), body | {"order": 3, "if_version": 1})
    assert stale.context["adminform"].form.non_field_errors()
    assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 302
    assert (FollowUpTemplate.objects.count(), recorded()[-1][0]) == (0, "followup_template.deleted")


# --- The calendar ---


def planned(customer: Customer, employee: Any, day: dt.datetime, **more: Any) -> Reminder:
    return make.reminder(customer, employee, due_at=day, source="operator", **more)


def calendar(client: Any, **asked: Any) -> Any:
    answer = client.get(CALENDAR, asked)
    assert answer.status_code == 200
    return answer


def shown(answer: Any) -> dict[str, list[str]]:
    """Day → what stands there."""
    days = answer.context["page"].days
    return {one.day.isoformat(): [row.content for row in one.reminders] for one in days if one.reminders}


def test_a_month_shows_what_is_planned_on_the_days_of_the_companys_clock(cast: Cast, customer: Customer) -> None:
    planned(customer, cast.owner, dt.datetime(2026, 3, 1, 16, 30, tzinfo=dt.UTC), content="二日凌晨")
    planned(customer, cast.owner, dt.datetime(2026, 3, 2, 2, 0, tzinfo=dt.UTC), content="二日上午", state="done")
    planned(customer, cast.owner, dt.datetime(2026, 3, 9, 2, 0, tzinfo=dt.UTC), content="算了", state="cancelled")
    planned(customer, cast.owner, dt.datetime(2026, 5, 9, 2, 0, tzinfo=dt.UTC), content="五月")
    answer = calendar(entered(cast.users["owner"]), day="2026-03-15")
    assert shown(answer) == {"2026-03-02": ["二日凌晨", "二日上午"]}
    html = answer.content.decode()
    assert "张三丰" in html
    assert "calendar-late" in html
    assert "calendar-done" in html
    days = [one.day for one in answer.context["page"].days]
    assert (days[0], days[-1], len(days) % 7) == (dt.date(2026, 2, 23), dt.date(2026, 4, 5), 0)


def test_a_week_is_seven_days_from_monday(cast: Cast, customer: Customer) -> None:
    planned(customer, cast.owner, dt.datetime(2026, 3, 8, 10, 0, tzinfo=dt.UTC), content="周日")
    planned(customer, cast.owner, dt.datetime(2026, 3, 9, 10, 0, tzinfo=dt.UTC), content="下周一")
    answer = calendar(entered(cast.users["owner"]), span="week", day="2026-03-04")
    assert shown(answer) == {"2026-03-08": ["周日"]}
    assert [one.day.isoformat() for one in answer.context["page"].days][::6] == ["2026-03-02", "2026-03-08"]


def test_each_sees_the_calendar_of_who_they_look_after(cast: Cast, customer: Customer) -> None:
    theirs = make.customer(cast.corp, cast.colleague)
    moment = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
    planned(customer, cast.owner, moment, content="我的")
    planned(theirs, cast.colleague, moment, content="别人的")
    planned(make.customer(cast.other_corp, cast.stranger), cast.stranger, moment, content="外面的")
    day = {"day": "2026-03-04"}
    found = {who: shown(calendar(entered(user), **day)).get("2026-03-04", []) for who, user in cast.users.items()}
    everything = ["我的", "别人的"]
    assert found == {
        "owner": ["我的"],
        "colleague": ["别人的"],
        "manager": everything,
        "admin": everything,
        "stranger": ["外面的"],
    }
    chosen = calendar(entered(cast.users["manager"]), employee=cast.colleague.pk, **day)
    assert shown(chosen) == {"2026-03-04": ["别人的"]}


def test_staff_may_look_beside_their_own_and_nobody_at_a_stranger(cast: Cast, customer: Customer) -> None:
    moment = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
    planned(customer, cast.manager, moment, content="经理的")
    client = entered(cast.users["owner"])
    assert shown(calendar(client, day="2026-03-04")) == {}
    assert shown(calendar(client, day="2026-03-04", employee="")) == {"2026-03-04": ["经理的"]}
    answer = calendar(client, day="2026-03-04", employee=cast.stranger.pk)
    assert cast.stranger.name not in answer.content.decode()


@pytest.mark.parametrize(
    "asked", [{"day": "x"}, {"day": "2026-02-30"}, {"day": "1999-12-31"}, {"day": "9999-12-31"}, {"span": "year"}]
)
def test_an_address_that_means_nothing_is_today(cast: Cast, asked: dict[str, str]) -> None:
    answer = calendar(entered(cast.users["owner"]), **asked)
    assert answer.context["day"] == answer.context["today"]


def test_the_links_lead_to_the_spans_beside_it_and_keep_the_person(cast: Cast) -> None:
    client = entered(cast.users["manager"])
    links = calendar(client, day="2026-01-31", employee=cast.owner.pk).context["links"]
    assert all(f"employee={cast.owner.pk}" in link for link in links.values())
    assert "day=2025-12" in links["before"]
    assert "day=2026-02" in links["after"]
    assert "span=week" in links["week"]
    assert calendar(client, **dict(pair.split("=") for pair in links["after"][1:].split("&"))).status_code == 200


def test_a_page_has_a_bound_and_says_so(cast: Cast, customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diary, "MOST", 2)
    moment = dt.datetime(2026, 3, 4, 2, 0, tzinfo=dt.UTC)
    for n in range(3):
        planned(customer, cast.owner, moment, content=str(n))
    answer = calendar(entered(cast.users["owner"]), day="2026-03-04")
    assert shown(answer) == {"2026-03-04": ["0", "1"]}
    assert not answer.context["page"].whole


@pytest.mark.parametrize(
    "day", [dt.date(2024, 2, 29), dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 3, 31)]
)
def test_steps_lead_through_each_month_and_back(day: dt.date) -> None:
    for span in (diary.MONTH, diary.WEEK):
        ahead = diary.beside(day, span, 1)
        days = diary.days_of(day, span)
        assert diary.days_of(diary.beside(ahead, span, -1), span) == days
        assert (days[0].weekday(), days[-1].weekday()) == (0, 6)
        assert day in days
    after = diary.beside(day, diary.MONTH, 1)
    assert (after.year * 12 + after.month) - (day.year * 12 + day.month) == 1
