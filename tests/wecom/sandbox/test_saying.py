"""What the sandbox keeps of words between two, as the archive's metadata has them."""

import httpx
import pytest

from tests.wecom.sandbox.conftest import MORNING
from wecom.sandbox.acts import talking
from wecom.sandbox.company import Company
from wecom.sandbox.living import Living
from wecom.sandbox.seeding import build
from wecom.sandbox.server import application
from wecom.sandbox.state import Impossible


@pytest.fixture
def friend(company: Company) -> str:
    return company.befriend("lina")


def asked(company: Company, **body: int) -> dict[str, object]:
    transport = httpx.WSGITransport(app=application(company))  # type: ignore[arg-type]
    with httpx.Client(transport=transport, base_url="http://sandbox") as client:
        answer: dict[str, object] = client.post("/sandbox/archive", json=body).json()
        return answer


def test_a_word_has_its_place_and_both_sides_and_nothing_of_what_was_said(company: Company, friend: str) -> None:
    company.say("lina", friend)
    company.say("lina", friend, theirs=True, at=MORNING - 60)
    first, second = company.archive
    assert set(first) == {"seq", "msgid", "action", "from", "tolist", "roomid", "msgtime", "msgtype"}
    assert (first["seq"], first["from"], first["tolist"]) == (1, "lina", [friend])
    assert (second["seq"], second["from"], second["tolist"]) == (2, friend, ["lina"])
    assert second["msgtime"] == (MORNING - 60) * 1000
    assert first["msgid"] != second["msgid"]


def test_strangers_say_nothing_to_each_other(company: Company, friend: str) -> None:
    for userid, external in (("bob", friend), ("nobody", friend)):
        with pytest.raises(Impossible):
            company.say(userid, external)
    assert company.archive == []


def test_it_is_read_from_a_place_on_and_tells_the_newest(company: Company, friend: str) -> None:
    for _n in range(5):
        company.say("lina", friend)
    found = asked(company, after=1, limit=2)
    assert [row["seq"] for row in found["messages"]] == [2, 3]  # type: ignore[attr-defined]
    assert found["latest"] == 5
    assert asked(company, after=5)["messages"] == []


def test_places_go_on_behind_what_was_thrown_away(
    company: Company, friend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(talking, "ARCHIVED", 3)
    for _n in range(5):
        company.say("lina", friend)
    assert [row["seq"] for row in company.archive] == [3, 4, 5]


def test_a_company_that_lives_writes_to_its_customers() -> None:
    company = build(customers=20, employees=3, chats=2)
    living = Living(company, seed=5)
    for _n in range(3):
        living.talk()
    assert {row["action"] for row in company.archive} == {"send"}
    assert company.archived == len(company.archive) >= 3
