"""The company in a file, so that a restart finds the same one."""

import contextlib
import dataclasses
import os
import secrets
import threading
from pathlib import Path
from typing import Any

import orjson

from wecom.sandbox import things
from wecom.sandbox.clock import Clock
from wecom.sandbox.company import Company
from wecom.sandbox.ids import Ids
from wecom.sandbox.state import State
from wecom.sandbox.switches import Switches

FORMAT = 1
# Tables by key, and what their rows are.
_TABLES: dict[str, type] = {
    "employees": things.Employee,
    "people": things.Person,
    "tag_groups": things.TagGroup,
    "tags": things.Tag,
    "contact_ways": things.ContactWay,
    "welcomes": things.Welcome,
}


def save(company: Company, path: Path) -> None:
    """Write it all, then take the place of the file before: a crash leaves the old one."""
    with company.lock:
        company.settle()
        content = orjson.dumps(dump(company))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        _write(fresh, content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        # It holds the secrets of the sandbox's apps.
        with contextlib.suppress(OSError):
            path.chmod(0o600)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def load(path: Path, clock: Clock | None = None) -> Company | None:
    """The company of the file, or None where there is no file.

    Args:
        clock: instead of real time, put forward as far as it was.

    Raises:
        ValueError: the file holds something else, or another format.
    """
    if not path.exists():
        return None
    rows = orjson.loads(path.read_bytes())
    if not isinstance(rows, dict) or rows.get("format") != FORMAT:
        raise ValueError(f"{path} holds no company of this version of the sandbox")
    return restore(rows, clock)


class Keeper:
    """Saves after changes, at most once in ``every`` seconds."""

    def __init__(self, company: Company, path: Path, every: float = 30.0) -> None:
        self._company, self._path, self._every = company, path, every
        self._saved = -1

    def run(self, stopping: threading.Event) -> None:
        while not stopping.wait(self._every):
            self.keep()
        self.keep()

    def keep(self) -> bool:
        """Save, if anything has changed since the last time."""
        if self._company.changes == self._saved:
            return False
        self._saved = self._company.changes
        save(self._company, self._path)
        return True


def dump(company: State) -> dict[str, Any]:
    """The company as plain JSON values. Events nobody has taken stay in line."""
    follows = [follow for rows in company.follows.values() for follow in rows.values()]
    return {
        "format": FORMAT,
        "corpid": company.corpid,
        "seed": company.seed,
        "drawn": company.ids.drawn,
        "serial": company.serial,
        "ahead": company.clock.ahead,
        "switches": company.switches,
        "apps": list(company.apps.values()),
        "departments": list(company.departments.values()),
        **{name: list(getattr(company, name).items()) for name in _TABLES},
        "follows": follows,
        "halves": [[*pair, *half] for pair, half in company.halves.items()],
        "history": [[*pair, episodes] for pair, episodes in company.history.items()],
        "unassigned": company.unassigned,
        "chats": list(company.chats.values()),
        "transfers": company.transfers,
        "activity": [[who, day, counts] for (who, day), counts in company.activity.items()],
        "messages": company.messages,
        "archive": company.archive,
        "archived": company.archived,
        "outgoing": company.outgoing,
    }


def restore(rows: dict[str, Any], clock: Clock | None = None) -> Company:
    """The company that ``dump`` told of."""
    company = Company(corpid=rows["corpid"], seed=rows["seed"], clock=clock or Clock(ahead=rows["ahead"]))
    company.ids, company.serial = Ids(rows["seed"], rows["drawn"]), rows["serial"]
    known = {field.name for field in dataclasses.fields(Switches)}
    company.switches = Switches(**{name: value for name, value in rows["switches"].items() if name in known})
    company.apps = {row["agent_id"]: things.App(**row) for row in rows["apps"]}
    company.departments = {row["id"]: things.Department(**row) for row in rows["departments"]}
    for name, kind in _TABLES.items():
        setattr(company, name, {key: kind(**row) for key, row in rows[name]})
    for row in rows["follows"]:
        company.put_follow(things.Follow(**row))
    company.halves = {(who, whom): (at, state, code) for who, whom, at, state, code in rows["halves"]}
    company.history = {(who, whom): [things.Episode(**e) for e in episodes] for who, whom, episodes in rows["history"]}
    company.unassigned = rows["unassigned"]
    company.chats = {row["chat_id"]: _chat(row) for row in rows["chats"]}
    company.transfers = [things.Transfer(**row) for row in rows["transfers"]]
    company.open_transfers = [transfer for transfer in company.transfers if transfer.outcome is None]
    company.activity = {(who, day): counts for who, day, counts in rows["activity"]}
    company.messages = rows.get("messages", [])
    company.archive, company.archived = rows.get("archive", []), rows.get("archived", 0)
    company.outgoing = rows["outgoing"]
    return company


def _chat(row: dict[str, Any]) -> things.Chat:
    members = {userid: things.Member(**member) for userid, member in row["members"].items()}
    return things.Chat(**row | {"members": members, "stays": [things.Stay(**stay) for stay in row["stays"]]})
