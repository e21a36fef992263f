"""How texts are compared, by themselves and in the database."""

import string

import pytest

from customers.models import Customer
from segments.fields import texts
from tests import make
from tests.conftest import Cast

LETTERS = [
    "a",
    "A",
    "é",
    "É",
    "ß",
    "ẞ",
    "İ",
    "ı",
    "ſ",
    "\u212a",
    "Ω",
    "ω",
    "万",
    "😀",
    "％",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "`",
    "\n",
    "\t",
]


def test_a_to_z_have_two_cases_and_no_other_letter_has() -> None:
    assert texts.folded(string.ascii_uppercase) == string.ascii_lowercase
    for letter in LETTERS[2:]:
        assert texts.folded(letter) == letter


@pytest.mark.django_db
def test_every_letter_finds_itself_and_no_other_one(cast: Cast) -> None:
    for letter in LETTERS:
        row = make.customer(cast.corp)
        Customer.objects.filter(pk=row.pk).update(city=f"x{letter}y")
    rows = Customer.objects.filter(corp=cast.corp)
    for letter in LETTERS:
        alike = {f"x{other}y" for other in LETTERS if texts.folded(other) == texts.folded(letter)}
        for text, start in [(letter, False), (f"x{letter}", True), (f"{letter}Y", False), (f"X{letter}y", True)]:
            found = rows.filter(texts.part("city", text, start=start)).values_list("city", flat=True)
            assert set(found) == alike, (text, start)
        assert set(rows.filter(texts.same("city", [f"x{letter}y"])).values_list("city", flat=True)) == {f"x{letter}y"}
        assert not rows.filter(texts.part("city", letter, start=True)).exists() or letter == "x"


@pytest.mark.django_db
def test_white_space_at_the_end_counts(cast: Cast) -> None:
    for city in ["x", "x ", "x\t", " x", "", " ", None]:
        row = make.customer(cast.corp)
        Customer.objects.filter(pk=row.pk).update(city=city)
    rows = Customer.objects.filter(corp=cast.corp)
    assert list(rows.filter(texts.same("city", ["x"])).values_list("city", flat=True)) == ["x"]
    assert set(rows.filter(texts.same("city", ["x ", " x"])).values_list("city", flat=True)) == {"x ", " x"}
    assert set(rows.filter(texts.filled("city")).values_list("city", flat=True)) == {"x", "x ", "x\t", " x", " "}
    assert set(rows.filter(~texts.filled("city")).values_list("city", flat=True)) == {"", None}
