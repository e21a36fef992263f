"""Who works on what: one lane by one at a time, and nothing is lost with who worked on it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from core.time import now
from corps.actors import SYSTEM
from customers.models import CustomerTag
from messaging.models import Command
from tests.wecom.push.conftest import Shop
from wecom.push import asking, executing, lanes, reasons
from wecom.push.lanes import Hold


def take(shop: Shop, n: int = 0) -> Hold | None:
    return lanes.take(shop.corp_id, f"customer:{shop.customer(n).pk}")


def expire() -> None:
    """The lease of whoever died is over."""
    past = now() - dt.timedelta(seconds=1)
    Command.objects.exclude(taken_until=None).update(taken_until=past)
    Command.objects.filter(state="waiting").update(due_at=past)


def test_a_lane_is_one_workers_at_a_time_and_others_are_free(shop: Shop) -> None:
    shop.put("甲", n=0)
    shop.put("甲", n=1)
    first = take(shop, 0)
    assert first
    assert take(shop, 0) is None
    assert take(shop, 1)


def test_what_is_wanted_meanwhile_in_the_same_lane_waits_for_the_hold_to_end(shop: Shop) -> None:
    shop.put("甲", userid="lina")
    hold = take(shop)
    shop.put("乙", userid="wang")
    assert take(shop) is None
    executing.work(hold)
    second = take(shop)
    assert [c.subject["employeeId"] for c in second.commands] == [shop.employee("wang").pk]


def test_a_lane_whose_worker_died_is_taken_over_and_the_tag_put_once(shop: Shop) -> None:
    shop.put("甲")
    assert take(shop)
    assert shop.push() == 0
    expire()
    assert shop.push() == 1
    assert (shop.theirs(), Command.objects.get().attempts) == (["甲"], 2)


def test_one_that_comes_back_after_its_lease_frees_nobody_elses_hold(shop: Shop) -> None:
    shop.put("甲")
    late = take(shop)
    expire()
    second = take(shop)
    late.release()
    assert take(shop) is None
    second.release()


class Rival:
    """Does something just before the statement that counts a try, as another process might."""

    def __init__(self, act: Callable[[], object]) -> None:
        self._acts = [act]

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if self._acts and sql.startswith("UPDATE") and "attempts" in sql:
            self._acts.pop()()
        return execute(sql, *rest)


def test_what_is_wanted_again_while_it_is_being_taken_stays_due_and_is_told_as_it_is_now(shop: Shop) -> None:
    shop.put("甲")
    with connection.execute_wrapper(Rival(lambda: shop.take_off("甲"))):
        assert take(shop) is None
    command = Command.objects.get()
    assert (command.revision, command.attempts, command.taken_until) == (2, 0, None)
    assert command.due_at <= now()
    assert shop.push() == 1
    assert (shop.theirs(), Command.objects.get().state) == ([], "done")


def test_the_others_of_that_call_are_taken_without_it(shop: Shop) -> None:
    shop.put("甲", "乙")
    with connection.execute_wrapper(Rival(lambda: shop.take_off("甲"))):
        hold = take(shop)
    assert hold
    assert [(c.subject["tagId"], c.attempts) for c in hold.commands] == [(shop.tag("乙").pk, 1)]
    executing.work(hold)
    shop.push()
    assert shop.theirs() == ["乙"]


def test_what_is_ended_by_hand_while_it_is_being_taken_is_not_taken(shop: Shop) -> None:
    shop.put("甲")
    with connection.execute_wrapper(Rival(lambda: asking.give_up(command=Command.objects.get(), by=SYSTEM))):
        assert take(shop) is None
    assert (Command.objects.get().attempts, shop.push(), shop.theirs()) == (0, 0, [])


def test_what_is_not_due_leaves_the_lane_free(shop: Shop) -> None:
    shop.put("甲")
    Command.objects.update(due_at=now() + dt.timedelta(hours=1))
    assert take(shop) is None
    assert Command.objects.get().taken_until is None
    assert lanes.due() == []


def test_one_that_waits_doesnt_hold_up_what_comes_after_it(shop: Shop) -> None:
    shop.put("甲", userid="lina")
    Command.objects.update(due_at=now() + dt.timedelta(hours=1))
    shop.put("乙", userid="wang")
    shop.push()
    assert (shop.theirs(userid="lina"), shop.theirs(userid="wang")) == ([], ["乙"])


def test_an_empty_lane_is_nobodys(shop: Shop) -> None:
    assert take(shop) is None


def test_companies_that_rest_are_not_looked_at(shop: Shop) -> None:
    shop.put("甲")
    assert lanes.due([shop.corp_id]) == []
    assert lanes.due([shop.corp_id + 1]) == lanes.due() != []


def test_one_that_ends_its_worker_every_time_is_given_up(shop: Shop) -> None:
    shop.put("甲")
    for _ in range(10):
        assert take(shop)
        expire()
    shop.push()
    row = Command.objects.get()
    assert (row.state, row.last_error, shop.calls("mark_tag")) == ("dead", reasons.WORKER_LOST, 0)


@pytest.mark.parametrize("many", [250])
def test_a_pairs_many_tags_go_a_hundred_at_once(shop: Shop, many: int) -> None:
    from tags.models import Tag
    from wecom.sandbox.things import Tag as TheirTag

    company, home = shop.box.company, shop.group()
    for n in range(many):
        company.tags[f"etX{n}"] = TheirTag(f"etX{n}", home.wecom_id, f"签{n}", 0)
    rows = [Tag(corp_id=shop.corp_id, group=home, name=f"签{n}", wecom_id=f"etX{n}") for n in range(many)]
    Tag.objects.bulk_create(rows)
    names = [f"签{n}" for n in range(many)]
    for start in range(0, many, 50):
        shop.put(*names[start : start + 50])
    assert shop.push() == 3
    assert shop.theirs() == sorted(names)
    assert CustomerTag.objects.filter(customer=shop.customer()).count() == many
