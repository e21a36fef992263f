"""Whom employees may read: asked by their ids, it is what is asked by who they are."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from corps.models import Employee
from customers import cache, collaborating
from customers.models import Customer, FollowRelation
from tests import make
from tests.conftest import Cast


@pytest.fixture
def crowd(cast: Cast) -> dict[str, Customer]:
    """One of each of those who can be somebody's, and one whom the colleague reads along."""
    read = make.customer(cast.corp, cast.owner)
    collaborating.add_collaborators(customer=read, employee_ids=[cast.colleague.pk], by=SYSTEM, source="api")
    left = make.customer(cast.corp, cast.owner)
    FollowRelation.objects.filter(customer=left).update(status=3)
    return {
        "owner": make.customer(cast.corp, cast.owner),
        "colleague": make.customer(cast.corp, cast.colleague),
        "nobody": make.customer(cast.corp),
        "elsewhere": make.customer(cast.corp, make.employee(cast.corp)),
        "foreign": make.customer(cast.other_corp, cast.stranger),
        "read": read,
        "left": left,
    }


def names(crowd: dict[str, Customer], rows: Any) -> set[str]:
    ids = set(rows.values_list("pk", flat=True))
    return {name for name, row in crowd.items() if row.pk in ids}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("owner", {"owner", "read"}),
        ("colleague", {"colleague", "read"}),
        ("manager", {"owner", "colleague", "read"}),
    ],
)
def test_it_is_what_the_actor_sees(cast: Cast, crowd: dict[str, Customer], who: str, seen: set[str]) -> None:
    actor = cast.actor(who)
    people = Employee.objects.managed_or_self(actor)
    assert names(crowd, Customer.objects.visible_to(actor)) == seen
    assert names(crowd, Customer.objects.of_corp(cast.corp.pk).readable_by(people)) == seen


def test_of_nobody_it_is_nothing(cast: Cast, crowd: dict[str, Customer]) -> None:
    assert names(crowd, Customer.objects.readable_by([])) == set()


def test_where_nobody_collaborates_it_is_the_followers(cast: Cast, crowd: dict[str, Customer]) -> None:
    assert names(crowd, Customer.objects.readable_by([cast.owner.pk])) == {"owner", "read"}
    assert names(crowd, Customer.objects.followed_by([cast.owner.pk])) == {"owner", "read"}


class TestVersions:
    """The statement that lets a reader in, with and without having asked who their people are."""

    @pytest.mark.parametrize("who", ["owner", "colleague", "manager"])
    def test_both_ways_let_the_same_in(self, cast: Cast, crowd: dict[str, Customer], who: str) -> None:
        actor = cast.actor(who)
        people = Employee.objects.managed_or_self(actor)
        for name, row in crowd.items():
            assert cache.versions(row.pk, actor, people) == cache.versions(row.pk, actor), name

    def test_people_of_another_company_open_nothing(self, cast: Cast, crowd: dict[str, Customer]) -> None:
        foreign = crowd["foreign"].pk
        assert cache.versions(foreign, cast.actor("owner"), [cast.stranger.pk]) is None
        assert cache.versions(foreign, cast.actor("manager"), [cast.stranger.pk, cast.owner.pk]) is None

    def test_who_sees_the_company_needs_no_people(self, cast: Cast, crowd: dict[str, Customer]) -> None:
        found = cache.versions(crowd["nobody"].pk, cast.actor("admin"))
        assert found == (crowd["nobody"].version, cast.corp.tags_version, cast.corp.pk)
        assert cache.versions(crowd["foreign"].pk, cast.actor("admin")) is None

    def test_asked_for_already_they_save_two_statements(
        self, cast: Cast, crowd: dict[str, Customer], django_assert_num_queries: Any
    ) -> None:
        actor, row = cast.actor("manager"), crowd["owner"]
        people = Employee.objects.managed_or_self(actor)
        with django_assert_num_queries(4):
            cache.versions(row.pk, actor)
        with django_assert_num_queries(2):
            cache.versions(row.pk, actor, people)
