"""The doors of warnings and deletion records, with all that can be wrong: bodies, ids, pages, keys, filters."""

import csv
import datetime as dt
import io
from typing import Any

import pytest

from core import exporting
from core.time import now, to_wire
from insights.models import Loss, RiskAlert
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.doors import BAD_PAGES, HARD_NAMES, METHODS, UNREADABLE, is_chinese, refused, with_and_without_slash

RISKS, LOSSES = "/api/v1/risks", "/api/v1/losses"
ACTS = ("acknowledge", "handle", "mute")
GOOD: dict[str, dict[str, Any]] = {
    "acknowledge": {},
    "handle": {"outcome": "lost", "note": "走了"},
    "mute": {"until": "2999-01-01T00:00:00Z"},
}
KEY = {"Idempotency-Key": "once"}
LONG_AGO = ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00+14:00", "0001-01-01T00:00:00+23:00"]


@pytest.fixture
def alert(cast: Cast) -> RiskAlert:
    return make.alert(make.customer(cast.corp, cast.owner, name="甲"), cast.owner)


def everything() -> list[list[Any]]:
    return [list(table.objects.order_by("pk").values()) for table in (RiskAlert, Loss, OutboxEvent)]


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


class TestBodies:
    @pytest.mark.parametrize("act", ["handle", "mute"])
    @pytest.mark.parametrize(("body", "kind", "status", "code"), UNREADABLE)
    def test_what_can_not_be_read_is_refused_and_changes_nothing(
        self, cast: Cast, alert: RiskAlert, act: str, body: bytes, kind: str, status: int, code: str
    ) -> None:
        before = everything()
        answer = api.client(cast.corp).generic("POST", f"{RISKS}/{alert.pk}/{act}", body, content_type=kind)
        refused(answer, status, code)
        assert everything() == before

    @pytest.mark.parametrize(
        ("act", "body", "field"),
        [
            ("handle", {"outcome": None}, "outcome"),
            ("handle", {"outcome": ["lost"]}, "outcome"),
            ("handle", {"outcome": "LOST"}, "outcome"),
            ("handle", {"outcome": "lost", "note": None}, "note"),
            ("handle", {"outcome": "lost", "note": {}}, "note"),
            ("handle", {"outcome": "lost", "note": "a\u0000b"}, "note"),
            ("handle", {"outcome": "lost", "state": "handled"}, "state"),
            ("mute", {"until": None}, "until"),
            ("mute", {"until": 7}, "until"),
            ("mute", {"until": "2999-02-30T00:00:00Z"}, "until"),
            ("mute", {"until": "2999-01-01T00:00:00Z", "mutedUntil": "x"}, "mutedUntil"),
        ],
    )
    def test_a_wrong_field_is_named(
        self, cast: Cast, alert: RiskAlert, act: str, body: dict[str, Any], field: str
    ) -> None:
        before = everything()
        answer = api.client(cast.corp).post(f"{RISKS}/{alert.pk}/{act}", body, format="json")
        assert (answer.status_code, [error["field"] for error in answer.json()["errors"]]) == (400, [field])
        assert everything() == before

    @pytest.mark.parametrize("until", LONG_AGO)
    def test_a_time_long_ago_is_refused(self, cast: Cast, alert: RiskAlert, until: str) -> None:
        before = everything()
        answer = api.client(cast.corp).post(f"{RISKS}/{alert.pk}/mute", {"until": until}, format="json")
        assert answer.status_code in (400, 422)
        assert everything() == before

    @pytest.mark.parametrize("note", HARD_NAMES)
    def test_a_note_is_kept_letter_by_letter(self, cast: Cast, alert: RiskAlert, note: str) -> None:
        body = {"outcome": "other", "note": note}
        answer = api.client(cast.corp).post(f"{RISKS}/{alert.pk}/handle", body, format="json")
        assert (answer.status_code, answer.json()["note"]) == (200, note)
        assert RiskAlert.objects.get().note == note


