"""What a field of files holds, as it is stored and told."""

from typing import Any

import pytest

from customers.custom import reads, tells
from customers.custom.entries import MOST_FILES, Entries

TWO = '[[3,"合同 一.pdf",4096],[5,"b.txt",1]]'


def test_it_comes_back_as_it_went_in_by_id() -> None:
    entries = Entries([(5, "b.txt", 1), (3, "合同 一.pdf", 4096)])
    assert entries.stored() == TWO
    assert Entries.of(TWO).stored() == TWO
    assert Entries.of(TWO).ids == {3, 5}
    assert Entries.of(TWO).among({5, 9}).told() == [{"id": 5, "name": "b.txt", "size": 1}]
    assert Entries.of(None) == Entries() == ()


def test_it_is_told_with_names_and_sizes() -> None:
    assert tells.files(TWO) == [
        {"id": 3, "name": "合同 一.pdf", "size": 4096},
        {"id": 5, "name": "b.txt", "size": 1},
    ]


@pytest.mark.parametrize(
    ("raw", "ids"),
    [
        ([5, 3], {3, 5}),
        ([3, 3], {3}),
        ([{"id": 3, "name": "x", "size": 7}], {3}),
        ([{"id": 3}, 5], {3, 5}),
        (list(range(1, MOST_FILES + 1)), set(range(1, MOST_FILES + 1))),
    ],
)
def test_those_that_stay_are_named_by_ids_or_as_they_were_told(raw: Any, ids: set[int]) -> None:
    assert Entries.of(reads.files(raw)).ids == ids


@pytest.mark.parametrize(
    "raw",
    [
        3,
        "3",
        "a.pdf",
        ["3"],
        [0],
        [-1],
        [True],
        [3.0],
        [None],
        [[3, "a.pdf", 1]],
        [{"name": "a.pdf"}],
        [{"id": "3"}],
        {"id": 3},
        list(range(1, MOST_FILES + 2)),
    ],
)
def test_what_names_no_files_is_refused(raw: Any) -> None:
    with pytest.raises(ValueError, match=r"文件|files"):
        reads.files(raw)
