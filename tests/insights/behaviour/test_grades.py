"""Grades by thresholds, and what they come to."""

from typing import Any

import pytest

from insights.behaviour import grades
from insights.behaviour.grades import LABELS, Thresholds

USUAL: dict[str, Any] = {"silent": 10, "contacts": 4, "ties": 1, "known_days": 100}


@pytest.mark.parametrize(
    ("silent", "grade"), [(0, 5), (7, 5), (8, 4), (14, 4), (15, 3), (30, 3), (31, 2), (90, 2), (91, 1), (None, 1)]
)
def test_the_later_the_contact_the_higher_the_recency(silent: int | None, grade: int) -> None:
    assert grades.of(**USUAL | {"silent": silent})["recency"] == grade


@pytest.mark.parametrize(("contacts", "grade"), [(0, 1), (1, 2), (2, 2), (3, 3), (6, 4), (11, 4), (12, 5), (400, 5)])
def test_the_more_contacts_the_higher_the_frequency(contacts: int, grade: int) -> None:
    assert grades.of(**USUAL | {"contacts": contacts})["frequency"] == grade


@pytest.mark.parametrize(("ties", "grade"), [(0, 1), (1, 2), (2, 3), (3, 4), (4, 4), (5, 5), (50, 5)])
def test_relations_and_groups_are_ties(ties: int, grade: int) -> None:
    assert grades.of(**USUAL | {"ties": ties})["ties"] == grade


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"silent": 1, "contacts": 12}, "core"),
        # Who is in touch that much is more than new.
        ({"silent": 1, "contacts": 12, "known_days": 9}, "core"),
        ({"silent": 1, "contacts": 2, "known_days": 9}, "new"),
        ({"silent": 20, "contacts": 5}, "regular"),
        ({"silent": 20, "contacts": 1}, "occasional"),
        ({"silent": 45, "contacts": 8}, "fading"),
        ({"silent": 200, "contacts": 1}, "asleep"),
        ({"silent": None, "contacts": 0, "known_days": None}, "asleep"),
    ],
)
def test_each_customer_is_one_kind(given: dict[str, Any], label: str) -> None:
    assert grades.of(**USUAL | given)["label"] == label
    assert label in LABELS


def test_a_company_has_steps_of_its_own() -> None:
    patient = Thresholds(recency=(30, 60, 120, 365), frequency=(1, 2, 3, 4), ties=(1, 2, 3, 4))
    found = grades.of(silent=25, contacts=4, ties=4, known_days=400, by=patient)
    assert found == {"recency": 5, "frequency": 5, "ties": 5, "label": "core"}


def test_grades_only_fall_with_silence_and_only_rise_with_contacts() -> None:
    by_silence = [grades.of(**USUAL | {"silent": days})["recency"] for days in range(400)]
    assert by_silence == sorted(by_silence, reverse=True)
    by_contacts = [grades.of(**USUAL | {"contacts": number})["frequency"] for number in range(50)]
    assert by_contacts == sorted(by_contacts)
