"""The console's pages of warnings, rules and losses: nothing selected, refusals, foreign rows, both languages."""

from typing import Any

import pytest
from django.urls import reverse

from core.time import now
from insights.models import Loss, RiskAlert, RiskRule, RiskSetting
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console import conftest
from tests.console.conftest import form_of, page

ACTS: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "handle": {"outcome": "lost", "note": "走了"},
    "mute": {"last_day": "2999-01-01"},
}


@pytest.fixture
def alert(cast: Cast) -> RiskAlert:
    return make.alert(make.customer(cast.corp, cast.owner, name="甲"), cast.owner)


def entered(user: Any, language: str = "zh-hans") -> Any:
    client = conftest.entered(user)
    client.cookies["django_language"] = language
    return client


def everything() -> list[list[Any]]:
    return [list(table.objects.order_by("pk").values()) for table in (RiskAlert, Loss, RiskRule, OutboxEvent)]


def over(*alerts: RiskAlert) -> None:
    RiskAlert.objects.filter(pk__in=[row.pk for row in alerts]).update(state="passed", closed_at=now())


def messages(answer: Any) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


class TestSelecting:
    def chosen(self, cast: Cast, *alerts: RiskAlert, role: str = "admin", **posted: Any) -> Any:
        sent = {"action": "acknowledge_all", "_selected_action": [row.pk for row in alerts], "index": "0"} | posted
        return entered(cast.users[role]).post(f"{page(RiskAlert, 'changelist')}?state=", sent, follow=True)

    def test_with_nothing_selected_nothing_happens_and_it_is_said(self, cast: Cast, alert: RiskAlert) -> None:
        before = everything()
        assert messages(self.chosen(cast)) == ["条目必须选中以对其进行操作。没有任何条目被更改。"]
        assert everything() == before

    def test_with_no_action_chosen_nothing_happens(self, cast: Cast, alert: RiskAlert) -> None:
        before = everything()
        assert messages(self.chosen(cast, alert, action=""))
        assert messages(self.chosen(cast, alert, action="delete_selected"))
        assert everything() == before

    def test_another_companys_among_them_is_left_alone(self, cast: Cast, alert: RiskAlert) -> None:
        foreign = make.alert(make.customer(cast.other_corp, cast.stranger), cast.stranger)
        self.chosen(cast, alert, foreign)
        assert dict(RiskAlert.objects.values_list("pk", "state")) == {alert.pk: "acknowledged", foreign.pk: "open"}

    def test_a_colleagues_among_them_is_left_alone(self, cast: Cast, alert: RiskAlert) -> None:
        theirs = make.alert(make.customer(cast.corp, cast.colleague), cast.colleague)
        self.chosen(cast, alert, theirs, role="owner")
        assert dict(RiskAlert.objects.values_list("pk", "state")) == {alert.pk: "acknowledged", theirs.pk: "open"}

    def test_twice_is_once_and_both_are_told_so(self, cast: Cast, alert: RiskAlert) -> None:
        assert messages(self.chosen(cast, alert)) == messages(self.chosen(cast, alert))
        assert (RiskAlert.objects.get().version, OutboxEvent.objects.filter(name__startswith="risk.").count()) == (2, 0)


