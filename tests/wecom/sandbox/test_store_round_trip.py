"""A company that was stopped at any moment and started from its file goes on as if nothing had been."""

import contextlib
import random
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.wecom.sandbox.conftest import DAY, MORNING, SECRET, Api
from tests.wecom.sandbox.invariants import broken
from tests.wecom.upstream import Upstream
from wecom.sandbox import store
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.server import application
from wecom.sandbox.state import ACTS, Impossible
from wecom.sandbox.switches import Switches

TEXTS = st.text(max_size=12)
SEEDS = st.integers(0, 2**32)
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def lived(seed: int, acts: int) -> Company:
    company = Company(clock=Clock(MORNING))
    company.add_app(agent_id=1000002, secret=SECRET, contacts=True)
    upstream = Upstream(company, random.Random(seed))
    upstream.furnish()
    for _ in range(acts):
        upstream.mutate()
        company.clock.advance(seed % 5 * 600)
    return company


def again(company: Company) -> Company:
    """The company after a restart, at the same second."""
    return store.restore(orjson.loads(orjson.dumps(store.dump(company))), Clock(company.clock.now()))


def plain(company: Company) -> Any:
    return orjson.loads(orjson.dumps(store.dump(company)))


class Recorded:
    """The company, and a note of every act that was tried on it."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.calls: list[tuple[str, Any, Any]] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.company, name)
        if name not in ACTS:
            return found

        def act(*given_: Any, **named: Any) -> Any:
            self.calls.append((name, given_, named))
            return found(*given_, **named)

        return act


@SLOW
@given(seed=SEEDS, acts=st.integers(0, 120))
@example(seed=0, acts=0)
def test_nothing_is_lost_or_added(seed: int, acts: int) -> None:
    company = lived(seed, acts)
    found = again(company)
    assert found.truth() == company.truth()
    assert found.counts() == company.counts()
    # The clock's own advance is known to the clock that was handed in.
    assert plain(found) | {"ahead": 0} == plain(company) | {"ahead": 0}
    assert broken(found) == []


@SLOW
@given(seed=SEEDS, more=SEEDS, acts=st.integers(1, 60))
def test_the_same_happens_afterwards(seed: int, more: int, acts: int) -> None:
    company = lived(seed, 40)
    found, recorded = again(company), Recorded(company)
    upstream = Upstream(recorded, random.Random(more))  # type: ignore[arg-type]
    upstream.serial = 10_000
    for _ in range(acts):
        upstream.mutate()
    for name, given_, named in recorded.calls:
        with contextlib.suppress(Impossible):
            getattr(found, name)(*given_, **named)
    for one in (company, found):
        one.advance(2 * DAY)
    assert found.truth() == company.truth()
    assert found.take_events() == company.take_events()


@SLOW
@given(seed=SEEDS)
def test_the_api_answers_the_same_afterwards(seed: int) -> None:
    company = lived(seed, 60)
    asked = [Api(one, application(one)) for one in (company, again(company))]
    people = [external for external, rows in company.followers.items() if rows]
    for calls in (
        [api.get("department/list") for api in asked],
        [api.post("externalcontact/get_corp_tag_list") for api in asked],
        [api.post("externalcontact/get_unassigned_list") for api in asked],
        [api.post("externalcontact/groupchat/list", limit=100) for api in asked],
        *([api.get("externalcontact/get", external_userid=who) for api in asked] for who in people),
    ):
        assert calls[0]["errcode"] == 0
        assert calls[0] == calls[1]


@SLOW
@given(name=TEXTS, remark=TEXTS, tag=TEXTS.filter(bool), notice=TEXTS)
def test_whatever_people_write_is_found_again(name: str, remark: str, tag: str, notice: str) -> None:
    company = Company(clock=Clock(MORNING))
    company.hire("lina", name or "林娜")
    company.befriend("lina", "wm1", name=name or "海洋")
    company.edit_follow("lina", "wm1", remark=remark)
    company.put_personal_tag("lina", "wm1", tag)
    company.add_tag_group(tag, [tag])
    company.open_chat("lina", ["wm1"], name=name, notice=notice)
    assert again(company).truth() == company.truth()


@given(
    changed=st.fixed_dictionaries(
        {},
        optional={
            name: st.booleans() if isinstance(value, bool) else st.integers(0, 10**6)
            for name, value in ((field, getattr(Switches(), field)) for field in Switches.__slots__)
        },
    )
)
@settings(max_examples=30, deadline=None)
def test_switches_stay_as_they_were_turned(changed: dict[str, Any]) -> None:
    company = Company(clock=Clock(MORNING))
    for name, value in changed.items():
        setattr(company.switches, name, value)
    assert again(company).switches == company.switches


def test_an_answer_that_was_never_fetched_is_the_same_after_the_restart() -> None:
    """A transfer that fell due while nothing ran ends at its own second, and is told then."""
    company = Company(clock=Clock(MORNING))
    for userid in ("lina", "bob"):
        company.hire(userid, userid)
    company.befriend("lina", "wm1")
    company.start_transfer("lina", "bob", "wm1", resigned=False)
    company.take_events()
    later = store.restore(plain(company), Clock(MORNING + 3 * DAY))
    assert later.truth()["follows"]["bob", "wm1"]["createtime"] == MORNING + DAY
    assert [event["CreateTime"] for event in later.take_events()] == [MORNING + DAY] * 2


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format": 2}', b'{"format": "1"}', b"\x00\x01", b'{"format":']
)
def test_a_file_of_something_else_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "company.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"\w"):
        store.load(path)
    assert path.read_bytes() == content
