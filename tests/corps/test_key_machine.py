"""The life of API keys over any sequence of acts, with a clock that moves as hypothesis likes."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from django.test import TestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from core.errors import Conflict, RuleViolation
from core.time import now
from corps import accounts, keyring
from corps.actors import SYSTEM
from corps.models import ApiAccount, ApiKey
from corps.policy import SCOPE_ACTS
from tests import make

NTH = st.integers(0, 20)
SECONDS = st.sampled_from([1, 4, 5, 59, 60, 600, 3_600])


@dataclass
class Key:
    """What is known of a key that was given out."""

    text: str
    account: int
    ends: dt.datetime | None
    revoked: bool = False


class KeyMachine(RuleBasedStateMachine):
    """Two accounts of one company. A key has to open, has to be refused, or may do either for five seconds more."""

    def __init__(self) -> None:
        super().__init__()
        self.travel = time_machine.travel(dt.datetime(2026, 3, 1, 8, tzinfo=dt.UTC), tick=False)
        self.clock = self.travel.start()
        keyring.forget()
        self.corp = make.corp()
        self.accounts = [make.account(self.corp, scope) for scope in ("read", "tags")]
        self.off_since: dict[int, dt.datetime] = {}
        self.keys: dict[int, Key] = {}

    def teardown(self) -> None:
        self.travel.stop()
        keyring.forget()

    def account(self, n: int) -> ApiAccount:
        return ApiAccount.objects.get(pk=self.accounts[n].pk)

    def alive(self, key: Key) -> bool:
        return not key.revoked and (key.ends is None or key.ends > now())

    @rule(n=st.integers(0, 1), seconds=st.one_of(st.none(), SECONDS, st.sampled_from([0, -1])))
    def issue(self, n: int, seconds: int | None) -> None:
        ends = None if seconds is None else now() + dt.timedelta(seconds=seconds)
        account = self.account(n)
        if not account.active or (seconds is not None and seconds <= 0):
            code = "expires_in_past" if account.active else "account_inactive"
            with pytest.raises(RuleViolation, match=code):
                accounts.issue_key(account=account, by=SYSTEM, expires_at=ends)
            return
        row, text = accounts.issue_key(account=account, by=SYSTEM, expires_at=ends)
        self.keys[row.pk] = Key(text, account.pk, ends)

    @rule(n=st.integers(0, 1), seconds=SECONDS)
    def rotate(self, n: int, seconds: int) -> None:
        account, overlap = self.account(n), dt.timedelta(seconds=seconds)
        if not account.active:
            with pytest.raises(Conflict, match="account_inactive"):
                accounts.rotate_key(account=account, by=SYSTEM, overlap=overlap)
            return
        with TestCase.captureOnCommitCallbacks(execute=True):
            row, text = accounts.rotate_key(account=account, by=SYSTEM, overlap=overlap)
        for key in self.keys.values():
            if key.account == account.pk and not key.revoked:
                key.ends = min(key.ends or now() + overlap, now() + overlap)
        self.keys[row.pk] = Key(text, account.pk, None)

    @precondition(lambda self: self.keys)
    @rule(n=NTH)
    def revoke(self, n: int) -> None:
        pk = sorted(self.keys)[n % len(self.keys)]
        with TestCase.captureOnCommitCallbacks(execute=True):
            accounts.revoke_key(key=ApiKey.objects.get(pk=pk), by=SYSTEM)
        self.keys[pk].revoked = True

    @rule(n=st.integers(0, 1))
    def another_process_switches_an_account(self, n: int) -> None:
        pk = self.accounts[n].pk
        on = pk in self.off_since
        ApiAccount.objects.filter(pk=pk).update(active=on)
        if on:
            del self.off_since[pk]
        else:
            self.off_since[pk] = now()

    @rule(seconds=SECONDS)
    def wait(self, seconds: int) -> None:
        self.clock.shift(seconds)

    @invariant()
    def a_key_opens_exactly_what_it_should(self) -> None:
        for pk, key in self.keys.items():
            found = keyring.actor_of(key.text)
            off = self.off_since.get(key.account)
            if off and self.alive(key) and now() - off < dt.timedelta(seconds=keyring.REMEMBERED_SECONDS):
                # Others hear of it within seconds: until then both answers are right.
                continue
            assert (found is not None) == (self.alive(key) and not off), key
            if found:
                actor, key_id = found
                scope = "read" if key.account == self.accounts[0].pk else "tags"
                assert (actor.kind, actor.id, actor.corp_id, key_id) == ("api", key.account, self.corp.pk, pk)
                assert actor.acts == SCOPE_ACTS[scope]

    @invariant()
    def the_rows_say_the_same(self) -> None:
        rows = {row.pk: row for row in ApiKey.objects.of_corp(self.corp.pk)}
        assert {pk: row.is_live(now()) for pk, row in rows.items()} == {
            pk: self.alive(key) for pk, key in self.keys.items()
        }
        for pk, key in self.keys.items():
            assert rows[pk].expires_at == key.ends
            assert key.text.split(".")[1] not in str(vars(rows[pk]))


def test_a_key_opens_while_it_lives_and_never_after(db: None) -> None:
    run_state_machine_as_test(
        KeyMachine,
        settings=settings(
            max_examples=30, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_two_keys_never_share_a_prefix_or_a_secret(db: None) -> None:
    account = make.account(make.corp())
    texts = [accounts.issue_key(account=account, by=SYSTEM)[1] for _ in range(30)]
    for half in (0, 1):
        assert len({text.split(".")[half] for text in texts}) == 30


def test_the_moment_a_key_was_used_is_given_up_when_the_database_is_busy(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, text = accounts.issue_key(account=make.account(make.corp()), by=SYSTEM)

    def busy(*args: Any, **kwargs: Any) -> None:
        raise keyring.DatabaseError(1205, "Lock wait timeout exceeded")

    with monkeypatch.context() as broken:
        broken.setattr(type(ApiKey.objects.all()), "update", busy)
        assert keyring.actor_of(text)
    assert ApiKey.objects.get(pk=row.pk).last_used_at is None
    # Not noted, so the next look-up tries again instead of after a minute.
    keyring._memory.clear()
    assert keyring.actor_of(text)
    assert ApiKey.objects.get(pk=row.pk).last_used_at is not None


@pytest.mark.parametrize("shape", ["", ".", "a.b", "0" * 12, f"{'0' * 12}.{'A' * 42}", f"{'G' * 12}.{'A' * 43}"])
def test_what_has_not_the_shape_of_a_key_costs_no_statement(db: None, django_assert_num_queries, shape: str) -> None:
    with django_assert_num_queries(0):
        assert keyring.actor_of(shape) is None
