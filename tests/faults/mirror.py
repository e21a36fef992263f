"""A company of the sandbox on a port of this process, the corp that mirrors it, and daemons that may be killed."""

import datetime as dt
import random
import signal
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
from django.conf import settings
from django.db import connection

from core.time import now
from customers.choices import RelationStatus
from messaging.models import Command, OutboxEvent
from tests.faults.messages import Daemon
from tests.faults.private import wait_for
from tests.wecom import comparing, sandboxed
from wecom.callbacks import keys, receiving
from wecom.models import CallbackReceipt, SyncRun, WecomApp
from wecom.sandbox.callbacks import Sender
from wecom.sandbox.company import Company
from wecom.sandbox.mishaps import Mishaps
from wecom.sandbox.serving import Served
from wecom.secrets import seal

MIRROR = ("manage.py", "mirror_wecom")
TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
PENDING, WAITING, RUNNING = CallbackReceipt.State.PENDING, Command.State.WAITING, SyncRun.State.RUNNING
# What a killed daemon held is free again then.
LONG_AGO = dt.timedelta(days=1)
STATUS = {"active": "ACTIVE", "customer_gone": "ENDED_BY_CUSTOMER", "ended": "ENDED_BY_EMPLOYEE"}


class Mirrored:
    """Attributes: ``box``, the company and its mirror; ``served``, its API; ``sender``, who brings its events here."""

    def __init__(self, company: Company | None, start: Callable[..., Daemon]) -> None:
        self.box = sandboxed.connected(company, token=TOKEN, aes_key=KEY)
        self.company, self.corp, self._start = self.box.company, self.box.corp, start
        self.served = Served(self.box.server).start()
        app = self.box.app
        app.api_base = self.served.url
        app.callback_token_sealed, app.callback_key_sealed = seal(TOKEN), seal(KEY)
        app.save()
        keys.forget()
        self.sender = self._sender()
        self._bystanders = sessions()

    def close(self) -> None:
        self.served.stop()
        sandboxed.disconnect()
        keys.forget()

    # --- Its daemons ---

    def daemon(self, **environment: str) -> Daemon:
        # One process has all of the limits, also while Redis is away.
        own = {"SECRET_KEY": settings.SECRET_KEY, "WECOM_MOST_PROCESSES": "1"}
        return self._start(*MIRROR, **own | environment)

    def kill(self, daemon: Daemon) -> int:
        """By SIGKILL. Returns how much it had in hand, which nobody waits for: it is free at once."""
        daemon.signal(signal.SIGKILL)
        assert daemon.process
        daemon.process.wait()
        return self.free_the_held()

    def free_the_held(self) -> int:
        """Let the claims of whoever was killed run out now. No daemon may be at work."""
        # What a process had sent when it was killed the server does all the same, and that may be one more claim.
        wait_for(lambda: sessions() <= self._bystanders, 60, "the killed one's statements at their end")
        past = now() - LONG_AGO
        receipts = CallbackReceipt.objects.filter(state=PENDING).exclude(claimed_by="").update(due_at=past)
        commands = Command.objects.filter(state=WAITING, due_at__gt=now()).update(due_at=past)
        held = Command.objects.exclude(taken_until=None).update(taken_until=None)
        runs = SyncRun.objects.filter(state=RUNNING).update(lease_until=past)
        WecomApp.objects.update(token_lease_until=None)
        return receipts + max(commands, held) + runs

    # --- What it is told ---

    def tell(self) -> int:
        """Bring what has happened to our door. Returns how many callbacks came."""
        before = self.sender.counted["delivered"]
        self.sender.send(self.company.take_events())
        self.sender.flush()
        return self.sender.counted["delivered"] - before

    def _sender(self) -> Sender:
        url = f"http://mirror.test/wecom/callback/{self.corp.wecom_corpid}/"
        app = self.company.apps[sandboxed.AGENT]
        mishaps = Mishaps(doubling=0.2, window=10)
        return Sender.of(self.company, app, url, transport=httpx.MockTransport(self._taken), mishaps=mishaps)

    def _taken(self, request: httpx.Request) -> httpx.Response:
        receiving.take(str(self.corp.wecom_corpid), dict(request.url.params), request.content)
        return httpx.Response(200)

    # --- Waiting for it ---

    def receipts_in_hand(self) -> bool:
        return CallbackReceipt.objects.filter(state=PENDING).exclude(claimed_by="").exists()

    def work_off(self, seconds: float = 120) -> None:
        """Until nothing is waiting: no callback, no command, no sync."""
        wait_for(self._nothing_waits, seconds, "everything worked off")

    def _nothing_waits(self) -> bool:
        open_ones = (
            CallbackReceipt.objects.filter(state=PENDING),
            Command.objects.filter(settled_at=None),
            SyncRun.objects.filter(finished_at=None),
        )
        return not any(rows.exists() for rows in open_ones)


