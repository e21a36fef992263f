"""The demo on databases that are not as it left them."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from corps.models import Corp, Employee, User
from customers.models import Customer, CustomerGram
from scrm_customer import demo, demo_access, demo_customers, demo_house, demo_words
from tags.models import Tag
from tests import make

FEW = 40


def test_the_demo_comes_beside_a_company_that_works_already(
    db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(demo, "CUSTOMERS", FEW)
    mine = make.corp()
    call_command("fill_demo", stdout=io.StringIO())
    assert Corp.objects.count() == 3
    assert not Customer.objects.filter(corp=mine).exists()


def test_half_a_demo_is_none(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks off in the middle leaves nothing, so that the next start fills it whole."""

    def breaks(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "CUSTOMERS", FEW)
    monkeypatch.setattr(demo_customers, "make_follow_ups", breaks)
    with pytest.raises(KeyboardInterrupt):
        demo.fill()
    assert demo.company() is None
    for model in (Corp, Employee, Tag, Customer, CustomerGram):
        assert not model.objects.exists(), model


def test_a_login_name_that_is_taken_becomes_the_demos_own(db: None, settings: Any, tmp_path: Path) -> None:
    """The names are the demo's; a second installation on the same data renews their passwords."""
    settings.DATA_DIR = tmp_path
    filled = demo_house.make_company(*demo_words.COMPANY, departments=demo_words.DEPARTMENTS, employees=4)
    first = demo_access.give(filled)
    demo_access.path().unlink()
    second = demo_access.give(filled)
    user = User.objects.get(username="demo-admin")
    assert user.check_password(second.logins["demo-admin"])
    assert not user.check_password(first.logins["demo-admin"])


@pytest.mark.parametrize("command", ["fill_demo", "run_service"])
def test_production_is_refused_before_anything_is_touched(
    db: None, settings: Any, tmp_path: Path, command: str
) -> None:
    settings.PRODUCTION, settings.DATA_DIR = True, tmp_path
    with pytest.raises(CommandError, match="roduction"):
        call_command(command)
    assert not Corp.objects.exists()
    assert list(tmp_path.iterdir()) == []
