"""The pages of statistics: what REST answers, to whom it answers it, told so that people can read it."""

from typing import Any

import orjson
import pytest
from django.urls import reverse
from rest_framework.test import APIClient

from corps.models import Corp, DepartmentMember, User
from insights.console.stats.catalogue import REPORTS
from tests import make
from tests.console.conftest import entered
from tests.insights.stats.story import DAYS, cells, shown, told
from tests.insights.stats.world import FIRST, World, day

ENTRY = 4
# What is expected is read from more days than are shown; what is meant by active from where the company says it.
MORE = {"growth": 1, "activity": 1}
REST = {"first": "fromDay", "last": "toDay", "employee": "employeeId", "department": "departmentId"}


@pytest.fixture
def story(world: World) -> World:
    return told(world)


def asked(user: User, name: str, **query: Any) -> Any:
    client = APIClient(headers={"Accept-Language": "zh-hans"})
    client.force_authenticate(user.actor)
    answer = client.get(f"/api/v1/stats/{name}", {REST.get(key, key): value for key, value in query.items()})
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.mark.parametrize("role", ["admin", "manager", "owner", "stranger"])
def test_a_page_tells_what_rest_answers_the_same_person(story: World, role: str) -> None:
    user = story.cast.users[role]
    for name in REPORTS:
        if role == "owner" and name == "channels":
            continue
        query = {} if name == "overview" else DAYS
        answer = shown(user, name, **query).context["found"].answer
        assert orjson.loads(orjson.dumps(answer)) == asked(user, name, **query), name


def test_it_is_narrowed_as_rest_is(story: World) -> None:
    user = story.cast.users["manager"]
    for query in ({"employee": story.cast.owner.pk}, {"department": story.cast.department.pk}):
        told_here = shown(user, "growth", **DAYS, **query).context["found"].answer
        assert orjson.loads(orjson.dumps(told_here)) == asked(user, "growth", **DAYS, **query)


@pytest.mark.parametrize("name", REPORTS)
def test_a_page_costs_a_few_statements_and_reads_the_counts_alone(
    story: World, name: str, django_assert_max_num_queries: Any
) -> None:
    query = {} if name == "overview" else DAYS
    where = reverse(f"admin:insights_dailystat_{'changelist' if name == 'overview' else name}")
    for role in ("admin", "manager"):
        client = entered(story.cast.users[role])
        client.get(where, query)
        with django_assert_max_num_queries(ENTRY + 8 + MORE.get(name, 0)) as seen:
            client.get(where, query)
        text = " ".join(one["sql"] for one in seen.captured_queries)
        for table in ("relation_episode", "follow_up", "group_member", "customer_tag_relation", "talk_figures"):
            assert table not in text, (name, table)


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "channels"])
def test_who_names_somebody_pays_for_finding_them(story: World, name: str, django_assert_max_num_queries: Any) -> None:
    query = {"department": story.cast.department.pk} | ({} if name == "overview" else DAYS)
    where = reverse(f"admin:insights_dailystat_{'changelist' if name == 'overview' else name}")
    for role, most in (("admin", 8), ("manager", 12)):
        client = entered(story.cast.users[role])
        client.get(where, query)
        with django_assert_max_num_queries(ENTRY + most + MORE.get(name, 0)):
            client.get(where, query)


def test_staff_have_no_choice_of_whom_and_no_channels(story: World) -> None:
    answer = shown(story.cast.users["owner"], "growth")
    assert list(answer.context["form"].fields) == ["first", "last", "by"]
    titles = [str(tab["title"]) for tab in answer.context["tabs"]]
    assert "渠道" not in titles and "部门" not in titles
    address = reverse("admin:insights_dailystat_channels")
    assert entered(story.cast.users["owner"]).get(address).status_code == 403
    assert entered(story.cast.users["manager"]).get(address).status_code == 200


def test_a_manager_chooses_among_the_own_people_and_departments(story: World) -> None:
    fields = shown(story.cast.users["manager"], "growth").context["form"].fields
    people = {story.cast.owner.pk, story.cast.colleague.pk, story.cast.manager.pk, story.both.pk}
    assert set(fields["employee"].queryset.values_list("pk", flat=True)) == people
    assert list(fields["department"].queryset) == [story.cast.department]


@pytest.mark.parametrize(
    "query",
    [
        {"first": "x"},
        {"first": "2026-03-05", "last": "2026-03-01"},
        {"first": "2020-01-01"},
        {"first": "0001-01-01"},
        {"by": "hour"},
        {"employee": "999999"},
        {"employee": "x' OR 1"},
        {"channel": "77"},
    ],
)
def test_what_can_not_be_asked_is_told_of_and_the_usual_days_are_shown(story: World, query: dict[str, str]) -> None:
    answer = shown(story.cast.users["admin"], "growth", **query)
    assert answer.context["form"].errors
    assert len(answer.context["found"].answer["list"]) == 30
    assert answer.context["found"].answer["scope"]["kind"] == "corp"


def test_another_companys_people_are_no_choice(story: World) -> None:
    theirs = make.department(story.cast.other_corp, name="机密部")
    for query in ({"employee": story.cast.stranger.pk}, {"department": theirs.pk}):
        answer = shown(story.cast.users["admin"], "growth", **query)
        assert answer.context["form"].errors
        assert "机密部" not in answer.content.decode()


