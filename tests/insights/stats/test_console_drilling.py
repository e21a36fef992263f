"""A number of a page and the list that it leads to agree, for every number, page and role."""

from typing import Any

import pytest
from django.urls import reverse

from core.time import now
from corps.models import DepartmentMember, User
from followups import writing
from insights.models import Loss
from tests import make
from tests.console.conftest import entered
from tests.customers.mirroring.readings import the
from tests.insights.stats.story import DAYS, cells, shown, told
from tests.insights.stats.world import FIRST, World, day

REPORTS = ("growth", "employees", "departments", "channels")


@pytest.fixture
def story(world: World) -> World:
    return told(world)


def count(client: Any, address: str) -> int:
    """How many rows the list at an address has."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer)
    if "cl" in answer.context:
        return int(answer.context["cl"].paginator.count)
    return int(answer.context["turned"].paginator.count)


def followed(user: User, answer: Any) -> dict[str, int]:
    """Each link that a page's numbers have, with what it leads to counted; checked against the number."""
    client, found = entered(user), {}
    for line, column, cell in cells(answer):
        if cell.link:
            found[f"{line} {column}"] = count(client, cell.link)
            assert found[f"{line} {column}"] == int(cell.text.replace(",", "")), (line, column, cell.link)
    return found


@pytest.mark.parametrize("role", ["admin", "manager", "owner"])
def test_numbers_and_lists_agree_on_every_page(story: World, role: str) -> None:
    user = story.cast.users[role]
    for name in REPORTS:
        if role == "owner" and name == "channels":
            continue
        found = followed(user, shown(user, name, **DAYS))
        # Staff have no departments.
        assert bool(found) != (role == "owner" and name == "departments"), name


@pytest.mark.parametrize("by", ["week", "month"])
def test_they_agree_by_the_week_and_month(story: World, by: str) -> None:
    user = story.cast.users["admin"]
    assert followed(user, shown(user, "growth", by=by, **DAYS))


def test_they_agree_where_one_employee_department_or_channel_is_chosen(story: World) -> None:
    user = story.cast.users["admin"]
    chosen = {"employee": story.cast.owner.pk, "department": story.support.pk, "channel": story.channel.pk}
    for name, pk in chosen.items():
        assert followed(user, shown(user, "growth", **{name: pk}, **DAYS)), name


def test_the_overviews_numbers_and_cards_agree_with_their_lists(story: World) -> None:
    story.at(day(30))
    user = story.cast.users["admin"]
    answer = shown(user, "overview")
    assert followed(user, answer)
    client = entered(user)
    cards = [card for card in answer.context["found"].cards if card.link]
    assert cards
    assert [count(client, card.link) for card in cards] == [int(card.shown.replace(",", "")) for card in cards]


def test_follow_ups_lead_to_their_list_for_who_sees_the_whole_company(world: World) -> None:
    world.begin(0, "wm0")
    for _n in range(2):
        writing.write(customer=the("wm0"), content="x", by=world.cast.actor("admin"), source="operator")
    yesterday = now().astimezone(world.corp.zone).date()
    world.at(day(4))
    moment = world.moment
    the("wm0").follow_ups.update(happened_at=moment)
    world.at(day(6))
    world.rebuild(FIRST, day(5))
    assert yesterday
    admin, owner = world.cast.users["admin"], world.cast.users["owner"]
    found = followed(admin, shown(admin, "overview"))
    assert [number for name, number in found.items() if "跟进" in name] == [2, 2]
    assert not [name for name in followed(owner, shown(owner, "overview")) if "跟进" in name]


def test_losses_lead_to_the_deletion_records_and_the_rest_to_the_stays(story: World) -> None:
    answer = shown(story.cast.users["admin"], "growth", by="month", **DAYS)
    links = {column: cell.link for line, column, cell in cells(answer) if cell.link and line == "合计"}
    losses, behind = reverse("admin:insights_loss_changelist"), reverse("admin:insights_dailystat_behind")
    assert {column: link.split("?")[0] for column, link in links.items()} == {
        "总数": behind,
        "新增": behind,
        "再次添加": behind,
        "流失": losses,
        "员工删除": losses,
        "被客户删除": losses,
        "流失，原因不明": losses,
        "转接": losses,
    }


