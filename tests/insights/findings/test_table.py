"""The table of insights: what it finds together, in which order, and in which words."""

from typing import Any

import pytest
from django.utils import translation

from insights.findings import table, words
from insights.findings.known import Finding
from tests.insights.behaviour.days import ago
from tests.insights.findings.people import BY_CUSTOMER, A, B, C, group, known, stay

NAMES = {A: "王小明", B: "李小红", C: "赵经理"}
BEST = {"weekday": 2, "hour": 9, "onWeekday": 3, "aboutHour": 4, "of": 5}
EXAMPLES: list[tuple[str, dict[str, Any], list[int], str, str]] = [
    ("likely_to_leave", {"score": 80}, [A], "Likely to leave: 80 of 100 with 王小明.", "80"),
    ("nobody_left", {"days": 1}, [A], "Nobody follows them for 1 day.", "1"),
    ("nobody_left", {"days": 9}, [A], "Nobody follows them for 9 days.", "9"),
    ("silent", {"days": 41, "usual": 9}, [], "Silent for 41 days; usually 9 pass between contacts.", "41"),
    ("silent", {"days": 30}, [], "Silent for 30 days.", "30"),
    (
        "lost_but_friend",
        {"byCustomer": 1, "friends": 2},
        [A, B, C],
        "Has deleted 王小明, but is still a friend of 李小红, 赵经理.",
        "王小明",
    ),
    (
        "lost_but_friend",
        {"byCustomer": 0, "friends": 1},
        [A, B],
        "Was deleted by 王小明, but is still a friend of 李小红.",
        "李小红",
    ),
    ("left_groups", {"groups": 2, "days": 30}, [], "Left 2 group chats in the last 30 days.", "2"),
    ("came_back", {"days": 40}, [A], "Came back to 王小明 after 40 days.", "40"),
    ("came_back", {"days": 0}, [A], "Came back to 王小明 on the same day.", "王小明"),
    (
        "contact_rising",
        {"recent": 3, "before": 1},
        [],
        "Contact grows: 3 in the last 30 days, 1 in the 60 before.",
        "3",
    ),
    (
        "contact_falling",
        {"recent": 0, "before": 5},
        [],
        "Contact fades: 0 in the last 30 days, 5 in the 60 before.",
        "5",
    ),
    ("added_by_several", {"colleagues": 3, "days": 5}, [A, B, C], "Added by 3 colleagues within 5 days.", "5"),
    ("called_differently", {"names": 2}, [A, B], "Colleagues know them by 2 different names.", "2"),
    ("stuck_in_stage", {"days": 75}, [], "In stage 意向明确 for 75 days.", "意向明确"),
    ("in_groups", {"groups": 3}, [], "In 3 groups of ours.", "3"),
    (
        "best_reached",
        {"weekday": 2, "hour": 9, "contacts": 3, "of": 5},
        [],
        "Best reached on Tuesday about 09:00 (3 of 5 contacts on that day).",
        "09:00",
    ),
]


@pytest.mark.parametrize(("code", "numbers", "who", "english", "kept"), EXAMPLES)
def test_each_is_said_in_both_languages(code: str, numbers: Any, who: list[int], english: str, kept: str) -> None:
    finding = Finding(code, numbers, {"employeeIds": who})
    with translation.override("en"):
        assert words.sentence(finding, NAMES, "意向明确") == english
    with translation.override("zh-hans"):
        said = words.sentence(finding, NAMES, "意向明确")
    assert said != english
    assert kept in said


def test_every_code_has_an_example_and_a_tone() -> None:
    assert {code for code, *_rest in EXAMPLES} == set(table.CODES) == set(table.TONES)
    assert len(set(table.CODES)) == len(table.CODES)


def test_an_employee_without_a_name_is_shown_by_the_id() -> None:
    with translation.override("en"):
        assert "999" in words.sentence(Finding("likely_to_leave", {"score": 80}, {"employeeIds": [999]}), NAMES)


def test_all_that_follows_is_found_the_weightiest_first() -> None:
    everything = known(
        stay(A, 60, 30, BY_CUSTOMER),
        stay(A, 20),
        stay(B, 61, 3, BY_CUSTOMER),
        stay(C, 62),
        groups=[group(5, 90), group(4, 10), group(6, 90, 3, 0)],
        churn=[(A, 80, "high")],
        stage=(3, ago(75), ""),
        remarks={A: "张三", C: "李四"},
        behaviour={
            "silentDays": 41,
            "usualGapDays": 9,
            "lastAt": ago(41),
            "trend": "falling",
            "contacts": {"days30": 0, "days90": 5},
            "bestTime": BEST,
        },
    )
    codes = [finding.code for finding in table.all_of(everything)]
    assert codes == [code for code in table.CODES if code not in ("nobody_left", "contact_rising")]


def test_of_nothing_nothing_follows() -> None:
    assert table.all_of(known()) == []


def test_what_is_found_is_one_of_the_codes_its_line_names() -> None:
    for kind in table.TABLE:
        found = kind.find(known(stay(A, 60, 30, BY_CUSTOMER), churn=[(A, 80, "high")]))
        assert found is None or found.code in kind.codes
