"""A short story of relations, groups and the blacklist, and the warnings it leaves."""

import datetime as dt
from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import blacklist
from customers.transfers import failing
from followups import writing
from groups import mirroring
from groups.facts import ChatFacts
from insights.churn import scoring
from insights.models import RiskAlert, RiskRule
from insights.risks import hearing, settling
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.hearing import Ears


class Scene:
    """Days count from the beginning of time in ``readings``; nothing is later than ``today``."""

    def __init__(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        self.cast, self.ears, self.ticket, self.today = cast, Ears(), 0, 60.0
        for module in (settling, hearing, blacklist, scoring):
            monkeypatch.setattr(module, "now", lambda: day(self.today))

    def begin(self, at: float, who: str = "wmA", employee: Any = None, **fields: Any) -> None:
        self.ticket += 1
        userid = (employee or self.cast.owner).userid
        readings.read(self.cast.corp, readings.follow(who, userid, at, **fields), ticket=self.ticket)

    def end(self, at: float, how: str = "customer", who: str = "wmA", employee: Any = None) -> None:
        self.ticket += 1
        userid = (employee or self.cast.owner).userid
        readings.end(self.cast.corp, who, userid, how, at, ticket=self.ticket)

    def contact(self, at: float, who: str = "wmA") -> None:
        how: Any = {"by": SYSTEM, "source": "api", "employee_id": self.cast.owner.pk}
        writing.write(customer=readings.the(who), content="电话", happened_at=day(at), **how)

    def listed(self, at: float, who: str = "wmA") -> None:
        before, self.today = self.today, at
        blacklist.put(customer=readings.the(who), reason="骚扰", by=SYSTEM, source="operator")
        self.today = before

    def unlisted(self, at: float, who: str = "wmA") -> None:
        before, self.today = self.today, at
        blacklist.lift(customer=readings.the(who), by=SYSTEM, source="operator")
        self.today = before

    def refused(self, at: float, who: str = "wmA") -> None:
        before, self.today = self.today, at
        failing.note_failure(
            corp_id=self.cast.corp.pk,
            external_userid=who,
            taker_userid=self.cast.colleague.userid,
            reason="customer_refused",
            by=SYSTEM,
            source="callback",
        )
        self.hear()
        self.today = before

    def in_chat(self, chat: str, *members: tuple[str, float]) -> None:
        """Who is in the group now, each since when."""
        self.ticket += 1
        seen = tuple(make.chat_member(who, day(since)) for who, since in members)
        facts = ChatFacts(chat_id=chat, name=chat, opened_at=day(0), owner_userid=self.cast.owner.userid, members=seen)
        mirroring.apply_chats(
            corp_id=self.cast.corp.pk, chats=[facts], ticket=self.ticket + 1000, by=SYSTEM, source="sync"
        )

    def left_chat(self, chat: str, who: str, at: float) -> None:
        mirroring.apply_departures(
            corp_id=self.cast.corp.pk,
            chat_id=chat,
            userids=[who],
            quit_scene=0,
            at=day(at),
            by=SYSTEM,
            source="callback",
        )

    def rule(self, kind: str, **fields: Any) -> RiskRule:
        return RiskRule.objects.create(corp=self.cast.corp, kind=kind, **fields)

    def hear(self, **how: Any) -> list[str]:
        return self.ears.listen(**how)

    def settle(self, who: str = "wmA") -> Any:
        return settling.settle_customers(corp_id=self.cast.corp.pk, customer_ids=[readings.the(who).pk])


def warnings() -> list[tuple[str, float, float | None, str]]:
    """Kind, opened and closed in days, state; in the order of their opening."""
    rows = RiskAlert.objects.order_by("opened_at", "kind", "subject")
    return [(row.kind, _days(row.opened_at), _days(row.closed_at), row.state) for row in rows]


def in_full() -> list[tuple[Any, ...]]:
    """All that the record says of each warning."""
    columns = ("kind", "subject", "cause", "customer_id", "employee_id", "level", "state", "opened_at", "closed_at")
    return sorted((*row, str(facts)) for *row, facts in RiskAlert.objects.values_list(*columns, "facts"))


def _days(moment: dt.datetime | None) -> Any:
    return None if moment is None else round((moment - readings.START) / dt.timedelta(days=1), 3)
