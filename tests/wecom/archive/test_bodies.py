"""What a bridge sends amiss is refused at its field, and nothing of the batch is kept."""

from typing import Any

import pytest

from followups.models import Communication
from tests import api
from tests.conftest import Cast
from tests.doors import refused
from wecom.models import MessageArchive

URL = "/api/v1/message-archive"
GOOD: dict[str, Any] = {
    "seq": 1,
    "msgid": "m1_external",
    "action": "send",
    "from": "wmA",
    "tolist": ["Wang"],
    "roomid": "",
    "msgtime": 1_619_511_584_444,
    "msgtype": "text",
}


@pytest.fixture
def archive(cast: Cast) -> MessageArchive:
    return MessageArchive.objects.create(corp=cast.corp)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seq", 0),
        ("seq", -1),
        ("seq", "x"),
        ("seq", 2**63),
        ("msgid", ""),
        ("msgid", "m" * 201),
        ("action", None),
        ("from", ""),
        ("from", "w" * 101),
        ("tolist", "Wang"),
        ("tolist", [""]),
        ("tolist", [None]),
        ("roomid", ["wr"]),
        ("msgtime", -1),
        ("msgtime", 10**15),
        ("msgtime", "2026-03-01"),
        ("msgtype", "t" * 41),
        ("text", {"content": "价格"}),
        ("sdkfileid", "x"),
    ],
)
def test_a_field_that_is_amiss_spoils_the_batch(cast: Cast, archive: MessageArchive, field: str, value: Any) -> None:
    body = {"list": [GOOD, GOOD | {"seq": 2, field: value}]}
    answer = api.client(cast.corp).post(URL, body, format="json")
    refused(answer, 400, "invalid")
    assert field in str(answer.json()["errors"])
    assert (MessageArchive.objects.get().seq, Communication.objects.count()) == (0, 0)


@pytest.mark.parametrize("field", ["seq", "msgid", "action", "from", "tolist", "msgtime"])
def test_a_field_that_is_missing_does_too(cast: Cast, archive: MessageArchive, field: str) -> None:
    body = {"list": [{name: value for name, value in GOOD.items() if name != field}]}
    refused(api.client(cast.corp).post(URL, body, format="json"), 400, "invalid")
    assert MessageArchive.objects.get().seq == 0


def test_more_than_a_batch_is_refused(cast: Cast, archive: MessageArchive) -> None:
    body = {"list": [GOOD | {"seq": n} for n in range(1, 1_002)]}
    refused(api.client(cast.corp).post(URL, body, format="json"), 400, "invalid")
    assert MessageArchive.objects.get().seq == 0


def test_an_empty_batch_says_that_it_was_looked(cast: Cast, archive: MessageArchive) -> None:
    told = api.client(cast.corp).post(URL, {"list": [], "latestSeq": 0}, format="json").json()
    assert (told["seq"], told["behind"], told["messages"]) == (0, 0, 0)
    assert MessageArchive.objects.get().read_at is not None


def test_what_nobody_told_the_newest_of_says_no_distance(cast: Cast, archive: MessageArchive) -> None:
    told = api.client(cast.corp).post(URL, {"list": [GOOD]}, format="json").json()
    assert (told["seq"], told["latestSeq"], told["behind"]) == (1, None, None)
