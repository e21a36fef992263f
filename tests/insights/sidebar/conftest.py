from collections.abc import Callable, Iterator

import pytest
from django.test import Client

from tests.conftest import Cast

Enter = Callable[[str], Client]


@pytest.fixture
def enter(cast: Cast) -> Iterator[Enter]:
    """A browser that WeCom has led in as one of the cast; ``""`` is nobody."""
    for number, corp in enumerate((cast.corp, cast.other_corp)):
        corp.wecom_corpid = f"ww{number}"
        corp.save(update_fields=["wecom_corpid"])

    def entered(who: str) -> Client:
        browser = Client()
        if who:
            session = browser.session
            session["sidebar_user"] = cast.users[who].pk
            session.save()
        return browser

    yield entered
