"""The first page tells what waits and what was counted; each number is that of the list it leads to."""

import datetime as dt
from typing import Any

import orjson
import pytest
from django.contrib.admin.views.main import ChangeList
from django.urls import reverse

from core.pagination import bounded_count, bounded_counts
from core.time import now
from corps.models import Corp
from customers.models import Customer, RelationEpisode
from insights.stats import rebuilding, windows
from messaging.models import DeadLetter, InboxDelivery, InboxEvent
from scrm_customer.home import needs
from segments.models import TagRule
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered

HOME = "/admin/"
AGO = dt.timedelta(hours=1)


def everything(cast: Cast) -> None:
    """One of each that waits, in both companies."""
    for corp, employee in ((cast.corp, cast.owner), (cast.other_corp, cast.stranger)):
        customer, twin = make.customer(corp, employee), make.customer(corp, employee)
        make.alert(customer, employee)
        make.reminder(customer, employee, due_at=now() - AGO)
        make.leaver(corp, cast.department if corp == cast.corp else None)
        make.duplicate_pair(customer, twin)
        make.sync_run(corp, state="approval")
        TagRule.objects.filter(pk=make.tag_rule(corp, make.tag(make.group(corp))).pk).update(state="paused")
        make.command(corp, state="dead")
        make.receipt(make.wecom_app(corp), state="dead")
        make.notice(employee, state="dead")
        make.sop_stop(make.sop(customer), state="dead")
        event = InboxEvent.objects.create(event_id=f"e{corp.pk}", corp_id=corp.pk, name="sop.done", payload={})
        InboxDelivery.objects.create(corp_id=corp.pk, event=event, handler="x.y", due_at=now(), state="dead")
        DeadLetter.objects.create(corp_id=corp.pk, digest=f"{corp.pk:064}", queue="q", body=b"{}")


def waiting(cast: Cast, who: str) -> list[dict[str, Any]]:
    return entered(cast.users[who]).get(HOME).context["needs"]


def counted(changelist: ChangeList) -> int:
    return int(changelist.result_count)


@pytest.mark.parametrize("who", ["admin", "manager", "owner", "colleague"])
def test_each_number_is_that_of_its_list(cast: Cast, who: str) -> None:
    everything(cast)
    client = entered(cast.users[who])
    for need in waiting(cast, who):
        assert counted(client.get(need["link"]).context["cl"]) == int(need["shown"]), need


def test_administrators_are_told_of_everything_what_went_wrong_first(cast: Cast) -> None:
    everything(cast)
    told = waiting(cast, "admin")
    assert len(told) == len(needs.NEEDS) - 1
    assert {need["shown"] for need in told} == {"1"}
    assert [need["grave"] for need in told] == sorted((need["grave"] for need in told), reverse=True)


def test_staff_are_told_of_what_is_theirs(cast: Cast) -> None:
    everything(cast)
    told = [need["link"].split("?")[0] for need in waiting(cast, "owner")]
    assert told == ["/admin/insights/riskalert/", "/admin/followups/reminder/"]
    assert waiting(cast, "colleague") == []


def test_where_nothing_waits_the_page_says_so(cast: Cast) -> None:
    assert "没有待处理的事项" in entered(cast.users["owner"]).get(HOME).content.decode()


def test_who_looks_after_the_mirror_is_told_how_it_stands(cast: Cast) -> None:
    shown = entered(cast.users["admin"]).get(HOME).content.decode()
    assert "尚未连接企业微信" in shown
    make.wecom_app(cast.corp)
    make.sync_run(cast.corp, state="failed")
    make.drift_check(cast.corp, pairs=100, unequal=3, verified=0)
    answer = entered(cast.users["admin"]).get(HOME)
    assert "尚未连接企业微信" not in answer.content.decode()
    assert "3.00%" in answer.content.decode()
    assert (answer.context["mirror"]["sync_failed"], answer.context["mirror"]["drift_much"]) == (True, True)
    assert entered(cast.users["owner"]).get(HOME).context["mirror"] is None


class TestNumbers:
    def counted(self) -> None:
        for corp in Corp.objects.all():
            yesterday = windows.today_of(corp) - windows.DAY
            for _step in rebuilding.rebuild(corp, yesterday, yesterday):
                pass

    def test_they_wait_for_the_first_night(self, cast: Cast) -> None:
        assert entered(cast.users["admin"]).get(HOME).context["numbers"] is None

    def test_they_are_of_those_whom_the_user_sees(self, cast: Cast) -> None:
        for employee in (cast.owner, cast.owner, cast.colleague):
            make.customer(cast.corp, employee)
        make.customer(cast.other_corp, cast.stranger)
        RelationEpisode.objects.update(began_at=now() - dt.timedelta(days=2))
        self.counted()
        found = {}
        for who in ("admin", "owner", "colleague", "stranger"):
            cards = entered(cast.users[who]).get(HOME).context["numbers"]["cards"]
            found[who] = cards[0]["pair"]["relations"]
        assert found == {"admin": 3, "owner": 2, "colleague": 1, "stranger": 1}

    def test_the_chart_has_a_table_beside_it(self, cast: Cast) -> None:
        self.counted()
        answer = entered(cast.users["admin"]).get(HOME)
        assert len(answer.context["numbers"]["days"]) == 30
        assert answer.content.decode().count('scope="row"') == 30
        drawn = orjson.loads(answer.context["numbers"]["chart"].data)
        days = answer.context["numbers"]["days"]
        assert [line["data"] for line in drawn["datasets"]] == [
            [day[name]["relations"] for day in days] for name in ("new", "lost")
        ]


def test_many_counts_are_one_statement(cast: Cast, django_assert_num_queries: Any) -> None:
    for _n in range(3):
        make.customer(cast.corp)
    rows = [Customer.objects.all(), Customer.objects.none(), Customer.objects.filter(corp=cast.other_corp)]
    for bound in (2, 3, 10):
        with django_assert_num_queries(1):
            found = bounded_counts(rows, bound)
        assert found == [bounded_count(one, bound) for one in rows]
    with django_assert_num_queries(0):
        assert bounded_counts([Customer.objects.none()], 5) == [(0, True)]
        assert bounded_counts([], 5) == []


def test_the_page_costs_few_statements_however_much_waits(cast: Cast, django_assert_max_num_queries: Any) -> None:
    everything(cast)
    for who, most in (("admin", 13), ("manager", 18), ("owner", 12)):
        client = entered(cast.users[who])
        client.get(reverse("admin:index"))
        with django_assert_max_num_queries(most):
            client.get(reverse("admin:index"))