class TestKeys:
    @pytest.mark.parametrize("act", ACTS)
    def test_the_same_key_again_is_answered_as_before_and_done_once(
        self, cast: Cast, alert: RiskAlert, act: str
    ) -> None:
        client, url = api.client(cast.corp), f"{RISKS}/{alert.pk}/{act}"
        first = client.post(url, GOOD[act], format="json", headers=KEY)
        before = everything()
        again = client.post(url, GOOD[act], format="json", headers=KEY)
        assert (again.status_code, again.content) == (200, first.content)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert everything() == before

    def test_a_key_of_another_request_is_refused(self, cast: Cast, alert: RiskAlert) -> None:
        client, url = api.client(cast.corp), f"{RISKS}/{alert.pk}/mute"
        client.post(url, GOOD["mute"], format="json", headers=KEY)
        before = everything()
        refused(
            client.post(url, {"until": "2998-01-01T00:00:00Z"}, format="json", headers=KEY), 422, "idempotency_mismatch"
        )
        refused(
            client.post(f"{RISKS}/{alert.pk}/handle", GOOD["handle"], format="json", headers=KEY),
            422,
            "idempotency_mismatch",
        )
        assert everything() == before

    def test_a_refusal_keeps_no_key(self, cast: Cast, alert: RiskAlert) -> None:
        client, url = api.client(cast.corp), f"{RISKS}/{alert.pk}/handle"
        assert client.post(url, {"outcome": "well"}, format="json", headers=KEY).status_code == 400
        assert client.post(url, GOOD["handle"], format="json", headers=KEY).status_code == 200

    @pytest.mark.parametrize("key", ["", " ", "x" * 101, "schlüssel"])
    def test_a_key_that_is_none_is_refused(self, cast: Cast, alert: RiskAlert, key: str) -> None:
        before = everything()
        answer = api.client(cast.corp).post(f"{RISKS}/{alert.pk}/acknowledge", headers={"Idempotency-Key": key})
        refused(answer, 400, "idempotency_key_invalid")
        assert everything() == before


class TestAddresses:
    @pytest.mark.parametrize("ident", ["0", "00", str(2**63), "9" * 19, "9" * 20, "-1", "1.5", "x", "²"])
    def test_an_id_that_can_not_be_is_not_there(self, cast: Cast, alert: RiskAlert, ident: str) -> None:
        client, before = api.client(cast.corp), everything()
        for url in with_and_without_slash(f"{RISKS}/{ident}"):
            assert client.get(url).status_code == 404
        for act in ACTS:
            assert client.post(f"{RISKS}/{ident}/{act}", GOOD[act], format="json").status_code == 404
        assert everything() == before

    @pytest.mark.parametrize("act", ACTS)
    def test_another_companys_is_not_there_whatever_is_done(self, cast: Cast, alert: RiskAlert, act: str) -> None:
        before = everything()
        refused(
            api.client(cast.other_corp).post(f"{RISKS}/{alert.pk}/{act}", GOOD[act], format="json"), 404, "not_found"
        )
        assert everything() == before

    @pytest.mark.parametrize("url", [RISKS, LOSSES, f"{LOSSES}/export"])
    def test_what_a_door_does_not_do_is_said(self, cast: Cast, url: str) -> None:
        client, before = api.client(cast.corp), everything()
        for method in METHODS:
            answer = getattr(client, method)(url) if method != "trace" else client.generic("TRACE", url)
            if method not in ("get", "options"):
                assert answer.status_code == 405, method
        assert everything() == before

    @pytest.mark.parametrize("act", ACTS)
    def test_a_key_that_only_reads_handles_nothing(self, cast: Cast, alert: RiskAlert, act: str) -> None:
        before = everything()
        answer = api.client(cast.corp, "read").post(f"{RISKS}/{alert.pk}/{act}", GOOD[act], format="json")
        assert answer.status_code == 403
        assert everything() == before

    def test_a_refusal_speaks_the_language_asked_for(self, cast: Cast, alert: RiskAlert) -> None:
        RiskAlert.objects.update(state="handled", closed_at=now())
        for language, chinese in (("zh-hans", True), ("en", False)):
            client = api.client(cast.corp, **{"Accept-Language": language})
            body = refused(client.post(f"{RISKS}/{alert.pk}/acknowledge"), 409, "risk_closed")
            assert is_chinese(body["message"]) is chinese


