"""The company in a file: nothing is lost, nothing half written is found."""

import dataclasses
import stat
import threading
from pathlib import Path

import orjson
import pytest

from tests.wecom.sandbox.conftest import DAY, MORNING
from wecom.sandbox import access, seeding, store, things
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.living import Living
from wecom.sandbox.server import application


@pytest.fixture
def lived(company: Company) -> Company:
    """A company with something in every table."""
    first, second = company.befriend("lina"), company.befriend("bob")
    company.half_add("lina")
    group = company.add_tag_group("等级", ["甲", "乙"])
    company.tag_follow("lina", first, [tag.id for tag in company.tags_of(group.id)])
    company.put_personal_tag("lina", first, "网球")
    company.join(company.open_chat("lina", [first]), second, state="poster")
    company.start_transfer("lina", "bob", first, resigned=False)
    company.make_way({"type": 2, "scene": 2, "user": ["lina"]})
    company.talk("lina", messages=3)
    company.say("lina", company.listed("lina")[0].external_userid)
    company.hire("gone", "离职")
    company.befriend("gone")
    company.fire("gone")
    company.messages.append({"to": ["lina"], "text": "您好", "at": company.clock.now()})
    company.switches.tag_limit = 10_000
    return company


def again(company: Company, tmp_path: Path) -> Company:
    store.save(company, tmp_path / "company.json")
    found = store.load(tmp_path / "company.json", Clock(company.clock.now()))
    assert found
    return found


def test_everything_is_found_again(lived: Company, tmp_path: Path) -> None:
    found = again(lived, tmp_path)
    assert orjson.dumps(store.dump(found)) == orjson.dumps(store.dump(lived))
    assert found.truth() == lived.truth()
    assert found.counts() == lived.counts()
    assert found.switches == lived.switches


def test_every_table_has_its_place_in_the_file(lived: Company) -> None:
    rows = store.dump(lived)
    tables = {name for name, value in vars(lived).items() if isinstance(value, (dict, list)) and value}
    derived = {"followers", "open_transfers", "_listed"}
    assert tables - derived <= set(rows)
    assert all(rows[name] for name in rows if name not in {"ahead"}), rows


def test_life_goes_on_where_it_stopped(lived: Company, tmp_path: Path) -> None:
    found = again(lived, tmp_path)
    assert found.befriend("lina") == lived.befriend("lina")
    found.advance(DAY)
    lived.advance(DAY)
    assert found.truth() == lived.truth()
    assert found.take_events() == lived.take_events()


def test_the_clock_stays_as_far_ahead_as_it_was(company: Company, tmp_path: Path) -> None:
    company.clock = Clock()
    company.advance(3 * DAY)
    store.save(company, tmp_path / "company.json")
    found = store.load(tmp_path / "company.json")
    assert found
    assert found.clock.ahead == 3 * DAY


def test_a_missing_file_is_no_company(tmp_path: Path) -> None:
    assert store.load(tmp_path / "nothing.json") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"format": 99}'])
def test_something_else_in_the_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "company.json"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r".+"):
        store.load(path)
    assert path.read_bytes() == content


def test_a_switch_of_another_version_is_left_out(lived: Company) -> None:
    rows = orjson.loads(orjson.dumps(store.dump(lived)))
    rows["switches"]["of_the_future"] = True
    assert store.restore(rows).switches == lived.switches


def test_the_file_is_for_its_owner_only(company: Company, tmp_path: Path) -> None:
    store.save(company, tmp_path / "deep" / "company.json")
    assert stat.S_IMODE((tmp_path / "deep" / "company.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["company.json"]


def test_a_crash_while_writing_leaves_the_old_file(
    company: Company, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "company.json"
    store.save(company, path)
    before = path.read_bytes()
    company.befriend("lina")

    def full(_descriptor: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(OSError, match="disk full"):
        store.save(company, path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_keeper_saves_only_what_has_changed(company: Company, tmp_path: Path) -> None:
    keeper = store.Keeper(company, tmp_path / "company.json")
    assert [keeper.keep(), keeper.keep()] == [True, False]
    company.befriend("lina")
    assert [keeper.keep(), keeper.keep()] == [True, False]


def test_the_keeper_saves_at_the_end(company: Company, tmp_path: Path) -> None:
    stopping = threading.Event()
    stopping.set()
    store.Keeper(company, tmp_path / "company.json").run(stopping)
    assert store.load(tmp_path / "company.json")


def test_a_big_company_is_the_same_after_a_restart(tmp_path: Path) -> None:
    company = seeding.build(customers=300, employees=5, chats=5, access=access.of("x", 1), clock=Clock(MORNING))
    living = Living(company, seed=9)
    for _ in range(300):
        company.clock.advance(1)
        living.step()
    assert again(company, tmp_path).truth() == company.truth()


def test_acts_of_the_api_count_as_changes(company: Company) -> None:
    before = company.changes
    server = application(company)
    assert server.company.changes == before
    company.advance(1)
    assert company.changes > before


def test_every_kind_of_row_is_made_of_plain_values() -> None:
    kinds = [kind for kind in vars(things).values() if isinstance(kind, type) and dataclasses.is_dataclass(kind)]
    assert len(kinds) == 14
    assert all("datetime" not in str(field.type) for kind in kinds for field in dataclasses.fields(kind))
