"""Nothing lost, but doubled and out of order: the mirror follows by callbacks alone, without any sync."""

import random
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest

from tests.wecom import comparing
from tests.wecom.callbacks.live import Live
from wecom.sandbox.state import Impossible

MUTATIONS, WINDOW = 120, 12
PEOPLE = [f"wm{number}" for number in range(8)]
STAFF = ["lina", "wangwu", "zhaoliu"]
Act = Callable[[Live, random.Random], Any]


def tag(live: Live, draw: random.Random) -> str:
    return draw.choice([tag.id for tag in live.company.tags.values() if not tag.deleted] or ["none"])


def chat(live: Live, draw: random.Random) -> str:
    return draw.choice(list(live.company.chats) or ["none"])


ACTS: list[Act] = [
    *[lambda live, draw: live.company.befriend(draw.choice(STAFF), draw.choice(PEOPLE))] * 4,
    lambda live, draw: live.company.delete_by_employee(draw.choice(STAFF), draw.choice(PEOPLE)),
    lambda live, draw: live.company.delete_by_customer(draw.choice(STAFF), draw.choice(PEOPLE)),
    lambda live, draw: live.company.edit_follow(draw.choice(STAFF), draw.choice(PEOPLE), remark=f"r{draw.random()}"),
    lambda live, draw: live.company.tag_follow(draw.choice(STAFF), draw.choice(PEOPLE), [tag(live, draw)]),
    lambda live, draw: live.company.add_tag_group(f"g{draw.randrange(9)}", ["a", "b"]),
    lambda live, draw: live.company.rename_tag(tag(live, draw), f"t{draw.random()}"),
    lambda live, draw: live.company.open_chat(draw.choice(STAFF), [draw.choice(PEOPLE)], name="c"),
    lambda live, draw: live.company.join(chat(live, draw), draw.choice(PEOPLE)),
    lambda live, draw: live.company.leave(chat(live, draw), draw.choice(PEOPLE), scene=draw.randrange(2)),
    lambda live, draw: live.company.rename_chat(chat(live, draw), f"n{draw.random()}"),
    lambda live, draw: live.company.dismiss(chat(live, draw)) if draw.random() < 0.3 else None,
    lambda live, draw: live.company.change_employee(draw.choice(STAFF), position=f"p{draw.random()}"),
]


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.slow
def test_doubled_and_out_of_order_the_mirror_is_right_in_the_end(live: Live, seed: int) -> None:
    draw, held = random.Random(seed), []
    live.company.hire("zhaoliu", "赵六")
    for person in PEOPLE:
        live.company.befriend("lina", person)
    for _ in range(MUTATIONS):
        with suppress(Impossible):
            draw.choice(ACTS)(live, draw)
        live.company.advance(draw.randrange(2, 90))
        for event in live.happen():
            held += [event] * draw.choice([1, 1, 1, 2])
        while len(held) > WINDOW:
            live.tell([held.pop(draw.randrange(WINDOW))])
        if draw.random() < 0.3:
            live.work()
    draw.shuffle(held)
    live.tell(held)
    for seconds in (1, 10, 60):
        live.work()
        live.let_pass(seconds)
    live.work()
    truth = live.company.truth()
    assert comparing.employees(live.box.corp) == comparing.true_employees(truth)
    assert comparing.catalogue(live.box.corp) == comparing.true_catalogue(truth)
    assert relations(live) | true_relations(truth) == relations(live)
    assert active(relations(live)) == active(true_relations(truth))
    assert chats(comparing.chats(live.box.corp)) == chats(comparing.true_chats(truth))


def relations(live: Live) -> dict[Any, Any]:
    found = {}
    for pair, row in comparing.relations(live.box.corp).items():
        if row["status"] in ("ACTIVE", "ENDED_BY_CUSTOMER"):
            found[pair] = (row["status"], row["createtime"], row["remark"], row["tags"])
    return found


def true_relations(truth: dict[str, Any]) -> dict[Any, Any]:
    names = {"active": "ACTIVE", "customer_gone": "ENDED_BY_CUSTOMER"}
    return {
        pair: (names[row["status"]], row["createtime"], row["remark"], row["tags"])
        for pair, row in truth["follows"].items()
        if row["status"] in names
    }


def active(rows: dict[Any, Any]) -> dict[Any, Any]:
    """Of the others, those whom the employee deleted after they had deleted the employee are over twice."""
    return {pair: row for pair, row in rows.items() if row[0] == "ACTIVE"}


def chats(rows: dict[str, Any]) -> dict[str, Any]:
    """The living groups and who is in them; one that was over before anybody looked has left no trace."""
    return {ident: (row["name"], row["owner"], row["members"]) for ident, row in rows.items() if not row["dismissed"]}
