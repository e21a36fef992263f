"""The company says in the console who is active; numbers lead to the relations that they count."""

from typing import Any

import pytest
from django.urls import reverse

from insights.choices import ContactKind
from insights.models import ActivityDefinition
from tests import make
from tests.console.conftest import entered
from tests.customers.mirroring.readings import day as moment
from tests.customers.mirroring.readings import the
from tests.insights.stats.story import cells, shown
from tests.insights.stats.world import World, day

ADD = reverse("admin:insights_activitydefinition_add")


def sent(days: int, *kinds: str) -> dict[str, Any]:
    return {"days": days, "kinds": list(kinds)}


class TestForm:
    def test_it_begins_with_what_holds_and_makes_the_next_version(self, world: World) -> None:
        client = entered(world.cast.users["admin"])
        first = client.get(ADD).context["adminform"].form.initial
        assert (first["days"], first["kinds"]) == (30, list(ContactKind))
        assert client.post(ADD, sent(14, "call_in", "follow_up")).status_code == 302
        row = ActivityDefinition.objects.get()
        assert (row.corp, row.version, row.days, row.kinds) == (world.corp, 1, 14, ["follow_up", "call_in"])
        assert client.get(ADD).context["adminform"].form.initial["days"] == 14
        listed = client.get(reverse("admin:insights_activitydefinition_changelist")).content.decode()
        assert "第 1 版" in listed and "跟进记录 · 客户来电" in listed

    @pytest.mark.parametrize(
        "wrong", [sent(30, *ContactKind), sent(0, "call_in"), sent(400, "call_in"), sent(7), sent(7, "telepathy")]
    )
    def test_what_is_no_new_definition_is_refused_on_the_form(self, world: World, wrong: dict[str, Any]) -> None:
        answer = entered(world.cast.users["admin"]).post(ADD, wrong)
        assert answer.status_code == 200
        assert answer.context["adminform"].form.errors
        assert not ActivityDefinition.objects.exists()

    def test_a_version_that_numbers_were_counted_by_is_not_changed(self, world: World) -> None:
        row = ActivityDefinition.objects.create(corp=world.corp, version=1, days=7, kinds=["call_in"])
        client = entered(world.cast.users["admin"])
        address = reverse("admin:insights_activitydefinition_change", args=[row.pk])
        assert client.post(address, sent(9)).status_code == 403
        row.refresh_from_db()
        assert row.days == 7
        for who in ("manager", "owner"):
            assert entered(world.cast.users[who]).get(ADD).status_code == 403


class TestDrilling:
    @pytest.fixture
    def told(self, world: World) -> World:
        for who in ("wmA", "wmB", "wmC"):
            world.begin(0, who, world.cast.owner)
        make.follow_up(the("wmA"), world.cast.owner, happened_at=moment(4))
        make.follow_up(the("wmB"), world.cast.colleague, happened_at=moment(4))
        world.at(day(6))
        world.recount(day(0), day(5))
        # What holds now is not what these were counted by.
        ActivityDefinition.objects.create(corp=world.corp, version=1, days=1, kinds=["call_in"])
        return world

    @pytest.mark.parametrize("role", ["admin", "manager", "owner"])
    def test_each_number_of_the_activity_page_leads_to_as_many_relations(self, told: World, role: str) -> None:
        user = told.cast.users[role]
        page = shown(user, "activity", first=day(4), last=day(5))
        found = {}
        for line, column, cell in cells(page):
            if cell.link and column in ("活跃", "沉默", "从未联系"):
                answer = entered(user).get(cell.link)
                assert answer.context["shown"] == cell.text, (line, column)
                assert "默认口径" in answer.context["means"]
                found[line, column] = int(cell.text)
        assert found["2026-03-06", "活跃"] == 1
        assert found["2026-03-06", "从未联系"] == 2

    def test_the_page_says_what_counts_and_what_will(self, told: World) -> None:
        part = shown(told.cast.users["admin"], "activity", first=day(4), last=day(5)).context["found"].parts[1]
        assert part.note.startswith("活跃口径（默认口径）：最近 30 天内有过联系")
        assert "下一次统计起：活跃口径（第 1 版）：最近 1 天内有过联系（客户来电）。" in part.note
