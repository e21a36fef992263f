"""Deletion records over REST and in the console: narrowed, paged, taken along, and each sees their own."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
from django.urls import reverse

from core import exporting
from core import newest as listing
from core.time import now, to_wire
from insights.models import Loss, RiskSetting
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, page

URL = "/api/v1/losses"


@pytest.fixture
def three(cast: Cast) -> list[Loss]:
    """By the customer of the owner, by the colleague, and by transfer of the owner, oldest first."""
    moment = now()
    one, two = make.customer(cast.corp, cast.colleague, name="甲"), make.customer(cast.corp, name="=乙")
    return [
        make.loss(one, cast.owner, ended_at=moment - dt.timedelta(days=9), state="expo", days=3, add_way=16),
        make.loss(two, cast.colleague, ended_at=moment - dt.timedelta(days=5), ended_by=2, days=40, tags=[[1, "重点"]]),
        make.loss(two, cast.owner, ended_at=moment - dt.timedelta(days=1), ended_by=4, days=80, tags=None),
    ]


def listed(client: Any, query: str = "") -> list[int]:
    answer = client.get(f"{URL}?{query}")
    assert answer.status_code == 200, answer.content
    return [row["id"] for row in answer.json()["list"]]


def lines(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


class TestList:
    def test_newest_first_with_all_that_is_known(self, cast: Cast, three: list[Loss]) -> None:
        answer = api.client(cast.corp).get(URL).json()
        assert [row["id"] for row in answer["list"]] == [loss.pk for loss in reversed(three)]
        assert (answer["total"], answer["totalExact"]) == (3, True)
        first, second, oldest = answer["list"]
        assert oldest == {
            "id": three[0].pk,
            "customerId": three[0].customer_id,
            "externalUserid": three[0].customer.external_userid,
            "customerName": "甲",
            "employeeId": cast.owner.pk,
            "employeeName": "王小明",
            "beganAt": to_wire(three[0].began_at),
            "endedAt": to_wire(three[0].ended_at),
            "endedBy": "customer",
            "noticed": False,
            "days": 3,
            "addWay": 16,
            "state": "expo",
            "tags": [],
            "lastContactAt": None,
            "stillFriend": True,
        }
        assert second["tags"] == [{"id": 1, "name": "重点"}]
        assert (first["tags"], first["endedBy"], first["stillFriend"]) == (None, "transfer", False)

    def test_each_filter_narrows_it(self, cast: Cast, three: list[Loss]) -> None:
        client = api.client(cast.corp)
        ids = [loss.pk for loss in three]
        day = dt.timedelta(days=1)
        for query, wanted in [
            ("endedBy=customer", [0]),
            ("endedBy=employee", [1]),
            ("endedBy=transfer", [2]),
            ("endedBy=unknown", []),
            (f"employeeId={cast.owner.pk}", [2, 0]),
            (f"departmentId={cast.department.pk}", [2, 1, 0]),
            (f"customerId={three[1].customer_id}", [2, 1]),
            (f"endedFrom={to_wire(three[1].ended_at)}", [2, 1]),
            (f"endedTo={to_wire(three[1].ended_at - day)}", [0]),
            ("state=expo", [0]),
            ("addWay=16", [0]),
            ("daysMin=40", [2, 1]),
            ("daysMax=40", [1, 0]),
            ("daysMin=4&daysMax=79", [1]),
            ("stillFriend=true", [0]),
            ("stillFriend=false", [2, 1]),
        ]:
            assert listed(client, query) == [ids[n] for n in wanted], query

    def test_still_a_friend_means_another_employees(self, cast: Cast) -> None:
        back = make.customer(cast.corp, cast.owner)
        make.loss(back, cast.owner)
        assert api.client(cast.corp).get(URL).json()["list"][0]["stillFriend"] is False

    @pytest.mark.parametrize(
        "query",
        ["endedBy=us", "daysMin=-1", "daysMax=x", "endedFrom=yesterday", "stilFriend=true", "employeeId=0", "size=101"],
    )
    def test_what_is_wrong_is_refused(self, cast: Cast, query: str) -> None:
        assert api.client(cast.corp).get(f"{URL}?{query}").status_code == 400

    def test_a_cursor_reads_on_without_repeating_or_leaving_out(self, cast: Cast) -> None:
        customer, moment = make.customer(cast.corp), now()
        losses = [
            make.loss(customer, make.employee(cast.corp), ended_at=moment - dt.timedelta(days=n // 3)) for n in range(8)
        ]
        client, cursor, seen = api.client(cast.corp), "", []
        while cursor is not None:
            answer = client.get(f"{URL}?size=3&cursor={cursor}").json()
            seen += [row["id"] for row in answer["list"]]
            cursor = answer["nextCursor"]
        assert sorted(seen) == sorted(loss.pk for loss in losses)
        assert seen == listed(client)

    @pytest.mark.parametrize("cursor", ["x", "MQ==", "fHw=", "MjAyNi0wMS0wMXwtMQ=="])
    def test_a_cursor_of_elsewhere_is_refused(self, cast: Cast, cursor: str) -> None:
        answer = api.client(cast.corp).get(f"{URL}?cursor={cursor}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")

    def test_it_costs_the_same_however_many(
        self, cast: Cast, three: list[Loss], django_assert_max_num_queries: Any
    ) -> None:
        client = api.client(cast.corp)
        client.get(URL)
        with django_assert_max_num_queries(2):
            client.get(URL)


class TestExport:
    def test_the_filtered_records_as_a_table_with_the_companys_times(self, cast: Cast, three: list[Loss]) -> None:
        Loss.objects.filter(pk=three[1].pk).update(ended_at=dt.datetime(2026, 3, 1, 20, 30, tzinfo=dt.UTC))
        answer = api.client(cast.corp).get(f"{URL}/export?endedBy=employee")
        assert answer["Content-Type"].startswith("text/csv")
        assert "losses.csv" in answer["Content-Disposition"]
        heading, line = lines(answer)
        assert heading[:3] == ["customer", "external userid", "employee"]
        # What a spreadsheet would take for a formula is told to be a text.
        assert line[0] == "'=乙"
        assert (line[4], line[6], line[9]) == ("2026-03-02 04:30", "40", "重点")

    def test_the_words_are_of_the_language_asked_for(self, cast: Cast, three: list[Loss]) -> None:
        client = api.client(cast.corp, **{"Accept-Language": "zh-hans"})
        heading, *body = lines(client.get(f"{URL}/export"))
        assert heading[6] == "保有天数"
        assert [line[5] for line in body] == ["已转接", "员工已删除", "客户已删除"]

    def test_it_ends_at_its_bound_and_is_fetched_in_pieces(
        self, cast: Cast, three: list[Loss], monkeypatch: Any
    ) -> None:
        monkeypatch.setattr(exporting, "MOST_ROWS", 2)
        assert len(lines(api.client(cast.corp).get(f"{URL}/export"))) == 3
        rows = Loss.objects.of_corp(cast.corp.pk)
        assert [loss.pk for loss in listing.through(rows, "ended_at", most=9, size=1)] == [
            loss.pk for loss in reversed(three)
        ]


class TestWhoSeesWhat:
    def test_staff_see_what_they_lost_and_a_manager_what_the_department_lost(
        self, cast: Cast, three: list[Loss]
    ) -> None:
        theirs = make.loss(make.customer(cast.other_corp), cast.stranger)
        ids = {role: set(Loss.objects.visible_to(cast.actor(role)).values_list("pk", flat=True)) for role in cast.users}
        mine, colleagues = {three[0].pk, three[2].pk}, {three[1].pk}
        assert ids == {
            "owner": mine,
            "colleague": colleagues,
            "manager": mine | colleagues,
            "admin": mine | colleagues,
            "stranger": {theirs.pk},
        }


class TestConsole:
    def shown(self, cast: Cast, role: str = "admin", **query: Any) -> list[int]:
        answer = entered(cast.users[role]).get(page(Loss, "changelist"), query)
        assert answer.status_code == 200
        return [row.pk for row in answer.context["cl"].result_list]

    def test_the_list_is_narrowed_by_each_filter(self, cast: Cast, three: list[Loss]) -> None:
        ids = [loss.pk for loss in three]
        for query, wanted in [
            ({}, [2, 1, 0]),
            ({"ended_by__exact": "3"}, [0]),
            ({"employee__id__exact": cast.colleague.pk}, [1]),
            ({"days_from": "4", "days_to": "79"}, [1]),
            ({"state": "expo"}, [0]),
            ({"still": "yes"}, [0]),
            ({"still": "no"}, [2, 1]),
        ]:
            assert self.shown(cast, **query) == [ids[n] for n in wanted], query
        assert self.shown(cast, "owner") == [ids[2], ids[0]]

    def test_what_is_shown_is_what_is_exported(self, cast: Cast, three: list[Loss]) -> None:
        client = entered(cast.users["owner"])
        content = client.get(page(Loss, "changelist"), {"state": "expo"}).content.decode()
        address = f"{reverse('admin:insights_loss_export')}?state=expo"
        assert address in content
        _heading, *body = lines(client.get(address))
        assert [line[0] for line in body] == ["甲"]
        assert len(lines(client.get(reverse("admin:insights_loss_export")))) == 3

    @pytest.mark.parametrize("query", ["nonsense=1", "s=x", "ended_by__exact=x"])
    def test_an_address_that_filters_by_nothing_leads_back_to_the_list(
        self, cast: Cast, three: list[Loss], query: str
    ) -> None:
        answer = entered(cast.users["owner"]).get(f"{reverse('admin:insights_loss_export')}?{query}")
        assert (answer.status_code, answer.url) == (302, f"{page(Loss, 'changelist')}?e=1")

    def test_a_column_that_nobody_asked_for_filters_no_export(self, cast: Cast, three: list[Loss]) -> None:
        client = entered(cast.users["owner"])
        answer = client.get(f"{reverse('admin:insights_loss_export')}?tags__contains=x")
        assert answer.status_code == 400

    def test_a_record_shows_how_things_stood(self, cast: Cast, three: list[Loss]) -> None:
        content = entered(cast.users["admin"]).get(page(three[1], "change")).content.decode()
        for text in ("=乙", "重点", "40", "员工已删除"):
            assert text in content

    def test_a_company_has_one_setting(self, cast: Cast) -> None:
        tag = make.tag(make.group(cast.corp))
        client = entered(cast.users["admin"])
        assert client.get(page(RiskSetting, "add")).status_code == 200
        hours = {"digest_hour": "9", "quiet_from": "22", "quiet_until": "8", "deliver": "none"}
        hours |= {"churn_watch": "40", "churn_high": "60"}
        posted = client.post(page(RiskSetting, "add"), hours | {"deserter_tag": tag.pk})
        assert (posted.status_code, RiskSetting.objects.get().corp) == (302, cast.corp)
        again = client.post(page(RiskSetting, "add"), hours | {"deserter_tag": tag.pk})
        assert (again.status_code, bool(again.context["errors"]), RiskSetting.objects.count()) == (200, True, 1)
        foreign = make.tag(make.group(cast.other_corp))
        answer = client.post(page(RiskSetting.objects.get(), "change"), hours | {"deserter_tag": foreign.pk})
        assert answer.context["adminform"].form.errors
        assert RiskSetting.objects.get().deserter_tag == tag
