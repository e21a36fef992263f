"""The forecast over REST and in the console: from what was counted alone, and honest about what it can't tell."""

import csv
import datetime as dt
import io
from typing import Any

import orjson
import pytest

from insights.models import DailyStat, StatWindow
from insights.stats.forecasting.backtest import LEAST
from insights.stats.terms import Dim, Metric, Span
from tests import api, make
from tests.insights.stats.story import cells, shown
from tests.insights.stats.test_forecasting import totals, walk, weekly
from tests.insights.stats.world import World

URL = "/api/v1/stats/growth/forecast"
LAST = dt.date(2026, 3, 19)
DAYS = 250


def counted(world: World, curves: dict[Metric, tuple[int, ...]], dim: Dim = Dim.CORP, ident: int = 0) -> None:
    """Days up to the last that were counted so; of people there are nine in ten."""
    rows = [
        DailyStat(
            corp=world.corp,
            span=Span.DAY,
            day=LAST - dt.timedelta(days=len(curve) - 1 - n),
            dim=dim,
            metric=metric,
            ident=ident,
            relations=value,
            people=value * 9 // 10,
        )
        for metric, curve in curves.items()
        for n, value in enumerate(curve)
        if value
    ]
    DailyStat.objects.bulk_create(rows)


def marked(world: World, days: int = DAYS) -> None:
    at = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
    StatWindow.objects.bulk_create(
        StatWindow(corp=world.corp, span=Span.DAY, day=LAST - dt.timedelta(days=n), final=n > 2, computed_at=at)
        for n in range(days)
    )


@pytest.fixture
def past(world: World) -> World:
    """Half a year and more: who comes follows a rhythm, and who goes does not."""
    new, lost = weekly(7, DAYS), walk(3, DAYS)
    moves = [come - 30 for come in new[1:]]
    counted(world, {Metric.NEW: new, Metric.LOST: lost, Metric.TOTAL: totals(moves)})
    marked(world)
    return world


