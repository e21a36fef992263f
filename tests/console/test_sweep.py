"""Every page of the console with hostile text in every column, and how the pages are found."""

import itertools
from typing import Any

import pytest

from corps.models import User
from tests.conftest import Cast
from tests.console import every_page
from tests.console.conftest import entered
from tests.console.test_hostile import HOSTILE


@pytest.mark.slow
def test_hostile_text_in_every_column_is_text_on_every_page(cast: Cast, one_of_each: dict[str, Any]) -> None:
    user = User.objects.create_superuser("root", "correct horse battery")
    assert every_page.fill(one_of_each, itertools.cycle(HOSTILE)) > 100
    client, opened = entered(user), 0
    for address in every_page.addresses(one_of_each):
        answer = client.get(address)
        assert answer.status_code in (200, 302, 400, 403, 404, 405), address
        if every_page.is_page(answer):
            opened += 1
            content = answer.content.decode()
            assert not [bait for bait in HOSTILE if bait[:30] in content], address
    assert opened > 100


def test_the_addresses_are_those_of_the_url_table(cast: Cast, one_of_each: dict[str, Any]) -> None:
    found = every_page.addresses(one_of_each)
    assert len(found) > 400
    for part in (
        "/customers/customer/",
        "/profile/",
        "/dailystat/growth/",
        "/wecom/syncrun/ask/",
        "/customer/columns/",
    ):
        assert any(address.endswith(part) for address in found), part
    assert not [address for address in found if "<" in address or "logout" in address]


@pytest.mark.parametrize(
    ("content", "pieces"),
    [
        ("<p>one <b>two</b></p>", ["one", "two"]),
        ("<pre>raw <i>x</i></pre>after", ["after"]),
        ("<span class='material-symbols-outlined'>add</span>Add", ["Add"]),
        ("<script>let x</script> \n <style>p {}</style>", []),
        ("<code><code>a</code>b</code>c", ["c"]),
    ],
)
def test_what_a_page_says_is_its_text_without_code_and_symbols(content: str, pieces: list[str]) -> None:
    assert every_page.said(content) == pieces


def test_histories_and_deletions_are_looked_at_once_and_all_lists(cast: Cast, one_of_each: dict[str, Any]) -> None:
    chosen = every_page.to_look_at(every_page.addresses(one_of_each))
    assert len([address for address in chosen if address.endswith("/history/")]) == 1
    assert len([address for address in chosen if address.endswith("/delete/")]) == 1
    assert "/admin/tags/tag/" in chosen and "/admin/tags/taggroup/" in chosen