class TestActs:
    @pytest.mark.parametrize("act", ACTS)
    def test_what_is_over_is_refused_in_words_on_the_page(self, cast: Cast, alert: RiskAlert, act: str) -> None:
        over(alert)
        before = everything()
        answer = entered(cast.users["owner"]).post(page(alert, act), ACTS[act])
        assert answer.status_code == 200
        assert answer.context["form"].non_field_errors() == ["该预警已结束。"]
        answer = entered(cast.users["owner"], "en").post(page(alert, act), ACTS[act])
        assert answer.context["form"].non_field_errors() == ["This warning is over."]
        assert everything() == before

    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("role", ["colleague", "stranger"])
    def test_one_that_is_not_theirs_leads_away(self, cast: Cast, alert: RiskAlert, role: str, act: str) -> None:
        before, client = everything(), entered(cast.users[role])
        for answer in (client.get(page(alert, act)), client.post(page(alert, act), ACTS[act])):
            assert (answer.status_code, answer.url) == (302, reverse("admin:index"))
        assert everything() == before

    @pytest.mark.parametrize("act", ACTS)
    @pytest.mark.parametrize("ident", ["0", "x", str(2**63), "1%00"])
    def test_one_that_can_not_be_leads_away(self, cast: Cast, alert: RiskAlert, ident: str, act: str) -> None:
        address = page(alert, act).replace(f"/{alert.pk}/", f"/{ident}/")
        assert entered(cast.users["admin"]).post(address, ACTS[act]).status_code in (302, 404)
        assert RiskAlert.objects.get().version == 1

    @pytest.mark.parametrize(
        ("act", "posted"),
        [
            ("handle", {}),
            ("handle", {"outcome": ""}),
            ("handle", {"outcome": "lost", "note": "长" * 501}),
            ("mute", {}),
            ("mute", {"last_day": "soon"}),
            ("mute", {"last_day": "2999-02-30"}),
            ("mute", {"last_day": "2020-01-01"}),
        ],
    )
    def test_what_can_not_be_is_told_beside_the_field(
        self, cast: Cast, alert: RiskAlert, act: str, posted: dict[str, Any]
    ) -> None:
        before = everything()
        answer = entered(cast.users["owner"]).post(page(alert, act), posted)
        assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
        assert everything() == before

    @pytest.mark.parametrize(("last", "status"), [("9999-12-31", 302), ("9999-12-30", 302), ("0001-01-01", 200)])
    def test_the_ends_of_the_calendar_are_no_fault_of_the_page(
        self, cast: Cast, alert: RiskAlert, last: str, status: int
    ) -> None:
        client = entered(cast.users["owner"])
        assert client.post(page(alert, "mute"), {"last_day": last}).status_code == status
        assert client.get(page(alert, "change")).status_code == 200
        address = page(alert.customer, "put_on_blacklist")
        assert entered(cast.users["admin"]).post(address, {"reason": "x", "last_day": last}).status_code == status
        assert entered(cast.users["admin"]).get(page(alert.customer, "tab_risks")).status_code == 200

    @pytest.mark.parametrize("until", ["9999-12-31T23:59:59Z", "9999-12-31T12:00:00-12:00", "0001-01-01T00:00:00Z"])
    def test_no_door_lets_in_a_moment_that_no_page_can_show(self, cast: Cast, alert: RiskAlert, until: str) -> None:
        client, before = api.client(cast.corp), everything()
        customer = f"/api/v1/customers/{alert.customer_id}"
        for answer in (
            client.post(f"/api/v1/risks/{alert.pk}/mute", {"until": until}, format="json"),
            client.put(f"{customer}/blacklist", {"reason": "x", "until": until}, format="json"),
            client.patch(customer, {"addTime": until}, format="json"),
            client.post(f"{customer}/followups", {"content": "x", "happenedAt": until}, format="json"),
        ):
            assert answer.status_code == 400, answer.content
        assert everything() == before

    def test_handled_it_says_who_did_it_and_tells_it_once(self, cast: Cast, alert: RiskAlert) -> None:
        client = entered(cast.users["manager"])
        client.post(page(alert, "acknowledge"))
        client.post(page(alert, "handle"), ACTS["handle"])
        row = RiskAlert.objects.get()
        label = f"user:{cast.users['manager'].pk}"
        assert (row.acknowledged_by, row.handled_by, row.outcome, row.version) == (label, label, "lost", 3)
        told = OutboxEvent.objects.get(name="risk.closed")
        assert (told.payload["actor"], told.payload["source"]) == (label, "operator")
        assert "走了" not in str(told.payload)


