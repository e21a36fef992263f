"""What people do about warnings, over REST and in the console; and who sees which."""

import datetime as dt
from typing import Any

import pytest

from core.errors import Conflict, RuleViolation
from core.time import now, to_wire
from corps.actors import SYSTEM
from insights.models import RiskAlert, RiskRule
from insights.risks import handling
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page

URL = "/api/v1/risks"
LATER = dt.timedelta(days=3)


@pytest.fixture
def alert(cast: Cast) -> RiskAlert:
    return make.alert(make.customer(cast.corp, cast.owner, name="甲"), cast.owner)


def told() -> list[dict[str, Any]]:
    return [row.payload["data"] for row in OutboxEvent.objects.filter(name__startswith="risk.")]


def kept(alert: RiskAlert) -> dict[str, Any]:
    return RiskAlert.objects.filter(pk=alert.pk).values().get()


class TestRules:
    def test_acknowledging_says_who_and_when_and_is_done_once(self, cast: Cast, alert: RiskAlert) -> None:
        for name in ("owner", "manager"):
            handling.acknowledge(alert=alert, by=cast.actor(name), source="operator")
        row = RiskAlert.objects.get()
        assert (row.state, row.acknowledged_by, row.version) == ("acknowledged", f"user:{cast.users['owner'].pk}", 2)
        assert (row.acknowledged_at is not None, row.open_mark, told()) == (True, 1, [])

    def test_handling_closes_it_with_what_came_of_it_and_is_told(self, cast: Cast, alert: RiskAlert) -> None:
        for _time in range(2):
            handling.handle(alert=alert, outcome="won_back", note=" 已加回 ", by=cast.actor("owner"), source="api")
        row = RiskAlert.objects.get()
        assert (row.state, row.outcome, row.note, row.version) == ("handled", "won_back", "已加回", 2)
        assert (row.handled_by, row.open_mark) == (f"user:{cast.users['owner'].pk}", None)
        core = {"riskId": row.pk, "kind": row.kind, "customerId": row.customer_id, "employeeId": cast.owner.pk}
        assert told() == [core | {"why": "handled"}]

    def test_what_is_over_takes_nothing_more(self, cast: Cast, alert: RiskAlert) -> None:
        handling.handle(alert=alert, outcome="lost", by=SYSTEM, source="api")
        before, events = kept(alert), told()
        acts: list[Any] = [
            lambda: handling.acknowledge(alert=alert, by=SYSTEM, source="api"),
            lambda: handling.handle(alert=alert, outcome="won_back", by=SYSTEM, source="api"),
            lambda: handling.mute(alert=alert, until=now() + LATER, by=SYSTEM, source="api"),
        ]
        for act in acts:
            with pytest.raises(Conflict) as refusal:
                act()
            assert refusal.value.code == "risk_closed"
        assert (kept(alert), told()) == (before, events)

    @pytest.mark.parametrize(
        ("given", "code"), [({"outcome": "well"}, "outcome_invalid"), ({"note": "长" * 501}, "note_too_long")]
    )
    def test_what_can_not_be_an_outcome_is_refused(self, alert: RiskAlert, given: dict[str, Any], code: str) -> None:
        before = kept(alert)
        with pytest.raises(RuleViolation) as refusal:
            handling.handle(alert=alert, **{"outcome": "lost"} | given, by=SYSTEM, source="api")
        assert (refusal.value.code, kept(alert), told()) == (code, before, [])

    def test_muting_is_until_some_time_ahead_and_done_once(self, alert: RiskAlert) -> None:
        until = now() + LATER
        for _time in range(2):
            handling.mute(alert=alert, until=until, by=SYSTEM, source="api")
        assert (kept(alert)["muted_until"], kept(alert)["version"]) == (until, 2)
        with pytest.raises(RuleViolation) as refusal:
            handling.mute(alert=alert, until=now() - LATER, by=SYSTEM, source="api")
        assert (refusal.value.code, kept(alert)["muted_until"]) == ("until_passed", until)


