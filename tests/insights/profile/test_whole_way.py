"""From what WeCom tells and people do to what a profile says: by the rules, with nothing put into a table by hand."""

from typing import Any

import pytest
from django.utils import translation

from customers import tagging
from customers.models import Customer
from insights.profile import answer
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.scene import Scene

TODAY = 60.0


def told(cast: Cast, who: str = "wmA", **more: Any) -> dict[str, Any]:
    with translation.override("en"):
        return answer.of(readings.the(who).pk, cast.actor("admin"), moment=day(TODAY), **more)


def codes(found: dict[str, Any]) -> list[str]:
    return [one["code"] for one in found["insights"]]


@pytest.fixture
def courted(cast: Cast, scene: Scene) -> Scene:
    """One who was added by three within a week, and by nobody since."""
    for at, employee in ((40, cast.owner), (42, cast.colleague), (45, cast.manager)):
        scene.begin(at, employee=employee)
    return scene


class TestRelations:
    def test_three_colleagues_within_a_week_are_noticed(self, cast: Cast, courted: Scene) -> None:
        found = told(cast)
        assert [one["employeeId"] for one in found["relations"]["list"]] == [
            cast.owner.pk,
            cast.colleague.pk,
            cast.manager.pk,
        ]
        assert {one["origin"]["source"] for one in found["relations"]["list"]} == {"wecom"}
        assert "Added by 3 colleagues within 5 days." in [one["text"] for one in found["insights"]]

    def test_one_who_deletes_one_of_us_is_still_anothers_friend(self, cast: Cast, courted: Scene) -> None:
        courted.end(50, "customer")
        found = told(cast)
        (lost,) = [one for one in found["insights"] if one["code"] == "lost_but_friend"]
        # The one who was deleted, then the friends, the latest first.
        assert lost["evidence"]["employeeIds"] == [cast.owner.pk, cast.manager.pk, cast.colleague.pk]
        assert lost["text"].startswith(f"Has deleted {cast.owner.name}")
        assert found["relations"]["differences"] == ["status"]

    def test_one_who_comes_back_is_noticed_with_the_days(self, cast: Cast, scene: Scene) -> None:
        scene.begin(10)
        scene.end(20, "customer")
        assert "nobody_left" in codes(told(cast))
        scene.begin(45)
        found = told(cast)
        assert f"Came back to {cast.owner.name} after 25 days." in [one["text"] for one in found["insights"]]
        assert len(found["relations"]["list"][0]["stays"]) == 2
        assert "nobody_left" not in codes(found)


class TestContact:
    def test_a_habit_that_breaks_off_is_noticed(self, cast: Cast, scene: Scene) -> None:
        scene.begin(1)
        for at in (5, 9, 13, 17):
            scene.contact(at)
        found = told(cast)
        assert (found["behaviour"]["usualGapDays"], found["behaviour"]["silentDays"]) == (4, 43)
        assert "Silent for 43 days; usually 4 pass between contacts." in [one["text"] for one in found["insights"]]

    def test_a_follow_up_ends_the_silence(self, cast: Cast, scene: Scene) -> None:
        scene.begin(1)
        for at in (5, 9, 13, 17, 59):
            scene.contact(at)
        assert "silent" not in codes(told(cast))

    def test_what_happened_later_than_the_moment_is_not_known_then(self, cast: Cast, scene: Scene) -> None:
        scene.begin(1)
        scene.contact(30)
        customer = readings.the("wmA")
        early = answer.of(customer.pk, cast.actor("admin"), moment=day(20))["behaviour"]
        assert early["lastAt"] == day(1)
        assert told(cast)["behaviour"]["lastAt"] == day(30)


class TestTags:
    def test_a_tag_by_hand_names_the_person(self, cast: Cast, scene: Scene) -> None:
        scene.begin(1)
        customer, tag, admin = readings.the("wmA"), make.tag(make.group(cast.corp)), cast.actor("admin")
        tagging.add_tags(customer=customer, tag_ids=[tag.pk], by=admin, source="operator")
        (found,) = told(cast)["tags"]["list"]
        assert (found["source"], found["actorName"]) == ("operator", str(cast.users["admin"]))
        tagging.remove_tags(
            customer=Customer.objects.get(pk=customer.pk), tag_ids=[tag.pk], by=admin, source="operator"
        )
        assert told(cast)["tags"]["list"] == []