class TestWords:
    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("zh-hans", ["客户已删除", "严重", "保有 9 天"]),
            ("en", ["deleted by the customer", "serious", "after 9 days"]),
        ],
    )
    def test_list_and_page_speak_both(self, cast: Cast, alert: RiskAlert, language: str, words: list[str]) -> None:
        client = entered(cast.users["admin"], language)
        for address in (page(RiskAlert, "changelist"), page(alert, "change")):
            content = client.get(address).content.decode()
            assert [word for word in words if word not in content] == []

    def test_a_hostile_note_and_a_hostile_name_are_text(self, cast: Cast) -> None:
        hostile = "<script>alert(1)</script>"
        customer = make.customer(cast.corp, cast.owner, name=hostile)
        row = make.alert(customer, cast.owner, note=hostile, kind="transfer_refused", facts={"reason": hostile})
        loss = make.loss(customer, cast.owner, state=hostile, tags=[[1, hostile]])
        client = entered(cast.users["admin"])
        for address in (
            page(RiskAlert, "changelist"),
            page(row, "change"),
            page(Loss, "changelist"),
            page(loss, "change"),
        ):
            assert hostile not in client.get(address).content.decode(), address

    def test_with_nothing_to_warn_of_the_list_says_so(self, cast: Cast) -> None:
        for user, lists in ((cast.users["admin"], (RiskAlert, Loss)), (cast.users["owner"], (RiskAlert, Loss))):
            for model in lists:
                answer = entered(user).get(page(model, "changelist"))
                assert (answer.status_code, answer.context["cl"].result_count) == (200, 0)


class TestRules:
    GOOD = {"kind": "silence", "threshold": "14", "level": "2", "active": "on", "department": ""}

    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "bad"},
            {"kind": ""},
            {"level": "9"},
            {"level": ""},
            {"threshold": "-1"},
            {"threshold": "x"},
            {"threshold": str(2**40)},
            {"department": "x"},
            {"department": str(10**9)},
        ],
    )
    def test_a_rule_that_can_not_be_is_refused_beside_its_field(self, cast: Cast, wrong: dict[str, str]) -> None:
        before = everything()
        answer = entered(cast.users["admin"]).post(page(RiskRule, "add"), self.GOOD | wrong)
        assert answer.status_code == 200
        assert set(answer.context["adminform"].form.errors) == set(wrong)
        assert everything() == before

    @pytest.mark.parametrize("role", ["owner", "manager"])
    def test_rules_are_the_administrators(self, cast: Cast, role: str) -> None:
        client = entered(cast.users[role])
        assert client.post(page(RiskRule, "add"), self.GOOD).status_code == 403
        assert not RiskRule.objects.exists()

    def test_another_companys_rule_leads_away_and_stays(self, cast: Cast) -> None:
        rule = RiskRule.objects.create(corp=cast.corp, kind="silence", threshold=14)
        before, client = everything(), entered(cast.users["stranger"])
        assert client.get(page(rule, "change")).status_code == 302
        assert client.post(page(rule, "change"), self.GOOD | {"threshold": "1"}).status_code == 302
        assert client.post(page(rule, "delete"), {"post": "yes"}).status_code == 302
        assert client.get(page(RiskRule, "changelist")).context["cl"].result_count == 0
        assert everything() == before

    def test_saved_unchanged_it_is_as_it_was(self, cast: Cast) -> None:
        rule = RiskRule.objects.create(corp=cast.corp, kind="silence", department=cast.department, active=False)
        client = entered(cast.users["admin"])
        assert client.post(page(rule, "change"), form_of(client.get(page(rule, "change")))).status_code == 302
        kept = RiskRule.objects.get()
        assert (kept.kind, kept.department, kept.active, kept.threshold, kept.level) == (
            "silence",
            cast.department,
            False,
            None,
            2,
        )

    def test_a_setting_is_never_deleted_by_hand(self, cast: Cast) -> None:
        row = RiskSetting.objects.create(corp=cast.corp)
        assert entered(cast.users["admin"]).post(page(row, "delete"), {"post": "yes"}).status_code == 403
        assert RiskSetting.objects.exists()