class TestApi:
    def listed(self, client: Any, query: str = "") -> list[int]:
        answer = client.get(f"{URL}?{query}")
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["list"]]

    def test_what_waits_is_listed_newest_first_and_narrowed(self, cast: Cast, alert: RiskAlert) -> None:
        client, day = api.client(cast.corp), dt.timedelta(days=1)
        other = make.customer(cast.corp, cast.colleague)
        old = make.alert(other, cast.colleague, kind="silence", level=1, opened_at=now() - 5 * day)
        over = make.alert(other, cast.colleague, state="passed", opened_at=now() - 9 * day, closed_at=now())
        quiet = make.alert(
            other,
            cast.colleague,
            subject="elsewhere",
            muted_until=now() + day,
            opened_at=now() - 7 * day,
            kind="silence",
        )
        for query, wanted in [
            ("", [alert, old]),
            ("kind=silence", [old]),
            ("level=3", [alert]),
            ("state=passed", [over]),
            ("state=open", [alert, old]),
            ("muted=true", [alert, old, quiet]),
            (f"employeeId={cast.colleague.pk}", [old]),
            (f"departmentId={cast.department.pk}", [alert, old]),
            (f"customerId={alert.customer_id}", [alert]),
            (f"openedFrom={to_wire(now() - 2 * day)}", [alert]),
            (f"openedTo={to_wire(now() - 2 * day)}", [old]),
            ("cursor=&size=1", [alert]),
        ]:
            assert self.listed(client, query) == [row.pk for row in wanted], query
        after = client.get(f"{URL}?cursor=&size=1").json()["nextCursor"]
        assert self.listed(client, f"cursor={after}") == [old.pk]

    @pytest.mark.parametrize("query", ["kind=bad", "level=9", "state=all", "openedFrom=x", "sort=level"])
    def test_what_is_wrong_is_refused(self, cast: Cast, query: str) -> None:
        assert api.client(cast.corp).get(f"{URL}?{query}").status_code == 400

    def test_one_is_read_acknowledged_muted_and_handled(self, cast: Cast, alert: RiskAlert) -> None:
        client, url = api.client(cast.corp), f"{URL}/{alert.pk}"
        read = client.get(url).json()
        assert (read["customerName"], read["employeeName"], read["facts"]) == ("甲", "王小明", {"days": 9})
        assert client.post(f"{url}/acknowledge").json()["state"] == "acknowledged"
        muted = client.post(f"{url}/mute", {"until": "2999-01-01T00:00:00Z"}).json()
        assert muted["mutedUntil"] == "2999-01-01T00:00:00Z"
        done = client.post(f"{url}/handle", {"outcome": "lost", "note": "走了"}).json()
        assert (done["state"], done["outcome"], done["note"], done["version"]) == ("handled", "lost", "走了", 4)
        again = client.post(f"{url}/acknowledge")
        assert (again.status_code, again.json()["code"]) == (409, "risk_closed")

    @pytest.mark.parametrize(
        ("act", "body", "status"),
        [
            ("handle", {}, 400),
            ("handle", {"outcome": "well"}, 400),
            ("handle", {"outcome": "lost", "note": "x" * 501}, 400),
            ("mute", {}, 400),
            ("mute", {"until": "2020-01-01T00:00:00Z"}, 422),
            ("mute", {"until": "soon"}, 400),
        ],
    )
    def test_a_wrong_request_changes_nothing(
        self, cast: Cast, alert: RiskAlert, act: str, body: dict[str, Any], status: int
    ) -> None:
        before = kept(alert)
        assert api.client(cast.corp).post(f"{URL}/{alert.pk}/{act}", body).status_code == status
        assert kept(alert) == before

    def test_what_is_not_there_is_404(self, cast: Cast, alert: RiskAlert) -> None:
        mine, theirs = api.client(cast.corp), api.client(cast.other_corp)
        assert theirs.get(f"{URL}/{alert.pk}").status_code == 404
        assert theirs.post(f"{URL}/{alert.pk}/acknowledge").status_code == 404
        assert mine.get(f"{URL}/{10**18}").status_code == 404
        assert mine.post(f"{URL}/{9 * 10**18 + 10**18}/acknowledge").status_code == 404

    def test_the_list_costs_the_same_however_long(
        self, cast: Cast, alert: RiskAlert, django_assert_max_num_queries: Any
    ) -> None:
        client = api.client(cast.corp)
        for _n in range(5):
            make.alert(make.customer(cast.corp), cast.owner)
        client.get(URL)
        with django_assert_max_num_queries(2):
            assert len(self.listed(client)) == 6


def test_each_sees_the_warnings_that_are_theirs(cast: Cast, alert: RiskAlert) -> None:
    colleagues = make.alert(make.customer(cast.corp), cast.colleague)
    nobodys = make.alert(make.customer(cast.corp), None)
    seen = {
        role: set(RiskAlert.objects.visible_to(cast.actor(role)).values_list("pk", flat=True)) for role in cast.users
    }
    assert seen == {
        "owner": {alert.pk},
        "colleague": {colleagues.pk},
        "manager": {alert.pk, colleagues.pk},
        "admin": {alert.pk, colleagues.pk, nobodys.pk},
        "stranger": set(),
    }


