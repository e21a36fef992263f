import pytest
from django.test import override_settings

from wecom import secrets
from wecom.secrets import SealBroken

FIRST, SECOND = "a" * 16 + "first-key-of-32-characters", "b" * 16 + "second-key-of-32-characters"


@pytest.mark.parametrize("text", ["plain words", "秘密😀", "a" * 5_000, " \n"])
def test_what_was_sealed_comes_back(text: str) -> None:
    sealed = secrets.seal(text)
    assert text not in sealed
    assert secrets.unseal(sealed) == text


def test_nothing_stays_nothing() -> None:
    assert (secrets.seal(""), secrets.unseal(""), secrets.reseal("")) == ("", "", "")


def test_the_same_text_is_sealed_differently_each_time() -> None:
    assert secrets.seal("x") != secrets.seal("x")


@pytest.mark.parametrize("broken", ["gibberish", "gAAAAA==", "é"])
def test_what_was_changed_does_not_open(broken: str) -> None:
    with pytest.raises(SealBroken):
        secrets.unseal(broken)
    with pytest.raises(SealBroken):
        secrets.reseal(broken)


def test_an_installation_may_begin_without_keys_of_its_own() -> None:
    with override_settings(SEALING_KEYS=[]):
        sealed = secrets.seal("x")
    with override_settings(SEALING_KEYS=[FIRST]):
        assert secrets.unseal(sealed) == "x"
        again = secrets.reseal(sealed)
    with override_settings(SEALING_KEYS=[FIRST], SECRET_KEY="another" * 10):
        assert secrets.unseal(again) == "x"
        with pytest.raises(SealBroken):
            secrets.unseal(sealed)


def test_a_new_key_in_front_seals_and_the_old_one_still_opens() -> None:
    with override_settings(SEALING_KEYS=[FIRST]):
        old = secrets.seal("x")
    with override_settings(SEALING_KEYS=[SECOND, FIRST]):
        assert secrets.unseal(old) == "x"
        new = secrets.reseal(old)
    with override_settings(SEALING_KEYS=[SECOND]):
        assert secrets.unseal(new) == "x"
        with pytest.raises(SealBroken):
            secrets.unseal(old)


def test_an_old_secret_key_opens_as_a_sealing_key() -> None:
    with override_settings(SEALING_KEYS=[], SECRET_KEY=FIRST):
        sealed = secrets.seal("x")
    with override_settings(SEALING_KEYS=[FIRST], SECRET_KEY=SECOND):
        assert secrets.unseal(sealed) == "x"


def test_a_seal_broken_names_nothing_of_what_was_inside() -> None:
    with pytest.raises(SealBroken) as broken:
        secrets.unseal("gibberish-canary")
    assert "canary" not in repr(broken.value)
    assert broken.value.__suppress_context__
