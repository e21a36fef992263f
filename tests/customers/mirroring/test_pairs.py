"""Who wins between a reading, an ending and what is stored; each rule of docs/decisions/0019-who-wins.md."""

import datetime as dt

import pytest

from corps.actors import SYSTEM
from corps.models import Employee
from customers import lifecycle, mirroring
from customers.choices import CustomerStatus, RelationStatus
from customers.facts import Ending
from customers.models import Customer
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring.readings import (
    START,
    day,
    end,
    follow,
    pair,
    person,
    read,
    stays,
    the,
    told,
    told_in_full,
)

ACTIVE, BY_EMPLOYEE, BY_CUSTOMER, BY_TRANSFER = (int(status) for status in RelationStatus)


class TestFirstReading:
    def test_a_new_customer_is_stored_with_its_pair_and_its_first_stay(self, cast: Cast) -> None:
        tally = read(cast.corp, follow("wmA", cast.owner.userid, remark="老张", state="expo"), ticket=1)
        row = the("wmA")
        assert (row.name, row.gender, row.follow_user_id, row.channel) == ("Name of wmA", 1, cast.owner.pk, "expo")
        assert (row.add_time, row.status, row.fetch_seq) == (day(0), CustomerStatus.NORMAL, 1)
        relation = pair("wmA", cast.owner.userid)
        assert (relation.remark, relation.add_way, relation.status, relation.fetch_seq) == ("老张", 1, ACTIVE, 1)
        assert stays("wmA", cast.owner.userid) == [(0, None, None, False)]
        assert told("wmA") == ["created", "followed"]
        assert (tally.new, tally.changed, tally.same) == (1, 0, 0)

    def test_the_same_again_changes_nothing_and_tells_nothing(self, cast: Cast) -> None:
        facts = follow("wmA", cast.owner.userid, remark="老张", remark_mobiles=("138",), personal_tags=(("a", "b"),))
        read(cast.corp, facts, ticket=1)
        before = the("wmA")
        tally = read(cast.corp, facts, ticket=2, run_id=7)
        after = the("wmA")
        assert (after.version, after.update_time) == (before.version, before.update_time)
        assert (after.fetch_seq, pair("wmA", cast.owner.userid).fetch_seq) == (2, 2)
        assert pair("wmA", cast.owner.userid).seen_run == 7
        assert (tally.new, tally.changed, tally.same) == (0, 0, 1)
        assert told("wmA") == ["created", "followed"]

    def test_nobody_is_stored_whom_nobody_follows(self, cast: Cast) -> None:
        read(cast.corp, ticket=1, people=[person("wmA")])
        assert not Customer.objects.exists()

    def test_an_employee_whom_the_house_does_not_know_yet_is_made(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", "newcomer"), ticket=1)
        assert the("wmA").follow_user.userid == "newcomer"


class TestOrderOfReadings:
    def test_an_older_answer_that_comes_later_changes_nothing(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who, remark="new"), ticket=5, people=[person("wmA", name="new")])
        tally = read(cast.corp, follow("wmA", who, remark="old"), ticket=4, people=[person("wmA", name="old")])
        assert (the("wmA").name, pair("wmA", who).remark, tally.refused) == ("new", "new", 1)
        assert told("wmA") == ["created", "followed"]

    def test_a_reading_without_a_difference_still_outdates_older_ones(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who, remark="a"), ticket=1)
        read(cast.corp, follow("wmA", who, remark="a"), ticket=3)
        read(cast.corp, follow("wmA", who, remark="b"), ticket=2, people=[person("wmA", name="b")])
        assert (the("wmA").name, pair("wmA", who).remark) == ("Name of wmA", "a")

    def test_what_was_not_told_stays(self, cast: Cast) -> None:
        who = cast.owner.userid
        full = follow("wmA", who, add_way=16, personal_tags=(("own", "tennis"),), wechat_channels={"nickname": "x"})
        read(cast.corp, full, ticket=1, people=[person("wmA", unionid="oU", position="CEO", external_profile={"a": 1})])
        silent = follow("wmA", who, add_way=None)
        tally = read(cast.corp, silent, ticket=2, people=[person("wmA", name=None, gender=None)])
        row, relation = the("wmA"), pair("wmA", who)
        assert (row.name, row.gender, row.unionid, row.position) == ("Name of wmA", 1, "oU", "CEO")
        assert row.external_profile == {"a": 1}
        assert (relation.add_way, relation.personal_tags) == (16, [["own", "tennis"]])
        assert (relation.wechat_channels, tally.same) == ({"nickname": "x"}, 1)

    def test_what_was_told_as_empty_is_emptied(self, cast: Cast) -> None:
        who = cast.owner.userid
        fields = {"remark": "a", "description": "b", "remark_corp_name": "c", "remark_mobiles": ("1",)}
        read(cast.corp, follow("wmA", who, state="s", personal_tags=(("a", "b"),), **fields), ticket=1)
        read(cast.corp, follow("wmA", who, personal_tags=()), ticket=2)
        relation = pair("wmA", who)
        assert [getattr(relation, name) for name in fields] == ["", "", "", []]
        assert (relation.state, relation.personal_tags) == ("", [])
        changed = ["description", "personalTags", "remark", "remarkCorpName", "remarkMobiles", "state"]
        assert told_in_full("wmA")[-1][1]["changed"] == changed

    def test_texts_are_stored_as_long_as_the_columns_allow_and_then_are_the_same(self, cast: Cast) -> None:
        facts, people = follow("wmA", cast.owner.userid, remark="长" * 300), [person("wmA", name="名" * 300)]
        read(cast.corp, facts, ticket=1, people=people)
        assert (len(the("wmA").name), len(pair("wmA", cast.owner.userid).remark)) == (100, 100)
        assert read(cast.corp, facts, ticket=2, people=people).same == 1

    def test_one_pair_twice_in_a_page_is_one(self, cast: Cast) -> None:
        who = cast.owner.userid
        tally = read(cast.corp, follow("wmA", who, remark="a"), follow("wmA", who, remark="b"), ticket=1)
        assert (pair("wmA", who).remark, tally.new) == ("b", 1)


