"""Insights about who added the customer, who was deleted, and who is left."""

import pytest

from insights.findings import relations
from tests.insights.behaviour.days import ago
from tests.insights.findings.people import BY_CUSTOMER, BY_EMPLOYEE, BY_TRANSFER, A, B, C, known, stay


class TestAddedBySeveral:
    def test_three_within_a_week_are_told_with_who_and_when(self) -> None:
        found = relations.added_by_several(known(stay(B, 8), stay(A, 10), stay(C, 5)))
        assert found is not None
        assert found.numbers == {"colleagues": 3, "days": 5}
        assert found.evidence == {"employeeIds": [A, B, C], "from": ago(10), "to": ago(5)}

    def test_two_are_no_news(self) -> None:
        assert relations.added_by_several(known(stay(A, 10), stay(B, 8))) is None

    def test_three_over_a_longer_time_are_none_either(self) -> None:
        assert relations.added_by_several(known(stay(A, 20), stay(B, 14), stay(C, 5))) is None

    def test_coming_back_to_one_of_them_is_not_one_more(self) -> None:
        again = known(stay(A, 10, 9, BY_CUSTOMER), stay(A, 8), stay(B, 7))
        assert relations.added_by_several(again) is None

    def test_of_an_hour_it_is_one_day(self) -> None:
        found = relations.added_by_several(known(stay(A, 10), stay(B, 9.99), stay(C, 9.98)))
        assert found is not None
        assert found.numbers["days"] == 1


class TestLostButFriend:
    def test_it_names_the_one_who_was_lost_before_those_who_are_left(self) -> None:
        found = relations.lost_but_friend(known(stay(A, 90, 3, BY_CUSTOMER), stay(B, 50), stay(C, 20)))
        assert found is not None
        assert found.evidence == {"employeeIds": [A, B, C], "from": ago(3)}
        assert found.numbers == {"byCustomer": 1, "friends": 2}

    def test_of_several_losses_the_last_is_told(self) -> None:
        found = relations.lost_but_friend(known(stay(A, 90, 30, BY_CUSTOMER), stay(B, 90, 3, BY_EMPLOYEE), stay(C, 1)))
        assert found is not None
        assert (found.evidence["employeeIds"], found.numbers["byCustomer"]) == ([B, C], 0)

    def test_a_handover_is_no_loss(self) -> None:
        assert relations.lost_but_friend(known(stay(A, 90, 3, BY_TRANSFER), stay(B, 3))) is None

    def test_who_is_a_friend_again_is_not_lost(self) -> None:
        assert relations.lost_but_friend(known(stay(A, 90, 30, BY_CUSTOMER), stay(A, 3), stay(B, 50))) is None

    def test_with_no_friend_left_it_is_another_insight(self) -> None:
        assert relations.lost_but_friend(known(stay(A, 90, 3, BY_CUSTOMER))) is None


class TestCameBack:
    def test_the_days_between_are_counted(self) -> None:
        found = relations.came_back(known(stay(A, 90, 60, BY_CUSTOMER), stay(A, 20)))
        assert found is not None
        assert found.numbers == {"days": 40}
        assert found.evidence == {"employeeIds": [A], "from": ago(60), "to": ago(20)}

    def test_of_several_returns_the_last_is_told_from_the_end_before_it(self) -> None:
        stays = (stay(A, 300, 250, BY_CUSTOMER), stay(A, 200, 100, BY_CUSTOMER), stay(A, 90))
        found = relations.came_back(known(*stays))
        assert found is not None
        assert found.numbers == {"days": 10}

    def test_another_colleagues_stay_is_no_return(self) -> None:
        assert relations.came_back(known(stay(A, 90, 60, BY_CUSTOMER), stay(B, 20))) is None


class TestNobodyLeft:
    def test_it_counts_from_the_last_end(self) -> None:
        found = relations.nobody_left(known(stay(A, 90, 60, BY_CUSTOMER), stay(B, 80, 12.5, BY_EMPLOYEE)))
        assert found is not None
        assert (found.numbers, found.evidence["employeeIds"]) == ({"days": 12}, [B])

    @pytest.mark.parametrize("stays", [(), (stay(A, 90),), (stay(A, 90, 60, BY_CUSTOMER), stay(B, 1))])
    def test_with_a_friend_or_without_a_past_there_is_nothing_to_say(self, stays: tuple[()]) -> None:
        assert relations.nobody_left(known(*stays)) is None


class TestCalledDifferently:
    def test_two_names_are_told_with_who_uses_them(self) -> None:
        found = relations.called_differently(known(remarks={B: "张三", A: "李四", C: ""}))
        assert found is not None
        assert (found.numbers, found.evidence) == ({"names": 2}, {"employeeIds": [A, B]})

    @pytest.mark.parametrize("remarks", [{}, {A: "张三"}, {A: "张三", B: " 张三 "}, {A: "张三", B: ""}])
    def test_one_name_or_none_is_no_difference(self, remarks: dict[int, str]) -> None:
        assert relations.called_differently(known(remarks=remarks)) is None