def test_a_page_says_how_fresh_it_is(story: World) -> None:
    content = shown(story.cast.users["admin"], "growth", **DAYS).content.decode()
    assert "截至 2026-04-09" in content and "暂定" in content
    assert "2026-03-01 – 2026-04-09" in content
    old = shown(story.cast.users["admin"], "growth", first=FIRST, last=day(3)).content.decode()
    assert "最终" in old or "已定" in old or "暂定" not in old
    before = shown(story.cast.users["admin"], "growth", first="2026-02-27", last=day(3)).content.decode()
    assert "2 个时段尚未统计" in before


def test_a_company_without_counts_has_pages_that_say_so(story: World) -> None:
    user = story.cast.users["stranger"]
    for name in REPORTS:
        assert "尚未统计" in shown(user, name).content.decode(), name


def test_every_table_has_a_caption_and_every_line_and_column_a_heading(story: World) -> None:
    for name in REPORTS:
        query = {} if name == "overview" else DAYS
        content = shown(story.cast.users["admin"], name, **query).content.decode()
        tables = content.count('<table class="stats-table')
        assert tables == content.count("<caption>") > 0, name
        assert 'scope="row"' in content and 'scope="col"' in content
        # A chart names what it draws, and its numbers stand in the table of its section.
        assert content.count('class="chart"') == content.count('role="img"'), name


def test_charts_hold_their_numbers_in_attributes_and_no_script(story: World) -> None:
    answer = shown(story.cast.users["admin"], "growth", **DAYS)
    charts = answer.context["found"].parts[0].charts
    data = orjson.loads(charts[0].data)
    assert len(data["labels"]) == 40
    assert [len(one["data"]) for one in data["datasets"]] == [40] * len(data["datasets"])
    assert sum(data["datasets"][0]["data"]) == answer.context["found"].answer["sum"]["new"]["relations"]
    assert orjson.loads(charts[0].options)["plugins"]["legend"]["display"]


def test_each_number_of_the_overview_has_its_definition_beside_it(story: World) -> None:
    answer = shown(story.cast.users["admin"], "overview")
    content = answer.content.decode()
    for text in answer.context["found"].answer["definitions"].values():
        assert text in content


def test_lists_of_employees_are_ranked_by_what_was_chosen_and_turned(story: World) -> None:
    for n in range(22):
        story.begin(12, f"wk{n}", make.employee(story.corp, story.support, name=f"员工{n:02}"))
    story.recount(day(12), day(12))
    admin = story.cast.users["admin"]
    first = shown(admin, "employees", sort="lost", **DAYS)
    lost = [row["lost"]["relations"] for row in first.context["found"].answer["list"]]
    assert lost == sorted(lost, reverse=True) and lost[0] == 2
    assert [bool(h.chosen) for h in first.context["found"].parts[0].table.headings].count(True) == 1
    assert set(first.context["turns"]) == {"after"}
    second = shown(admin, "employees", sort="lost", page=2, **DAYS)
    assert set(second.context["turns"]) == {"before"}
    assert second.context["found"].parts[0].table.rows[0].head.text.startswith("21. ")
    strange = shown(admin, "employees", sort="__class__", page="-1", **DAYS)
    assert strange.context["found"].answer["page"] == 1


def test_tabs_and_names_keep_what_was_asked(story: World) -> None:
    answer = shown(story.cast.users["admin"], "employees", department=story.support.pk, by="week", **DAYS)
    links = {str(tab["title"]): tab["link"] for tab in answer.context["tabs"]}
    assert f"department={story.support.pk}" in links["增长"] and "first=2026-03-01" in links["增长"]
    head = answer.context["found"].parts[0].table.rows[0].head
    assert "employee=" in head.link and "by=week" in head.link


def test_a_superuser_looks_at_one_company_at_a_time(story: World) -> None:
    root = User.objects.create_superuser("root", "correct horse battery")
    first = shown(root, "growth", **DAYS)
    assert first.context["found"].answer["sum"]["new"]["relations"] > 0
    other = shown(root, "growth", corp=story.cast.other_corp.pk, **DAYS)
    assert other.context["found"].answer["sum"]["new"]["relations"] == 0
    assert f"corp={story.cast.other_corp.pk}" in other.context["tabs"][0]["link"]
    # The lists would show them every company's rows.
    links = [cell.link for *_where, cell in cells(first) if cell.link]
    assert {link.split("?")[0] for link in links} == {reverse("admin:insights_dailystat_behind")}
    assert all(f"corp={story.corp.pk}" in link for link in links)
    assert shown(root, "growth", corp="x").context["found"].answer["sum"]["new"]["relations"] > 0


def test_without_any_company_there_is_nothing_to_look_at(db: None) -> None:
    Corp.objects.all().delete()
    client = entered(User.objects.create_superuser("root", "correct horse battery"))
    for name in ("changelist", "export", "behind"):
        answer = client.get(reverse(f"admin:insights_dailystat_{name}"))
        assert (answer.status_code, answer.url) == (302, reverse("admin:index"))


def test_a_manager_of_nothing_and_a_user_without_an_employee_have_pages_too(story: World) -> None:
    DepartmentMember.objects.filter(employee=story.cast.manager).delete()
    for user in (story.cast.users["manager"], make.user(story.corp, "staff")):
        answer = shown(user, "growth", **DAYS)
        assert answer.context["found"].answer["sum"]["new"]["relations"] == 0


def test_a_name_that_is_markup_is_text(story: World) -> None:
    type(story.cast.owner).objects.filter(pk=story.cast.owner.pk).update(name="<img src=x onerror=alert(1)>")
    content = shown(story.cast.users["admin"], "employees", **DAYS).content.decode()
    assert "<img src=x" not in content and "&lt;img src=x" in content
