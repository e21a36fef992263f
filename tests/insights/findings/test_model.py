"""Insights over histories by chance: what is told is so, and nothing is made up."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from customers.choices import RelationStatus
from insights.findings import relations, table, words
from insights.findings.known import Known, Stay
from tests.insights.behaviour.days import NOW, ago
from tests.insights.findings.people import group

EMPLOYEES = st.integers(1, 5)
ENDINGS = st.sampled_from([None, 2, 3, 4])


@st.composite
def lives(draw: Any) -> list[Stay]:
    """Stays as the record can have them: of each employee one after the other, at most the last one lasting."""
    found = []
    for employee in range(1, draw(st.integers(0, 5)) + 1):
        marks = sorted(draw(st.lists(st.integers(1, 600), min_size=1, max_size=5, unique=True)), reverse=True)
        for began, ended in zip(marks[::2], [*marks[1::2], None], strict=False):
            how = draw(ENDINGS) if ended is not None else None
            found.append(Stay(employee, ago(began), None if ended is None else ago(ended), how))
    return draw(st.permutations(found))


@st.composite
def known(draw: Any) -> Known:
    silent = draw(st.none() | st.integers(0, 400))
    gap = draw(st.none() | st.integers(1, 60))
    stage = draw(st.none() | st.tuples(st.just(3), st.integers(0, 200).map(ago), st.sampled_from(["", "won", "lost"])))
    return Known(
        moment=NOW,
        stays=draw(lives()),
        groups=[
            group(n, 90, draw(st.none() | st.integers(0, 89)), draw(st.sampled_from([None, 0, 1]))) for n in range(3)
        ],
        behaviour={
            "silentDays": silent,
            "usualGapDays": gap,
            "lastAt": None if silent is None else ago(silent),
            "trend": draw(st.sampled_from(["rising", "steady", "falling", "none"])),
            "contacts": {"days30": 2, "days90": 9},
            "bestTime": None,
        },
        churn=draw(
            st.lists(st.tuples(EMPLOYEES, st.integers(0, 100), st.sampled_from(["calm", "watch", "high"])), max_size=3)
        ),
        stage=stage,
        remarks=draw(st.dictionaries(EMPLOYEES, st.sampled_from(["", "张三", "李四", " 张三"]), max_size=4)),
    )


@given(known())
def test_every_insight_has_a_code_of_the_table_once_and_a_sentence(given_: Known) -> None:
    found = table.all_of(given_)
    codes = [finding.code for finding in found]
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes, key=table.CODES.index)
    for finding in found:
        assert words.sentence(finding, {}, "阶段")
        assert all(isinstance(number, int) for number in finding.numbers.values())


@given(known())
def test_the_employees_named_are_those_of_the_data(given_: Known) -> None:
    there = {stay.employee_id for stay in given_.stays} | {one[0] for one in given_.churn} | set(given_.remarks)
    for finding in table.all_of(given_):
        assert set(finding.evidence.get("employeeIds", ())) <= there


@given(known())
def test_what_is_told_of_the_same_twice_is_the_same(given_: Known) -> None:
    assert table.all_of(given_) == table.all_of(given_)


@given(lives())
def test_somebody_is_left_or_nobody_is(stays: list[Stay]) -> None:
    given_ = Known(NOW, stays=stays)
    assert not (relations.nobody_left(given_) and relations.lost_but_friend(given_))
    assert bool(relations.nobody_left(given_)) == bool(stays and not given_.friends)


@given(lives())
def test_a_return_lies_between_an_end_and_a_beginning_of_the_same_employee(stays: list[Stay]) -> None:
    found = relations.came_back(Known(NOW, stays=stays))
    again = {stay.employee_id for stay in stays if sum(other.employee_id == stay.employee_id for other in stays) > 1}
    assert (found is not None) == bool(again)
    if found:
        (who,) = found.evidence["employeeIds"]
        own = sorted((stay for stay in stays if stay.employee_id == who), key=lambda stay: stay.began_at)
        assert (found.evidence["from"], found.evidence["to"]) == (own[-2].ended_at, own[-1].began_at)
        assert 0 <= found.numbers["days"] <= 600


@given(lives())
def test_who_was_lost_is_no_friend_and_who_is_left_is(stays: list[Stay]) -> None:
    given_ = Known(NOW, stays=stays)
    found = relations.lost_but_friend(given_)
    if found:
        lost, *friends = found.evidence["employeeIds"]
        assert lost not in given_.friends
        assert friends == given_.friends
        assert found.numbers["friends"] == len(friends)
        ended = [stay for stay in stays if stay.employee_id == lost and stay.ended_at == found.evidence["from"]]
        assert ended[0].ended_by in (RelationStatus.ENDED_BY_CUSTOMER, RelationStatus.ENDED_BY_EMPLOYEE)


@given(lives())
def test_those_who_added_together_did_so_within_a_week(stays: list[Stay]) -> None:
    firsts: dict[int, Any] = {}
    for stay in stays:
        firsts[stay.employee_id] = min(stay.began_at, firsts.get(stay.employee_id, stay.began_at))
    most = max(
        (
            sum(0 <= (other - first).total_seconds() <= 7 * 86_400 for other in firsts.values())
            for first in firsts.values()
        ),
        default=0,
    )
    found = relations.added_by_several(Known(NOW, stays=stays))
    assert (found.numbers["colleagues"] if found else 0) == (most if most >= 3 else 0)