class TestLists:
    @pytest.mark.parametrize("url", [RISKS, LOSSES])
    @pytest.mark.parametrize(
        "query", [*BAD_PAGES, "page=1000000&size=100", "cursor=&size=0", "cursor=x&size=5", "name=x"]
    )
    def test_a_page_that_means_nothing_is_refused(self, cast: Cast, url: str, query: str) -> None:
        answer = api.client(cast.corp).get(f"{url}?{query}")
        assert answer.status_code == 400, answer.content
        assert answer.json()["errors"]

    @pytest.mark.parametrize("url", [RISKS, LOSSES])
    def test_a_page_past_the_end_is_empty_and_no_error(self, cast: Cast, alert: RiskAlert, url: str) -> None:
        make.loss(alert.customer, cast.owner)
        answer = api.client(cast.corp).get(url, {"page": 7, "size": 3}).json()
        assert (answer["list"], answer["total"], answer["page"], answer["size"]) == ([], 1, 7, 3)

    @pytest.mark.parametrize(
        "query", ["employeeId={0}", "customerId={1}", "departmentId={2}", "employeeId=9223372036854775807"]
    )
    def test_by_anothers_id_nothing_is_found(self, cast: Cast, alert: RiskAlert, query: str) -> None:
        make.loss(alert.customer, cast.owner)
        foreign = (cast.stranger.pk, make.customer(cast.other_corp).pk, make.department(cast.other_corp).pk)
        for url in (RISKS, LOSSES):
            answer = api.client(cast.corp).get(f"{url}?{query.format(*foreign)}")
            assert (answer.status_code, answer.json()["list"]) == (200, [])

    def test_filters_narrow_together_and_exclude_each_other(self, cast: Cast) -> None:
        moment, one = now(), make.customer(cast.corp, cast.colleague)
        rows = {
            days: make.loss(one, cast.owner, days=days, began_at=moment - dt.timedelta(days=days), state="expo")
            for days in (3, 30, 300)
        }
        client = api.client(cast.corp)
        together = f"employeeId={cast.owner.pk}&customerId={one.pk}&state=expo&endedBy=customer&stillFriend=true"
        for query, wanted in [
            (together, {3, 30, 300}),
            (f"{together}&daysMin=30", {30, 300}),
            (f"{together}&daysMin=30&daysMax=30", {30}),
            (f"{together}&daysMin=31&daysMax=30", set()),
            (f"{together}&endedTo={to_wire(moment - dt.timedelta(days=1))}", set()),
            (together.replace("true", "false"), set()),
            (together.replace("expo", "EXPO"), set()),
        ]:
            listed = {row["id"] for row in client.get(f"{LOSSES}?{query}").json()["list"]}
            assert listed == {rows[days].pk for days in wanted}, query
            exported = lines(client.get(f"{LOSSES}/export?{query}"))[1:]
            assert sorted(int(line[6]) for line in exported) == sorted(wanted), query


class TestExport:
    @pytest.mark.parametrize("query", ["page=2", "size=5", "cursor=", "daysMin=-1", "endedBy=us", "colour=red"])
    def test_what_is_no_filter_of_it_is_refused(self, cast: Cast, query: str) -> None:
        answer = api.client(cast.corp).get(f"{LOSSES}/export?{query}")
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/json")

    @pytest.mark.parametrize("bound", [0, 1, 3, 4, 9])
    def test_it_ends_at_its_bound_with_the_newest(self, cast: Cast, monkeypatch: Any, bound: int) -> None:
        monkeypatch.setattr(exporting, "MOST_ROWS", bound)
        customer = make.customer(cast.corp)
        for days in range(4):
            make.loss(customer, make.employee(cast.corp), days=days, ended_at=now() - dt.timedelta(days=days))
        body = lines(api.client(cast.corp).get(f"{LOSSES}/export"))[1:]
        assert [int(line[6]) for line in body] == list(range(4))[:bound]

    @pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
    def test_no_cell_is_a_formula_wherever_it_comes_from(self, cast: Cast, start: str) -> None:
        told = f"{start}HYPERLINK(1)"
        customer = make.customer(cast.corp, name="甲")
        type(customer).objects.filter(pk=customer.pk).update(name=told)
        employee = make.employee(cast.corp, name=told)
        make.loss(customer, employee, state=told, tags=[[1, told], [2, "重点"]])
        answer = api.client(cast.corp).get(f"{LOSSES}/export")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        (_heading, line) = list(csv.reader(io.StringIO(text, newline="")))
        assert [line[n] for n in (0, 2, 8)] == [f"'{told}"] * 3
        assert line[9] == f"'{told}、重点"

    def test_quotes_commas_and_line_breaks_stay_in_their_cell(self, cast: Cast) -> None:
        name = '张"三",\n李四；'
        customer = make.customer(cast.corp)
        type(customer).objects.filter(pk=customer.pk).update(name=name)
        make.loss(customer, cast.owner)
        text = b"".join(api.client(cast.corp).get(f"{LOSSES}/export").streaming_content).decode("utf-8-sig")
        (_heading, line) = list(csv.reader(io.StringIO(text, newline="")))
        assert (line[0], len(line)) == (name, 12)

    def test_it_holds_nothing_of_another_company(self, cast: Cast) -> None:
        make.loss(make.customer(cast.other_corp, name="别家"), cast.stranger)
        assert len(lines(api.client(cast.corp).get(f"{LOSSES}/export"))) == 1
