"""The doors of segments: what they answer, what they refuse, and to whom they show which members."""

from typing import Any

import pytest

from corps.choices import Role
from segments import finding, previewing, tasks
from segments.models import Segment, SegmentRun, SegmentSize, SegmentStanding
from segments.refreshing import requesting
from tests import api, make
from tests.conftest import Cast
from tests.segments.crowd import BY, hear, ids, last_run, listed, members, move, of_city, people, run_all, segment

URL = "/api/v1/segments"


@pytest.fixture
def rung(monkeypatch: Any) -> list[str]:
    """Which tasks were rung for."""
    found: list[str] = []
    monkeypatch.setattr(tasks.begin_runs, "delay", lambda: found.append("begin_runs"))
    return found


def test_a_segment_is_made_shown_changed_and_taken_away(
    cast: Cast, rung: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    client = api.client(cast.corp)
    with django_capture_on_commit_callbacks(execute=True):
        made = client.post(URL, {"name": "北京", "condition": of_city("北京"), "announces": True}, format="json")
    one = made.json()
    assert (made.status_code, made.headers["Location"]) == (201, f"{URL}/{one['id']}")
    assert rung == ["begin_runs"]
    assert (one["kind"], one["condition"], one["announces"], one["size"]) == ("dynamic", of_city("北京"), True, 0)
    assert one["freshness"]["state"] == "counting"
    run_all()
    shown = client.get(f"{URL}/{one['id']}")
    assert (shown.json()["freshness"]["state"], shown.headers["ETag"]) == ("fresh", '"1"')
    where = f"{URL}/{one['id']}"
    changed = client.patch(where, {"name": "上海", "condition": of_city("上海")}, format="json", HTTP_IF_MATCH='"1"')
    assert (changed.status_code, changed.json()["name"], changed.headers["ETag"]) == (200, "上海", '"2"')
    assert changed.json()["freshness"]["state"] == "refreshing"
    assert client.patch(where, {"name": "x"}, format="json", HTTP_IF_MATCH='"1"').status_code == 412
    assert client.delete(where).status_code == 204
    assert client.get(where).status_code == 404
    assert client.get(URL).json()["list"] == []


def test_the_list_costs_the_same_statements_however_many(cast: Cast, django_assert_max_num_queries: Any) -> None:
    client = api.client(cast.corp)
    for number in range(5):
        segment(cast.corp, name=f"第{number}个")
    client.get(URL)
    with django_assert_max_num_queries(8):
        found = client.get(URL).json()
    assert [row["name"] for row in found["list"]] == [f"第{number}个" for number in range(5)]


def test_what_cant_be_sent_is_told(cast: Cast) -> None:
    client, row = api.client(cast.corp), segment(cast.corp, name="有了")
    wrong = {"version": 1, "where": {"all": [{"field": "shoeSize", "op": "is", "value": 1}]}}
    cases: list[tuple[int, str, Any]] = [
        (400, "invalid", {"name": "N"}),
        (400, "invalid", {"name": "N", "condition": of_city("北京"), "customerIds": []}),
        (400, "invalid", {"condition": of_city("北京")}),
        (400, "invalid", {"name": "N", "condition": of_city("北京"), "size": 3}),
        (422, "condition_invalid", {"name": "N", "condition": wrong}),
        (422, "customer_unknown", {"name": "N", "customerIds": [10**9]}),
        (409, "segment_exists", {"name": "有了", "condition": of_city("北京")}),
    ]
    for status, code, body in cases:
        answer = client.post(URL, body, format="json")
        assert (answer.status_code, answer.json()["code"]) == (status, code), body
    errors = client.post(URL, {"name": "N", "condition": wrong}, format="json").json()["errors"]
    assert errors[0]["field"].startswith("where.all[0]")
    assert list(Segment.objects.all()) == [row]
    assert client.get(f"{URL}/{row.pk}?x=1").status_code == 400
    assert client.get(f"{URL}/{10**18}").status_code == 404


def test_a_preview_counts_exactly_and_shows_the_newest(cast: Cast) -> None:
    found = people(cast.corp, *["北京"] * 23, "上海")[:23]
    people(cast.other_corp, "北京")
    client = api.client(cast.corp)
    shown = client.post(f"{URL}/preview", {"condition": of_city("北京")}, format="json").json()
    assert (shown["count"], len(shown["sample"])) == (23, 20)
    assert [one["id"] for one in shown["sample"]] == sorted(ids(*found), reverse=True)[:20]
    assert shown["sample"][0]["tags"] == []
    nobody = client.post(f"{URL}/preview", {"condition": of_city("拉萨")}, format="json").json()
    assert (nobody["count"], nobody["sample"]) == (0, [])
    assert client.post(f"{URL}/preview", {"condition": {}}, format="json").status_code == 422
    assert client.post(f"{URL}/preview", {}, format="json").status_code == 400
    body = {"condition": of_city("北京"), "segmentId": 10**9}
    assert client.post(f"{URL}/preview", body, format="json").status_code == 404


def test_everybody_counts_and_sees_only_the_customers_they_may_see(cast: Cast) -> None:
    mine = make.customer(cast.corp, cast.owner, city="北京")
    make.customer(cast.corp, cast.colleague, city="北京")
    row = segment(cast.corp)
    actor = cast.actor("owner")
    shown = finding.members(finding.one(row.pk, actor), actor)
    assert list(shown.values_list("customer_id", flat=True)) == [mine.pk]
    found = previewing.preview(document=of_city("北京"), corp=cast.corp, actor=actor)
    assert (found.count, found.sample) == (1, [mine.pk])


def test_members_are_read_by_page_and_by_cursor(cast: Cast) -> None:
    wanted = sorted(ids(*people(cast.corp, *["北京"] * 5)))
    row, client = segment(cast.corp), api.client(cast.corp)
    first = client.get(f"{URL}/{row.pk}/members?size=2").json()
    assert [one["customerId"] for one in first["list"]] == wanted[:-3:-1]
    assert (first["total"], first["totalExact"], first["list"][0]["cause"]) == (5, True, "created")
    seen: list[int] = []
    cursor = ""
    while cursor is not None:
        part = client.get(f"{URL}/{row.pk}/members", {"cursor": cursor, "size": 2}).json()
        seen += [one["customerId"] for one in part["list"]]
        cursor = part["nextCursor"]
    assert seen == wanted
    for raw in ("x", "-1", "9" * 30):
        answer = client.get(f"{URL}/{row.pk}/members", {"cursor": raw})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_cursor")
    assert client.get(f"{URL}/{row.pk}/members?sort=id").status_code == 400


def test_a_list_takes_members_and_gives_them_back(cast: Cast) -> None:
    first, second = people(cast.corp, "北京", "上海")
    client = api.client(cast.corp)
    made = client.post(URL, {"name": "名单", "customerIds": [first.pk]}, format="json").json()
    assert (made["kind"], made["size"], made["freshness"]["state"]) == ("static", 1, "static")
    url = f"{URL}/{made['id']}/members"
    assert client.post(url, {"customerIds": [first.pk, second.pk]}, format="json").json() == {
        "entered": [second.pk],
        "left": [],
        "size": 2,
    }
    assert client.delete(url, {"customerIds": [first.pk]}, format="json").json()["left"] == [first.pk]
    assert client.post(url, {"customerIds": []}, format="json").status_code == 400
    dynamic = segment(cast.corp)
    answer = client.post(f"{URL}/{dynamic.pk}/members", {"customerIds": [first.pk]}, format="json")
    assert (answer.status_code, answer.json()["code"]) == (409, "segment_dynamic")


def test_refreshes_are_asked_for_seen_and_called_off(cast: Cast) -> None:
    people(cast.corp, "北京")
    row, client = segment(cast.corp), api.client(cast.corp)
    asked = client.post(f"{URL}/{row.pk}/refresh")
    assert (asked.status_code, asked.json()["state"], asked.json()["reason"]) == (202, "queued", "hand")
    assert client.post(f"{URL}/{row.pk}/refresh").json()["id"] == asked.json()["id"]
    assert client.post(f"{URL}/{row.pk}/cancel").json()["state"] == "cancelled"
    assert client.post(f"{URL}/{row.pk}/cancel").status_code == 200
    runs = client.get(f"{URL}/{row.pk}/runs").json()
    assert [(run["state"], run["entered"]) for run in runs["list"]] == [("cancelled", 0), ("done", 1)]
    one = listed(cast.corp, [])
    assert client.post(f"{URL}/{one.pk}/refresh").json()["code"] == "segment_static"
    assert client.post(f"{URL}/{one.pk}/cancel").json()["code"] == "refresh_over"


def test_copies_and_frozen_lists_are_new_segments(cast: Cast) -> None:
    people(cast.corp, "北京")
    row, client = segment(cast.corp), api.client(cast.corp)
    for act, kind in (("copy", "dynamic"), ("freeze", "static")):
        made = client.post(f"{URL}/{row.pk}/{act}", {"name": act}, format="json")
        assert (made.status_code, made.json()["kind"], made.json()["name"]) == (201, kind, act)
        assert made.headers["Location"] == f"{URL}/{made.json()['id']}"
        run_all()
        assert members(Segment.objects.get(pk=made.json()["id"])) == members(row)


def test_sizes_are_shown_day_by_day(cast: Cast) -> None:
    row, client = segment(cast.corp), api.client(cast.corp)
    for day in range(1, 4):
        fields = {"size": day, "entered": day, "left": 0, "day": f"2026-01-0{day}"}
        SegmentSize.objects.create(corp=cast.corp, segment=row, **fields)
    shown = client.get(f"{URL}/{row.pk}/sizes?days=3").json()["list"]
    assert [(size["day"], size["size"]) for size in shown[:2]] == [("2026-01-02", 2), ("2026-01-03", 3)]
    assert len(client.get(f"{URL}/{row.pk}/sizes").json()["list"]) == 4
    assert client.get(f"{URL}/{row.pk}/sizes?days=0").status_code == 400


def test_a_customers_stays_are_told_with_times_and_causes(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row, client = segment(cast.corp, name="北京"), api.client(cast.corp)
    for city in ("上海", "北京"):
        move(one, city)
        hear(cast.corp)
    stays = client.get(f"/api/v1/customers/{one.pk}/segments").json()["list"]
    assert [(stay["segmentName"], stay["enteredBy"], stay["leftBy"]) for stay in stays] == [
        ("北京", "customer.updated", ""),
        ("北京", "created", "customer.updated"),
    ]
    assert (stays[0]["leftAt"], stays[1]["leftAt"] is not None) == (None, True)
    foreign = make.customer(cast.other_corp)
    assert client.get(f"/api/v1/customers/{foreign.pk}/segments").status_code == 404
    SegmentStanding.objects.filter(pk=row.pk).update(run=0)
    assert client.get(f"/api/v1/customers/{one.pk}/segments").json()["list"] == []


def test_what_a_run_has_put_by_is_not_told_of(cast: Cast) -> None:
    (one,) = people(cast.corp, "北京")
    row, client = segment(cast.corp), api.client(cast.corp)
    row.stays.update(left_run=2, left_at="2026-01-01T00:00:00Z", left_by="hand")
    (stay,) = client.get(f"/api/v1/customers/{one.pk}/segments").json()["list"]
    assert (stay["leftAt"], stay["leftBy"]) == (None, "")
    assert len(client.get(f"{URL}/{row.pk}/members").json()["list"]) == 1


def test_freshness_is_told_in_words(cast: Cast) -> None:
    row, client = segment(cast.corp), api.client(cast.corp)

    def told() -> tuple[str, str]:
        found = client.get(f"{URL}/{row.pk}").json()["freshness"]
        return found["state"], found["message"]

    assert told()[0] == "fresh"
    SegmentStanding.objects.filter(pk=row.pk).update(as_of="2026-01-01T00:00:00Z")
    assert told()[0] == "stale"
    SegmentStanding.objects.filter(pk=row.pk).update(last_error="The database was away.")
    state, message = told()
    assert (state, "The database was away." in message) == ("failed", True)
    run = requesting.refresh(segment=row, by=BY["by"])
    SegmentRun.objects.filter(pk=run.pk).update(total=200, done=50)
    assert told()[0] == "refreshing"
    assert client.get(f"{URL}/{row.pk}").json()["freshness"]["percent"] == 25
    assert last_run(row) == run


def test_staff_read_and_managers_write(cast: Cast) -> None:
    for name, role in (("owner", Role.STAFF), ("manager", Role.MANAGER), ("admin", Role.ADMIN)):
        actor = cast.actor(name)
        assert (actor.may("segment.read"), actor.may("segment.write")) == (True, role != Role.STAFF)