class TestConsole:
    def shown(self, cast: Cast, role: str = "admin", **query: Any) -> list[int]:
        answer = entered(cast.users[role]).get(page(RiskAlert, "changelist"), query)
        assert answer.status_code == 200
        return [row.pk for row in answer.context["cl"].result_list]

    def test_the_list_shows_what_waits_and_the_rest_on_purpose(self, cast: Cast, alert: RiskAlert) -> None:
        other = make.customer(cast.corp)
        over = make.alert(other, cast.owner, state="passed", closed_at=now())
        quiet = make.alert(other, cast.owner, subject="elsewhere", muted_until=now() + LATER)
        assert self.shown(cast) == [alert.pk]
        assert self.shown(cast, state="passed") == [over.pk]
        assert self.shown(cast, state="muted") == [quiet.pk]
        assert self.shown(cast, level__exact="1") == []
        assert self.shown(cast, kind__exact="customer_deleted") == [alert.pk]
        assert self.shown(cast, "colleague") == []

    def test_it_is_acknowledged_muted_and_handled_by_its_own_pages(self, cast: Cast, alert: RiskAlert) -> None:
        client = entered(cast.users["owner"])
        for act, posted in [
            ("acknowledge", {}),
            ("mute", {"last_day": "2999-01-01"}),
            ("handle", {"outcome": "won_back", "note": "已加回"}),
        ]:
            assert client.get(page(alert, act)).status_code == 200
            assert client.post(page(alert, act), posted).status_code == 302, act
        row = RiskAlert.objects.get()
        assert (row.state, row.outcome, row.note) == ("handled", "won_back", "已加回")
        assert row.muted_until == dt.datetime(2999, 1, 1, 16, tzinfo=dt.UTC)
        content = client.get(page(alert, "change")).content.decode()
        assert "已加回" in content
        # What is over offers no more acts.
        assert page(alert, "handle") not in content

    def test_a_refusal_is_shown_on_the_page_and_nothing_changes(self, cast: Cast, alert: RiskAlert) -> None:
        client = entered(cast.users["owner"])
        before = kept(alert)
        answer = client.post(page(alert, "mute"), {"last_day": "2020-01-01"})
        assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
        assert client.post(page(alert, "handle"), {"outcome": "well"}).context["form"].errors
        assert kept(alert) == before

    def test_several_are_acknowledged_at_once(self, cast: Cast, alert: RiskAlert) -> None:
        other = make.alert(make.customer(cast.corp), cast.owner)
        posted = {"action": "acknowledge_all", "_selected_action": [alert.pk, other.pk]}
        answer = entered(cast.users["admin"]).post(page(RiskAlert, "changelist"), posted, follow=True)
        assert answer.status_code == 200
        assert set(RiskAlert.objects.values_list("state", flat=True)) == {"acknowledged"}

    def test_a_customers_page_shows_the_warnings_and_leads_to_them(self, cast: Cast, alert: RiskAlert) -> None:
        content = entered(cast.users["admin"]).get(page(alert.customer, "tab_risks")).content.decode()
        assert page(alert, "change") in content

    @pytest.mark.parametrize(
        ("kind", "facts", "words"),
        [
            ("customer_deleted", {"days": 9}, "9"),
            ("silence", {"days": 30}, "30"),
            ("bulk_deletion", {"deleted": 12}, "12"),
            ("transfer_refused", {"reason": "customer_refused"}, "客户拒绝"),
            ("transfer_refused", {"reason": "new_reason"}, "new_reason"),
            ("left_last_group", {}, "–"),
            ("rule", {"ruleId": 3, "rule": "老客户沉默"}, "老客户沉默"),
        ],
    )
    def test_what_a_warning_knows_is_said_in_words(
        self, cast: Cast, kind: str, facts: dict[str, Any], words: str
    ) -> None:
        row = make.alert(make.customer(cast.corp), cast.owner, kind=kind, facts=facts)
        assert words in entered(cast.users["admin"]).get(page(row, "change")).content.decode()

    def test_rules_are_made_changed_and_taken_away(self, cast: Cast) -> None:
        client = entered(cast.users["admin"])
        posted = {"kind": "silence", "threshold": "14", "level": "2", "active": "on", "department": ""}
        assert client.post(page(RiskRule, "add"), posted).status_code == 302
        rule = RiskRule.objects.get()
        assert (rule.corp, rule.threshold, rule.active, rule.department) == (cast.corp, 14, True, None)
        # A second one for the same is refused where it is written.
        assert client.post(page(RiskRule, "add"), posted).context["errors"]
        changed = form_of(client.get(page(rule, "change")), department=cast.department.pk)
        assert client.post(page(rule, "change"), changed).status_code == 302
        assert RiskRule.objects.get().department == cast.department
        foreign = form_of(client.get(page(rule, "change")), department=make.department(cast.other_corp).pk)
        assert client.post(page(rule, "change"), foreign).context["errors"]
        assert client.post(page(rule, "delete"), {"post": "yes"}).status_code == 302
        assert not RiskRule.objects.exists()