def get(world: World, **query: Any) -> Any:
    answer = api.client(world.corp).get(URL, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestAnswer:
    def test_a_number_that_beats_the_naive_ones_is_told_with_its_range_and_another_is_not(self, past: World) -> None:
        answer = get(past)
        assert (answer["from"], answer["to"], answer["history"]) == ("2025-07-13", "2026-03-19", DAYS)
        assert [row["day"] for row in answer["list"]][:: answer["horizon"] - 1] == ["2026-03-20", "2026-04-16"]
        first = answer["list"][0]
        assert first["new"]["relations"]["low"] < first["new"]["relations"]["value"] < first["new"]["relations"]["high"]
        assert first["lost"] == {"relations": None, "people": None}
        said = answer["numbers"]
        assert (said["new"]["relations"]["shown"], said["lost"]["relations"]["shown"]) == (True, False)
        assert said["lost"]["relations"]["reason"] == "not_better"
        assert said["lost"]["relations"]["error"] > 0 < said["lost"]["relations"]["naiveError"]
        together = answer["sum"]["new"]["relations"]
        days = sum(row["new"]["relations"]["value"] for row in answer["list"])
        assert together["value"] == pytest.approx(days, abs=2)
        # Errors of days cancel each other.
        assert together["high"] - together["low"] < sum(
            row["new"]["relations"]["high"] - row["new"]["relations"]["low"] for row in answer["list"]
        )
        assert answer["asOf"] | {"computedAt": ""} == {
            "day": "2026-03-19",
            "computedAt": "",
            "final": False,
            "missing": 0,
        }
        assert set(answer["definitions"]) == {"relations", "people", "total", "new", "lost", "net"}

    def test_people_are_told_beside_relations(self, past: World) -> None:
        first = get(past)["list"][0]["new"]
        assert first["people"]["value"] == pytest.approx(0.9 * first["relations"]["value"], rel=0.05)

    def test_days_before_one_that_is_missing_do_not_count(self, past: World) -> None:
        StatWindow.objects.filter(day=LAST - dt.timedelta(days=LEAST - 2)).delete()
        answer = get(past)
        assert answer["history"] == LEAST - 2
        assert {one["reason"] for both in answer["numbers"].values() for one in both.values()} == {"history_short"}
        assert all(row["new"]["relations"] is None for row in answer["list"])

    def test_nor_do_those_before_there_was_anybody(self, past: World) -> None:
        counted(past, {Metric.TOTAL: (5,) * 40}, Dim.EMPLOYEE, past.cast.owner.pk)
        assert get(past, employeeId=past.cast.owner.pk)["history"] == 40

    def test_where_nothing_was_counted_it_says_so(self, world: World) -> None:
        answer = get(world)
        assert (answer["history"], answer["asOf"]["day"], answer["asOf"]["missing"]) == (0, None, 1)

    def test_employees_departments_and_channels_have_one_of_their_own(self, past: World) -> None:
        new = weekly(8, DAYS)
        curves = {Metric.NEW: new, Metric.TOTAL: totals(new[1:])}
        for dim, ident in (
            (Dim.EMPLOYEE, past.cast.owner.pk),
            (Dim.DEPARTMENT, past.cast.department.pk),
            (Dim.CHANNEL, past.channel.pk),
        ):
            counted(past, curves, dim, ident)
            answer = get(past, **{f"{dim.name.lower()}Id": ident})
            assert answer["scope"] == {"kind": dim.name.lower(), "ids": [ident]}
            assert answer["numbers"]["new"]["relations"]["shown"] is True

    def test_it_reads_the_counts_alone_in_eight_statements(
        self, past: World, django_assert_max_num_queries: Any
    ) -> None:
        client = api.client(past.corp)
        client.get(URL)
        with django_assert_max_num_queries(8) as seen:
            assert client.get(URL).status_code == 200
        assert "relation_episode" not in " ".join(one["sql"] for one in seen.captured_queries)

    @pytest.mark.parametrize(
        ("query", "status"), [({"fromDay": "2026-03-01"}, 400), ({"employeeId": 999999}, 404), ({"channelId": 9}, 404)]
    )
    def test_what_can_not_be_asked_is_refused(self, past: World, query: dict[str, Any], status: int) -> None:
        assert api.client(past.corp).get(URL, query).status_code == status

    def test_another_companys_past_is_not_read(self, past: World) -> None:
        answer = api.client(past.cast.other_corp).get(URL).json()
        assert answer["history"] == 0
        stranger = make.employee(past.cast.other_corp)
        assert api.client(past.corp).get(URL, {"employeeId": stranger.pk}).status_code == 404

    def test_the_file_has_each_day_and_why_a_number_is_missing(self, past: World) -> None:
        answer = api.client(past.corp).get(f"{URL}/export")
        head, *lines = csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
        assert len(lines) == 28
        first = dict(zip(head, lines[0], strict=True))
        assert float(first["new.relations.low"]) < float(first["new.relations.value"])
        assert (first["lost.relations.value"], first["lost.relations.reason"]) == ("", "not_better")


class TestPage:
    def test_the_charts_go_on_dashed_with_a_range_and_the_tables_tell_the_same(self, past: World) -> None:
        answer = shown(past.cast.users["admin"], "growth", first="2026-03-01", last="2026-03-19")
        moves, _total = answer.context["found"].parts[0].charts
        data = orjson.loads(moves.data)
        assert len(data["labels"]) == 19 + 28
        dashed = [one for one in data["datasets"] if one.get("borderDash")]
        assert len(dashed) == 1 and len(dashed[0]["data"]) == 19 + 28
        assert dashed[0]["data"][17] is None
        band = data["datasets"][-1]["data"]
        assert band[18] is None and band[19][0] < dashed[0]["data"][19] < band[19][1]
        assert "虚线" in moves.label
        told = cells(answer)
        assert [cell.text for line, column, cell in told if line == "2026-03-20" and column == "流失"] == ["–"]
        assert {cell.text for _line, column, cell in told if column == "结果"} == {"更准，已给出", "并不更准，不给出"}

    def test_weeks_and_days_that_end_earlier_are_not_continued(self, past: World) -> None:
        for query in ({"by": "week"}, {"first": "2026-03-01", "last": "2026-03-10"}):
            chart = shown(past.cast.users["admin"], "growth", **query).context["found"].parts[0].charts[0]
            assert "borderDash" not in chart.data and "虚线" not in chart.label

    def test_a_past_that_is_too_short_is_told_of_instead(self, world: World) -> None:
        counted(world, {Metric.TOTAL: (5,) * 20})
        marked(world, 20)
        answer = shown(world.cast.users["admin"], "growth")
        titles = [part.title for part in answer.context["found"].parts]
        assert "预测" not in titles
        assert "连续 20 天" in answer.content.decode()