def test_a_department_has_no_filter_on_the_deletion_records_and_leads_to_the_stays(story: World) -> None:
    answer = shown(story.cast.users["manager"], "growth", **DAYS)
    links = [cell.link for _line, _column, cell in cells(answer) if cell.link]
    assert links
    assert {link.split("?")[0] for link in links} == {reverse("admin:insights_dailystat_behind")}


def test_where_departments_are_added_up_no_number_leads_anywhere(story: World) -> None:
    manager = story.cast.users["manager"]
    DepartmentMember.objects.create(corp=story.corp, department=story.support, employee=story.cast.manager)
    assert [cell for *_where, cell in cells(shown(manager, "growth", **DAYS)) if cell.link] == []
    # Of one department they do.
    assert followed(manager, shown(manager, "growth", department=story.support.pk, **DAYS))


def test_what_is_handed_over_is_told_from_what_is_lost_on_the_deletion_records(story: World) -> None:
    client = entered(story.cast.users["admin"])
    address = reverse("admin:insights_loss_changelist")
    handed, lost, unknown = (count(client, f"{address}?way={value}") for value in ("handed", "lost", "unknown"))
    assert (handed, unknown) == (1, 1)
    assert handed + lost == Loss.objects.count() == count(client, f"{address}?way=x")


def test_who_has_a_customer_no_more_finds_the_name_without_a_link(story: World) -> None:
    def page(role: str) -> str:
        query = DAYS | {"number": "lostByCustomer"}
        return entered(story.cast.users[role]).get(reverse("admin:insights_dailystat_behind"), query).content.decode()

    gone = the("wm9")
    assert reverse("admin:customers_customer_change", args=[gone.pk]) in page("admin")
    lone = make.user(story.corp, "staff", story.loner)
    answer = entered(lone).get(reverse("admin:insights_dailystat_behind"), DAYS | {"number": "lostByCustomer"})
    assert [stay["row"].customer_id for stay in answer.context["stays"]] == [gone.pk]
    assert reverse("admin:customers_customer_change", args=[gone.pk]) not in answer.content.decode()


def test_the_stays_of_others_are_behind_nobodys_number(story: World) -> None:
    behind = reverse("admin:insights_dailystat_behind")
    for role, query in (
        ("owner", {"employee": story.cast.colleague.pk}),
        ("manager", {"employee": story.loner.pk}),
        ("manager", {"department": story.support.pk}),
        ("owner", {"channel": story.channel.pk}),
        ("stranger", {"employee": story.cast.owner.pk}),
    ):
        answer = entered(story.cast.users[role]).get(behind, DAYS | {"number": "new"} | query)
        own = story.cast.users[role].employee_id
        allowed = {own} if role == "owner" else {p.pk for p in (story.cast.owner, story.cast.colleague, story.both)}
        whose = {stay["row"].employee_id for stay in answer.context["stays"]}
        assert whose <= (allowed if role != "stranger" else set()), (role, query)


def test_a_long_list_is_turned_and_an_unknown_number_is_that_of_the_new(story: World) -> None:
    for n in range(25):
        story.begin(10, f"wn{n}")
    address = reverse("admin:insights_dailystat_behind")
    client = entered(story.cast.users["admin"])
    first = client.get(address, DAYS | {"number": "new"})
    assert len(first.context["stays"]) == 20
    assert "page=2" in first.content.decode()
    assert client.get(address, DAYS | {"number": "new", "page": 2}).context["stays"]
    strange = client.get(address, DAYS | {"number": "__class__", "page": "x"})
    assert strange.context["turned"].paginator.count == first.context["turned"].paginator.count


def test_the_list_costs_the_same_however_long(story: World, django_assert_max_num_queries: Any) -> None:
    client = entered(story.cast.users["manager"])
    address = reverse("admin:insights_dailystat_behind")
    for n in range(25):
        story.begin(10, f"wn{n}", story.people[n % 3])
    for number in ("total", "new", "readded", "lost"):
        query = DAYS | {"number": number, "department": story.cast.department.pk}
        client.get(address, query)
        # The four of every page; whose they are, nine; the count and the rows; which of them open, four at most.
        with django_assert_max_num_queries(18):
            client.get(address, query)
