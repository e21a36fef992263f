"""What a page of statistics shows, as a file: the same lines as over REST, within what the reader may see."""

import csv
import io
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from corps.models import User
from insights.console.stats.catalogue import FILES
from insights.stats.files import TABLES
from tests.console.conftest import entered
from tests.insights.stats.story import DAYS, shown, told
from tests.insights.stats.world import World


@pytest.fixture
def story(world: World) -> World:
    return told(world)


def file(user: User, **query: Any) -> Any:
    return entered(user).get(reverse("admin:insights_dailystat_export"), query)


def lines(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


@pytest.mark.parametrize("name", TABLES)
def test_each_page_offers_its_report_in_both_kinds(story: World, name: str) -> None:
    admin = story.cast.users["admin"]
    query = {} if name == "overview" else DAYS
    client = entered(admin)
    files = shown(admin, FILES[name], **query).context["files"]
    offered = {title.split()[-1]: link for title, link in files if f"report={name}&" in link}
    assert set(offered) == {"CSV", "XLSX"}
    text = lines(client.get(offered["CSV"]))
    book = load_workbook(io.BytesIO(b"".join(client.get(offered["XLSX"]).streaming_content))).active
    assert book is not None
    assert len(text) == book.max_row > 1
    assert [len(line) for line in text] == [book.max_column] * len(text)


def test_a_file_ends_where_the_reader_may_see_no_further(story: World) -> None:
    names = {
        role: {line[0] for line in lines(file(story.cast.users[role], report="employees", **DAYS))[1:]}
        for role in ("owner", "manager", "stranger")
    }
    assert names == {"owner": {"王小明"}, "manager": {"王小明", "李小红", "两边"}, "stranger": set()}


def test_staff_take_no_channels_along(story: World) -> None:
    assert file(story.cast.users["owner"], report="channels").status_code == 403


def test_what_can_not_be_asked_leads_to_the_page_that_tells_why(story: World) -> None:
    answer = file(story.cast.users["admin"], report="growth", first="x")
    assert answer.status_code == 302
    page = entered(story.cast.users["admin"]).get(answer.url)
    assert page.context["form"].errors


def test_an_unknown_report_or_kind_is_the_overview_as_text(story: World) -> None:
    answer = file(story.cast.users["admin"], report="x", format="pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="overview.csv"'


def test_the_order_of_a_page_is_that_of_its_file(story: World) -> None:
    admin = story.cast.users["admin"]
    offered = dict(shown(admin, "employees", sort="lost", **DAYS).context["files"])
    told_lines = lines(entered(admin).get(offered["CSV"]))
    column = told_lines[0].index("lost.relations")
    values = [int(line[column]) for line in told_lines[1:]]
    assert values == sorted(values, reverse=True) and values[0] > 0
