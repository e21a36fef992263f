"""Who waits, and what the rules are told of them."""

import datetime as dt
from typing import Any

import pytest

from core.time import now
from customers import collaborating, lifecycle
from customers.assigning import waiting
from customers.assigning.deciding import Person
from customers.assigning.desks import desk_of
from customers.assigning.planning import rules_of
from customers.choices import RelationStatus
from customers.models import Assignment, Customer, FollowRelation
from tests import make
from tests.conftest import Cast
from tests.customers.assigning.test_running import AS, lost


def ids(cast: Cast, **fields: Any) -> list[int]:
    return waiting.waiting(cast.corp.pk, **{"after": 0, "most": 100, "lost": True} | fields)


def person(customer: Customer) -> Person:
    customer.refresh_from_db()
    (found,) = waiting.persons(customer.corp_id, [customer])
    return found


class TestWaiting:
    def test_new_and_lost_ones_wait_in_the_order_of_their_ids(self, cast: Cast) -> None:
        rows = [make.customer(cast.corp), lost(cast, cast.owner), make.customer(cast.corp), lost(cast, cast.owner)]
        assert ids(cast) == [row.pk for row in rows]
        assert ids(cast, lost=False) == [rows[0].pk, rows[2].pk]

    @pytest.mark.parametrize("most", [1, 2, 3, 4])
    def test_parts_laid_together_are_the_whole(self, cast: Cast, most: int) -> None:
        rows = [make.customer(cast.corp) if n % 3 else lost(cast, cast.owner) for n in range(7)]
        found: list[int] = []
        while part := ids(cast, most=most, after=found[-1] if found else 0):
            assert len(part) <= most
            found += part
        assert found == [row.pk for row in rows]

    def test_who_is_followed_by_one_of_several_does_not_wait(self, cast: Cast) -> None:
        customer = lost(cast, cast.owner)
        make.relation(customer, cast.colleague)
        assert ids(cast) == []

    def test_who_was_deleted_or_is_another_companys_does_not_wait(self, cast: Cast) -> None:
        lifecycle.delete(customer=make.customer(cast.corp), **AS)
        lifecycle.delete(customer=lost(cast, cast.owner), **AS)
        make.customer(cast.other_corp)
        assert ids(cast) == []

    def test_who_is_only_read_along_waits(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        collaborating.add_collaborators(customer=customer, employee_ids=[cast.owner.pk], **AS)
        assert ids(cast) == [customer.pk]


class TestPersons:
    def test_one_who_was_never_followed(self, cast: Cast) -> None:
        customer = make.customer(cast.corp)
        assert person(customer) == Person(customer.pk)

    def test_the_channel_is_that_of_their_own_state(self, cast: Cast) -> None:
        channel = make.channel(cast.corp, "expo")
        customer = make.customer(cast.corp, channel="expo")
        assert person(customer) == Person(customer.pk, state="expo", channel_id=channel.pk)

    def test_without_a_state_it_is_that_of_the_last_relation(self, cast: Cast) -> None:
        channel = make.channel(cast.corp, add_ways=[16])
        customer = make.customer(cast.corp)
        ended = {"status": RelationStatus.ENDED_BY_CUSTOMER, "ended_at": now()}
        make.relation(customer, cast.owner, add_way=1, **ended)
        make.relation(customer, cast.colleague, add_way=16, **ended)
        found = person(customer)
        assert (found.add_way, found.channel_id, found.lost) == (16, channel.pk, True)
        assert found.had == {cast.owner.pk, cast.colleague.pk}

    def test_another_companys_channel_is_not_theirs(self, cast: Cast) -> None:
        make.channel(cast.other_corp, "expo")
        assert person(make.customer(cast.corp, channel="expo")).channel_id is None

    def test_the_blacklist_is_told(self, cast: Cast) -> None:
        assert person(make.customer(cast.corp, blacklisted=True)).blacklisted

    def test_who_has_got_a_follower_or_was_deleted_is_left_out(self, cast: Cast) -> None:
        followed, gone = make.customer(cast.corp, cast.owner), make.customer(cast.corp)
        gone = lifecycle.delete(customer=gone, **AS)
        assert waiting.persons(cast.corp.pk, [followed, gone]) == []
        assert waiting.persons(cast.corp.pk, []) == []


class TestDesks:
    def seats(self, cast: Cast) -> list[list[tuple[int, int, int]]]:
        """Of each rule its people: who, how many they have, how many today."""
        desk = desk_of(cast.corp, rules_of(cast.corp.pk))
        return [[(s.employee_id, s.load, s.today) for s in team.seats] for _rule, team in desk.teams]

    def test_rules_stand_in_their_order_and_those_not_in_use_are_left_out(self, cast: Cast) -> None:
        last = make.assignment_rule(cast.corp, cast.owner, order=9)
        first = make.assignment_rule(cast.corp, cast.owner, order=1)
        make.assignment_rule(cast.corp, cast.owner, active=False)
        make.assignment_rule(cast.other_corp, cast.stranger)
        assert rules_of(cast.corp.pk) == [first, last]

    def test_loads_and_days_are_counted_for_those_of_whom_a_rule_asks(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        make.assignment(customer, cast.owner)
        make.assignment_rule(cast.corp, cast.owner)
        assert self.seats(cast) == [[(cast.owner.pk, 0, 0)]]
        make.assignment_rule(cast.corp, cast.owner, capacity=5, day_cap=5, order=1)
        assert self.seats(cast) == [[(cast.owner.pk, 1, 1)]] * 2

    def test_what_was_given_before_the_companys_day_began_is_not_of_today(self, cast: Cast) -> None:
        make.assignment(make.customer(cast.corp, cast.owner), cast.owner)
        make.assignment_rule(cast.corp, cast.owner, day_cap=5)
        start = now().astimezone(cast.corp.zone).replace(hour=0, minute=0, second=0, microsecond=0)
        Assignment.objects.update(create_time=start - dt.timedelta(seconds=1))
        assert self.seats(cast) == [[(cast.owner.pk, 0, 0)]]
        Assignment.objects.update(create_time=start)
        assert self.seats(cast) == [[(cast.owner.pk, 0, 1)]]

    def test_ended_relations_weigh_nothing(self, cast: Cast) -> None:
        make.customer(cast.corp, cast.owner)
        FollowRelation.objects.update(status=RelationStatus.ENDED_BY_EMPLOYEE)
        make.assignment_rule(cast.corp, cast.owner, strategy="least_loaded")
        assert self.seats(cast) == [[(cast.owner.pk, 0, 0)]]

    def test_one_named_twice_sits_once(self, cast: Cast) -> None:
        make.assignment_rule(cast.corp, cast.owner, department_ids=[cast.department.pk])
        assert [pk for pk, *_rest in self.seats(cast)[0]] == [cast.owner.pk, cast.colleague.pk, cast.manager.pk]

    def test_a_department_beside_is_not_below(self, cast: Cast) -> None:
        beside = make.department(cast.corp)
        make.assignment_rule(cast.corp, department_ids=[beside.pk])
        assert self.seats(cast) == [[]]

    def test_without_rules_it_is_closed_and_costs_nothing(self, cast: Cast, django_assert_num_queries: Any) -> None:
        with django_assert_num_queries(0):
            assert not desk_of(cast.corp, []).open
