import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from core import env

NAME = "SCRM_TEST_VALUE"


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.delenv(f"{NAME}_FILE", raising=False)


def given(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv(NAME, value)


def test_a_value_comes_from_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "value")
    assert env.text(NAME, "default") == "value"


@pytest.mark.parametrize("value", [None, ""])
def test_an_unset_or_blank_variable_takes_the_default(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is not None:
        given(monkeypatch, value)
    assert env.text(NAME, "default") == "default"


def test_without_a_default_the_missing_name_is_told() -> None:
    with pytest.raises(ImproperlyConfigured, match=f"Set {NAME} "):
        env.text(NAME)


def test_a_secret_may_lie_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "secret"))
    assert env.text(NAME) == "s3cret"


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}_FILE .*absent"):
        env.text(NAME, "default")


def test_a_variable_and_a_file_at_once_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    given(monkeypatch, "a")
    monkeypatch.setenv(f"{NAME}_FILE", str(tmp_path / "b"))
    with pytest.raises(ImproperlyConfigured, match="both set"):
        env.text(NAME)


@pytest.mark.parametrize(("raw", "meant"), [("1", True), ("TRUE", True), (" on ", True), ("0", False), ("No", False)])
def test_a_flag_reads_the_usual_words(monkeypatch: pytest.MonkeyPatch, raw: str, meant: bool) -> None:
    given(monkeypatch, raw)
    assert env.flag(NAME, not meant) is meant


@pytest.mark.parametrize("raw", ["2", "ja", "-", "None"])
def test_a_flag_that_is_neither_yes_nor_no_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    given(monkeypatch, raw)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.flag(NAME, True)


@pytest.mark.parametrize("raw", ["-1", "1.5", "ten", "0", "1e3"])
def test_a_number_below_the_least_or_none_at_all_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    given(monkeypatch, raw)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.number(NAME, 5, least=1)


def test_a_number_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.number(NAME, 5) == 5
    given(monkeypatch, " 42 ")
    assert env.number(NAME, 5) == 42


def test_words_are_split_at_commas_and_blanks_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, " a.example , ,b.example,")
    assert env.words(NAME) == ["a.example", "b.example"]


def test_a_word_that_is_too_short_is_refused_and_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(NAME, f"{'a' * 32},canary")
    with pytest.raises(ImproperlyConfigured, match="32 characters") as refused:
        env.words(NAME, shortest=32)
    assert "canary" not in str(refused.value)
    monkeypatch.setenv(NAME, "a" * 32)
    assert env.words(NAME, shortest=32) == ["a" * 32]


def test_a_choice_is_one_of_its_values(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "debug")
    assert env.choice(NAME, "INFO", among=["DEBUG", "INFO"]) == "DEBUG"
    given(monkeypatch, "LOUD")
    with pytest.raises(ImproperlyConfigured, match=f"{NAME}.*DEBUG, INFO"):
        env.choice(NAME, "INFO", among=["DEBUG", "INFO"])


@pytest.mark.parametrize("raw", ["host:6379", "http://host", "redis://host:port", "redis"])
def test_a_wrong_address_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    given(monkeypatch, raw)
    with pytest.raises(ImproperlyConfigured, match=NAME):
        env.url(NAME, "", schemes=["redis"])


def test_a_refused_address_keeps_its_password_to_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "http://user:hunter2@host")
    with pytest.raises(ImproperlyConfigured) as refusal:
        env.url(NAME, "", schemes=["redis"])
    assert "hunter2" not in str(refusal.value)


def test_a_right_address_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, "redis://:p%40ss@host:6379/3")
    assert env.url(NAME, "", schemes=["redis"]) == os.environ[NAME]
    monkeypatch.delenv(NAME)
    assert env.url(NAME, "", schemes=["redis"]) == ""