class TestEndings:
    def test_a_customer_who_left_is_not_revived_by_a_hundred_readings(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        assert end(cast.corp, "wmA", who, "customer", 5, ticket=2).ended == 1
        for ticket in range(3, 103):
            read(cast.corp, follow("wmA", who), ticket=ticket, whole={"wmA"})
        assert (pair("wmA", who).status, the("wmA").status) == (BY_CUSTOMER, CustomerStatus.LOST)
        assert stays("wmA", who) == [(0, 5, BY_CUSTOMER, False)]
        assert told("wmA") == ["created", "followed", "unfollowed", "updated"]

    def test_one_who_left_and_was_added_later_is_back_with_a_second_stay(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        end(cast.corp, "wmA", who, "customer", 5, ticket=2)
        read(cast.corp, follow("wmA", who, 6), ticket=3)
        row = the("wmA")
        assert (pair("wmA", who).status, row.status, row.add_time) == (ACTIVE, CustomerStatus.NORMAL, day(6))
        assert stays("wmA", who) == [(0, 5, BY_CUSTOMER, False), (6, None, None, False)]
        assert told("wmA")[-2:] == ["followed", "updated"]

    def test_what_wecom_still_shows_of_one_who_left_is_kept_in_step(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        end(cast.corp, "wmA", who, "customer", 5, ticket=2)
        read(cast.corp, follow("wmA", who, remark="走了"), ticket=3)
        assert (pair("wmA", who).remark, pair("wmA", who).status) == ("走了", BY_CUSTOMER)

    @pytest.mark.parametrize(("how", "status"), [("employee", BY_EMPLOYEE), ("transfer", BY_TRANSFER)])
    def test_a_newer_reading_that_shows_the_pair_opens_the_same_stay_again(
        self, cast: Cast, how: str, status: int
    ) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        end(cast.corp, "wmA", who, how, 5, ticket=3)
        assert stays("wmA", who) == [(0, 5, status, False)]
        assert read(cast.corp, follow("wmA", who), ticket=2).refused == 1
        assert pair("wmA", who).status == status
        read(cast.corp, follow("wmA", who), ticket=4)
        assert (pair("wmA", who).status, stays("wmA", who)) == (ACTIVE, [(0, None, None, False)])
        assert told("wmA")[-2:] == ["followed", "updated"]

    def test_an_ending_by_the_employee_is_refused_by_a_later_reading_that_shows_the_pair(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=9)
        assert end(cast.corp, "wmA", cast.owner.userid, "employee", 5, ticket=8).refused == 1
        assert told("wmA") == ["created", "followed"]

    def test_the_customers_own_ending_is_believed_whenever_it_comes(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=9)
        assert end(cast.corp, "wmA", cast.owner.userid, "customer", 5, ticket=8).ended == 1

    def test_an_ending_twice_is_once(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        end(cast.corp, "wmA", who, "customer", 5, ticket=2)
        events = told("wmA")
        assert end(cast.corp, "wmA", who, "customer", 5, ticket=3).same == 1
        assert told("wmA") == events

    @pytest.mark.parametrize("first", ["customer", "employee"])
    def test_of_two_endings_of_one_stay_the_earlier_counts_whichever_is_told_first(
        self, cast: Cast, first: str
    ) -> None:
        who, at = cast.owner.userid, {"customer": 5, "employee": 6}
        read(cast.corp, follow("wmA", who), ticket=1)
        for ticket, how in enumerate([first, *({"customer", "employee"} - {first})], start=2):
            end(cast.corp, "wmA", who, how, at[how], ticket=ticket)
        assert stays("wmA", who) == [(0, 5, BY_CUSTOMER, False)]
        assert (pair("wmA", who).status, pair("wmA", who).ended_at) == (BY_CUSTOMER, day(5))

    def test_an_ending_older_than_the_present_stay_tells_how_the_one_before_it_ended(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        read(cast.corp, follow("wmA", who, 8), ticket=2)
        assert stays("wmA", who) == [(0, 8, None, True), (8, None, None, False)]
        assert end(cast.corp, "wmA", who, "customer", 5, ticket=3).changed == 1
        assert stays("wmA", who) == [(0, 5, BY_CUSTOMER, False), (8, None, None, False)]
        assert pair("wmA", who).status == ACTIVE
        assert told_in_full("wmA")[-1] == (
            "relation.updated",
            {"customerId": the("wmA").pk, "employeeId": cast.owner.pk, "changed": ["episodes"]},
        )
        assert end(cast.corp, "wmA", who, "customer", 5, ticket=4).same == 1

    def test_a_beginning_that_moved_on_unheard_ends_one_stay_and_begins_the_next(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        read(cast.corp, follow("wmA", who, 8), ticket=2)
        names = [name for name, _data in told_in_full("wmA")]
        assert names == ["created", "followed", "unfollowed", "followed", "updated"]
        ended, begun = (data for _name, data in told_in_full("wmA")[2:4])
        assert (ended["endedBy"], ended["noticed"], begun["again"]) == ("unknown", True, True)

    def test_an_end_that_belongs_to_a_later_beginning_moves_there(self, cast: Cast) -> None:
        """The re-adding on day 3 was never heard of; the customer's leaving on day 5 was, and ended that stay."""
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        end(cast.corp, "wmA", who, "customer", 5, ticket=2)
        read(cast.corp, follow("wmA", who, 3), ticket=3)
        assert stays("wmA", who) == [(0, 3, None, True), (3, 5, BY_CUSTOMER, False)]
        assert pair("wmA", who).status == BY_CUSTOMER

    def test_a_pair_that_is_not_known_is_named_and_not_lost(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=1)
        for customer, who in (("wmB", cast.owner.userid), ("wmA", cast.colleague.userid)):
            tally = end(cast.corp, customer, who, "customer", 5, ticket=2)
            assert (tally.unknown_pairs, tally.ended) == ({(customer, who)}, 0)


class TestAbsence:
    def test_a_follower_who_is_not_named_has_ended_it(self, cast: Cast) -> None:
        names = [cast.owner.userid, cast.colleague.userid]
        read(cast.corp, *(follow("wmA", who) for who in names), ticket=1)
        tally = read(cast.corp, follow("wmA", names[0]), ticket=2, whole={"wmA"})
        relation = pair("wmA", names[1])
        assert (relation.status, tally.ended, tally.same) == (BY_EMPLOYEE, 1, 1)
        (began, ended, how, noticed) = stays("wmA", names[1])[0]
        assert (began, how, noticed) == (0, BY_EMPLOYEE, True)
        assert ended is not None
        name, data = told_in_full("wmA")[-1]
        assert (name, data["endedBy"], data["noticed"]) == ("unfollowed", "employee", True)

    def test_one_who_was_never_shown_by_wecom_is_not_missed_there(self, cast: Cast) -> None:
        make.customer(cast.corp, cast.colleague, external_userid="wmA")
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=1, whole={"wmA"})
        assert pair("wmA", cast.colleague.userid).status == ACTIVE
        tally = end(cast.corp, "wmA", cast.colleague.userid, "employee", 9, ticket=2, source="sync")
        assert (tally.refused, pair("wmA", cast.colleague.userid).status) == (1, ACTIVE)

    @pytest.mark.parametrize("fields", [{"status": 5}, {"can_follow": False, "fetch_seq": 3}])
    def test_one_whom_wecom_would_not_show_is_not_missed(self, cast: Cast, fields: dict[str, int]) -> None:
        """A leaver's customers wait to be inherited; whom the app no longer sees may still have theirs."""
        read(cast.corp, follow("wmA", cast.colleague.userid), ticket=1)
        Employee.objects.filter(pk=cast.colleague.pk).update(**fields)
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=2, whole={"wmA"})
        assert pair("wmA", cast.colleague.userid).status == ACTIVE

    def test_one_who_was_read_later_is_not_missed(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.colleague.userid), ticket=5)
        read(cast.corp, ticket=4, people=[], whole={"wmA"})
        assert pair("wmA", cast.colleague.userid).status == ACTIVE

    def test_a_noticed_end_gives_way_to_the_word_of_the_callback(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        end(cast.corp, "wmA", who, "employee", 9, ticket=2, source="sync")
        assert stays("wmA", who) == [(0, 9, BY_EMPLOYEE, True)]
        end(cast.corp, "wmA", who, "customer", 4, ticket=3)
        assert stays("wmA", who) == [(0, 4, BY_CUSTOMER, False)]


class TestWhatWasMadeHere:
    def test_a_relation_made_through_the_api_is_adopted_with_wecoms_time(self, cast: Cast) -> None:
        make.customer(cast.corp, cast.owner, external_userid="wmA", add_time=day(3))
        assert stays("wmA", cast.owner.userid) == [(3, None, None, False)]
        read(cast.corp, follow("wmA", cast.owner.userid, 2, state="expo"), ticket=1)
        assert stays("wmA", cast.owner.userid) == [(2, None, None, False)]
        row = the("wmA")
        assert (row.add_time, row.channel, row.name) == (day(2), "expo", "Name of wmA")
        assert told("wmA") == ["created", "relation.updated", "updated"]

    def test_a_later_time_than_the_assumed_one_is_a_correction_too(self, cast: Cast) -> None:
        make.customer(cast.corp, cast.owner, external_userid="wmA", add_time=day(1))
        read(cast.corp, follow("wmA", cast.owner.userid, 2), ticket=1)
        assert stays("wmA", cast.owner.userid) == [(2, None, None, False)]

    def test_a_customer_made_through_the_api_without_follower_is_adopted(self, cast: Cast) -> None:
        make.customer(cast.corp, external_userid="wmA")
        assert read(cast.corp, follow("wmA", cast.owner.userid), ticket=1).new == 1
        assert the("wmA").follow_user == cast.owner

    def test_the_same_id_in_another_company_is_somebody_else(self, cast: Cast) -> None:
        make.customer(cast.other_corp, external_userid="wmA", name="theirs")
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=1)
        assert Customer.objects.get(corp=cast.other_corp).name == "theirs"
        assert Customer.objects.get(corp=cast.corp).name == "Name of wmA"


class TestDeletedCustomers:
    def test_one_deleted_here_stays_deleted_while_still_followed(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        lifecycle.delete(customer=the("wmA"), by=SYSTEM, source="api")
        for ticket in range(2, 5):
            read(cast.corp, follow("wmA", who, remark=f"r{ticket}"), ticket=ticket)
        assert the("wmA").grams.filter(gram="r4").exists()
        assert set(the("wmA").grams.values_list("alive", flat=True)) == {False}
        end(cast.corp, "wmA", who, "employee", 5, ticket=6)
        read(cast.corp, follow("wmA", who), ticket=7)
        assert (the("wmA").status, pair("wmA", who).status) == (CustomerStatus.DELETED, ACTIVE)

    def test_one_deleted_here_and_added_anew_comes_back(self, cast: Cast) -> None:
        who = cast.owner.userid
        read(cast.corp, follow("wmA", who), ticket=1)
        row = lifecycle.delete(customer=the("wmA"), by=SYSTEM, source="api")
        later = (row.deleted_at - START) / dt.timedelta(days=1) + 1
        # A change after the deletion is no deletion: the time of the last change says nothing.
        Customer.objects.update(update_time=day(later + 9))
        read(cast.corp, follow("wmA", who, later), ticket=2)
        assert (the("wmA").status, the("wmA").deleted_at) == (CustomerStatus.NORMAL, None)
        assert "status" in told_in_full("wmA")[-1][1]["changed"]
        assert set(the("wmA").grams.values_list("alive", flat=True)) == {True}

    def test_one_revived_through_the_api_has_no_deletion_any_more(self, cast: Cast) -> None:
        lifecycle.delete(customer=make.customer(cast.corp, external_userid="wmA"), by=SYSTEM, source="api")
        assert the("wmA").deleted_at is not None
        lifecycle.create(corp_id=cast.corp.pk, external_userid="wmA", by=SYSTEM, source="api")
        assert (the("wmA").status, the("wmA").deleted_at) == (CustomerStatus.NORMAL, None)


class TestMainRelation:
    def test_the_present_one_stays_while_it_lives(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid, 5), ticket=1)
        read(cast.corp, follow("wmA", cast.colleague.userid, 1), ticket=2)
        assert (the("wmA").follow_user, the("wmA").add_time) == (cast.owner, day(5))

    def test_then_it_is_the_living_one_that_began_first(self, cast: Cast) -> None:
        others = [cast.colleague, cast.manager]
        read(cast.corp, follow("wmA", cast.owner.userid, 0, state="one"), ticket=1)
        read(cast.corp, *(follow("wmA", o.userid, 3 - n, state=o.userid) for n, o in enumerate(others)), ticket=2)
        end(cast.corp, "wmA", cast.owner.userid, "employee", 5, ticket=3)
        row = the("wmA")
        assert (row.follow_user, row.add_time, row.channel) == (cast.manager, day(2), cast.manager.userid)
        assert row.status == CustomerStatus.NORMAL
        assert told_in_full("wmA")[-1][1]["changed"] == ["addTime", "channel", "followUserId"]

    def test_of_two_that_began_at_once_it_is_the_lower_id(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid), ticket=1)
        for ticket, who in enumerate([cast.manager, cast.colleague], start=2):
            read(cast.corp, follow("wmA", who.userid, 3), ticket=ticket)
        end(cast.corp, "wmA", cast.owner.userid, "employee", 5, ticket=4)
        assert the("wmA").follow_user == cast.manager

    def test_where_none_lives_it_is_the_one_that_ended_last(self, cast: Cast) -> None:
        read(cast.corp, follow("wmA", cast.owner.userid), follow("wmA", cast.colleague.userid), ticket=1)
        endings = [
            Ending("wmA", cast.colleague.userid, BY_CUSTOMER, day(6)),
            Ending("wmA", cast.owner.userid, BY_CUSTOMER, day(5)),
        ]
        mirroring.end_pairs(corp_id=cast.corp.pk, endings=endings, ticket=2, by=SYSTEM, source="callback")
        assert (the("wmA").follow_user, the("wmA").status) == (cast.colleague, CustomerStatus.LOST)

    def test_a_state_that_is_none_leaves_the_channel_as_it_was(self, cast: Cast) -> None:
        make.customer(cast.corp, cast.owner, external_userid="wmA", channel="展会")
        read(cast.corp, follow("wmA", cast.owner.userid, 1), ticket=1)
        assert the("wmA").channel == "展会"
