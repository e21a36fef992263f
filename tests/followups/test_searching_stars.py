"""Words looked for in everybody's follow-ups don't spell out a number that the reader sees starred out."""

import pytest

from corps.choices import Masking
from followups import searching
from followups.models import FollowUp
from tests import make
from tests.conftest import Cast
from tests.customers.privacy.people import choose, client, numbered


@pytest.mark.parametrize(
    ("words", "seeing"),
    [("1371", {"owner", "admin"}), ("2222", {"owner", "admin"}), ("b@", {"owner", "admin"}), ("电话", None)],
)
def test_part_of_a_number_finds_only_what_is_seen_whole(cast: Cast, words: str, seeing: set[str] | None) -> None:
    make.follow_up(numbered(cast), cast.owner, content="电话13711112222或ab@c.cn")
    choose(cast, Masking.OTHERS)
    for name in ("owner", "colleague", "admin"):
        expected = 1 if seeing is None or name in seeing else 0
        for door in ({}, {"cursor": ""}):
            answer = client(cast, name).get("/api/v1/followups", {"q": words, **door})
            assert (answer.status_code, len(answer.json()["list"])) == (200, expected), (name, door)
        rows = FollowUp.objects.visible_to(cast.actor(name))
        assert searching.whole(rows, words).count() == expected
