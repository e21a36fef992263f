from functools import partial

import pytest

from corps import mirroring
from corps.models import Employee
from tests import make
from tests.conftest import Cast
from tests.customers.test_concurrency import at_once


class TestPlaceholders:
    def test_who_is_known_is_found_in_one_statement(self, cast: Cast, django_assert_num_queries) -> None:
        userids = [cast.owner.userid, cast.colleague.userid]
        with django_assert_num_queries(1):
            found = mirroring.ensure_employees(corp_id=cast.corp.pk, userids=userids)
        assert found == {cast.owner.userid: cast.owner.pk, cast.colleague.userid: cast.colleague.pk}

    def test_who_is_unknown_is_made_with_the_userid_alone_and_no_event(
        self, cast: Cast, recorded, django_assert_num_queries
    ) -> None:
        before = recorded()
        with django_assert_num_queries(3):
            found = mirroring.ensure_employees(
                corp_id=cast.corp.pk, userids=[cast.stranger.userid, cast.owner.userid, "zhao"]
            )
        made = Employee.objects.of_corp(cast.corp.pk).get(userid="zhao")
        assert found["zhao"] == made.pk
        assert found[cast.owner.userid] == cast.owner.pk
        # The other company's employee of that userid is another person.
        assert found[cast.stranger.userid] not in (cast.stranger.pk, made.pk)
        assert (made.name, made.can_follow, made.fetch_seq, recorded()) == ("", False, 0, before)

    def test_userids_that_differ_in_case_are_two(self, cast: Cast) -> None:
        found = mirroring.ensure_employees(corp_id=cast.corp.pk, userids=["Lina", "lina"])
        assert found["Lina"] != found["lina"]

    def test_nobody_asked_for_is_no_statement(self, cast: Cast, django_assert_num_queries) -> None:
        with django_assert_num_queries(0):
            assert mirroring.ensure_employees(corp_id=cast.corp.pk, userids=[]) == {}


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_eight_who_meet_the_same_unknown_employees_make_each_once() -> None:
    corp = make.corp()
    userids = [f"u{n}" for n in range(50)]
    jobs = [partial(mirroring.ensure_employees, corp_id=corp.pk, userids=userids)] * 8
    assert at_once(jobs) == []
    assert sorted(Employee.objects.values_list("userid", flat=True)) == sorted(userids)