def sessions() -> set[int]:
    """The database's sessions, but for this one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()")
        return {row[0] for row in cursor.fetchall()}


class Storm:
    """Acts of a company's people that leave nothing to guess: a pair ends once at most, and nobody new is lost."""

    def __init__(self, company: Company, *, employees: int = 8, customers: int = 60) -> None:
        self._company, self._drawn = company, random.Random(1)
        group = company.add_tag_group("来源", ["网站", "展会", "门店"])
        self._tags = [tag.id for tag in company.tags_of(group.id)]
        self._userids = [company.hire(f"u{n}", f"员工{n}").userid for n in range(employees)]
        self._settled = [(userid, company.befriend(userid)) for userid in self._userids * (customers // employees)]
        self._ended: list[tuple[str, str]] = []
        self._living: list[tuple[str, str]] = []
        company.take_events()

    def blow(self, acts: int) -> None:
        for _ in range(acts):
            self._company.advance(60)
            self._drawn.choice(
                [self._arrive, self._arrive, self._note, self._tag, self._note, self._end, self._return]
            )()

    def _arrive(self) -> None:
        userid = self._drawn.choice(self._userids)
        self._living.append((userid, self._company.befriend(userid, state="expo")))

    def _note(self) -> None:
        pair = self._drawn.choice([*self._settled, *self._living])
        self._company.edit_follow(*pair, remark=f"备注{self._drawn.random()}")

    def _tag(self) -> None:
        pair = self._drawn.choice([*self._settled, *self._living])
        self._company.tag_follow(*pair, add=[self._drawn.choice(self._tags)])

    def _end(self) -> None:
        if self._settled:
            pair = self._settled.pop(self._drawn.randrange(len(self._settled)))
            self._ended.append(pair)
            self._drawn.choice([self._company.delete_by_employee, self._company.delete_by_customer])(*pair)

    def _return(self) -> None:
        if self._ended:
            pair = self._ended.pop(self._drawn.randrange(len(self._ended)))
            self._living.append(pair)
            self._company.befriend(*pair)


def assert_relations(mirrored: Mirrored, *, told: bool = True) -> None:
    """Every pair is here once, and as it is there.

    Args:
        told: callbacks told how each ended, and when.
    """
    truth, here = mirrored.company.truth(), comparing.relations(mirrored.corp)
    assert here.keys() == truth["follows"].keys()
    assert comparing.people(mirrored.corp) == truth["people"]
    for pair, row in truth["follows"].items():
        mine = here[pair]
        assert mine["status"] == STATUS[row["status"]], pair
        if told:
            assert [episode[:3] for episode in mine["episodes"]] == row["episodes"], pair
        if mine["status"] == RelationStatus.ACTIVE.name:
            assert {name: mine[name] for name in ("createtime", "remark", "tags", "state")} == {
                name: row[name] for name in ("createtime", "remark", "tags", "state")
            }, pair


def events_by_subject(mirrored: Mirrored, name: str, *fields: str) -> Counter[tuple[Any, ...]]:
    """How often an event of this name was recorded, by fields of its data."""
    rows = OutboxEvent.objects.filter(corp_id=mirrored.corp.pk, name=name).values_list("payload", flat=True)
    return Counter(tuple(row["data"][field] for field in fields) for row in rows)
