import datetime as dt

import pytest
import time_machine
from rest_framework.test import APIClient

from core.errors import Conflict, RuleViolation
from core.time import now
from corps import accounts, keyring
from corps.actors import SYSTEM
from corps.models import ApiKey
from tests import make
from tests.conftest import Cast

ME = "/api/v1/me"


def status(key: str) -> int:
    return APIClient(headers={"X-Api-Key": key}).get(ME).status_code


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run what a rule does once its transaction has committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_key_opens_the_api_in_either_header_as_its_account(cast: Cast) -> None:
    account = make.account(cast.corp, "read")
    _row, key = accounts.issue_key(account=account, by=SYSTEM)
    for headers in ({"X-Api-Key": key}, {"Authorization": f"Api-Key {key}"}):
        answer = APIClient(headers=headers).get(ME)
        assert answer.status_code == 200
        told = answer.json()
        assert (told["kind"], told["id"], told["corpId"], told["role"]) == ("api", account.pk, cast.corp.pk, None)
        assert told["acts"] == ["customer.read", "group.read", "staff.read", "tag.read", "transfer.read"]


def test_the_secret_is_not_kept(cast: Cast) -> None:
    row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    prefix, secret = key.split(".")
    assert len(secret) == 43
    kept = " ".join(str(v) for v in ApiKey.objects.filter(pk=row.pk).values().get().values())
    assert prefix in kept
    assert secret not in kept


@pytest.mark.parametrize(
    "spoil",
    [
        lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
        lambda key: "0" * 12 + key[12:],
        lambda key: key + "A",
        lambda key: key.replace(".", ""),
        lambda key: "x",
        lambda key: "\x00" * 56,
        lambda key: "密" * 56,
    ],
)
def test_a_wrong_key_answers_401_and_says_how_to_authenticate(cast: Cast, spoil) -> None:
    _row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    answer = APIClient(headers={"X-Api-Key": spoil(key)}).get(ME)
    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_credentials"
    assert "Api-Key" in answer.headers["WWW-Authenticate"]


def test_no_credentials_at_all_answer_401(db: None) -> None:
    answer = APIClient().get(ME)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_authenticated")
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_key_works_until_it_expires_to_the_second(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        _row, key = accounts.issue_key(
            account=make.account(cast.corp), by=SYSTEM, expires_at=now() + dt.timedelta(hours=1)
        )
        assert status(key) == 200
        clock.shift(3598)
        assert status(key) == 200
        # Remembered two seconds ago, and yet over.
        clock.shift(2)
        assert status(key) == 401


def test_a_key_that_would_have_expired_is_not_made(cast: Cast) -> None:
    with pytest.raises(RuleViolation) as refusal:
        accounts.issue_key(account=make.account(cast.corp), by=SYSTEM, expires_at=now())
    assert refusal.value.code == "expires_in_past"
    assert not ApiKey.objects.exists()


def test_an_account_that_is_switched_off_gets_no_key(cast: Cast) -> None:
    account = make.account(cast.corp, active=False)
    for act in (accounts.issue_key, accounts.rotate_key):
        with pytest.raises(Conflict) as refusal:
            act(account=account, by=SYSTEM)
        assert refusal.value.code == "account_inactive"
    assert not ApiKey.objects.exists()


def test_a_revoked_key_is_refused_at_once_in_this_process(cast: Cast, committed) -> None:
    row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    assert status(key) == 200
    with committed():
        accounts.revoke_key(key=row, by=SYSTEM)
    assert status(key) == 401


def test_a_key_revoked_elsewhere_is_refused_here_within_seconds(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
        assert status(key) == 200
        ApiKey.objects.filter(pk=row.pk).update(revoked_at=now())
        assert status(key) == 200
        clock.shift(keyring.REMEMBERED_SECONDS)
        assert status(key) == 401


def test_revoking_twice_keeps_the_first_moment(cast: Cast) -> None:
    row, _key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    first = accounts.revoke_key(key=row, by=SYSTEM).revoked_at
    assert accounts.revoke_key(key=row, by=SYSTEM).revoked_at == first


@pytest.mark.parametrize("off", ["account", "corp"])
def test_the_key_of_an_inactive_account_or_company_is_refused(cast: Cast, off: str) -> None:
    account = make.account(cast.corp)
    _row, key = accounts.issue_key(account=account, by=SYSTEM)
    row = account if off == "account" else cast.corp
    row.active = False
    row.save()
    assert status(key) == 401


def test_after_a_rotation_both_keys_work_until_the_overlap_ends(cast: Cast, committed) -> None:
    account = make.account(cast.corp)
    with time_machine.travel(now(), tick=False) as clock:
        _old_row, old = accounts.issue_key(account=account, by=SYSTEM)
        with committed():
            _new_row, new = accounts.rotate_key(account=account, by=SYSTEM, overlap=dt.timedelta(hours=1))
        assert (status(old), status(new)) == (200, 200)
        clock.shift(3600)
        assert (status(old), status(new)) == (401, 200)


def test_a_rotation_never_lengthens_a_life_and_touches_no_other_account(cast: Cast) -> None:
    account, other = make.account(cast.corp), make.account(cast.corp)
    soon = now() + dt.timedelta(minutes=5)
    short, _key = accounts.issue_key(account=account, by=SYSTEM, expires_at=soon)
    dead, _key = accounts.issue_key(account=account, by=SYSTEM)
    accounts.revoke_key(key=dead, by=SYSTEM)
    foreign, _key = accounts.issue_key(account=other, by=SYSTEM)
    accounts.rotate_key(account=account, by=SYSTEM)
    ends = dict(ApiKey.objects.values_list("pk", "expires_at"))
    assert (ends[short.pk], ends[dead.pk], ends[foreign.pk]) == (soon, None, None)


def test_a_known_caller_costs_no_statement(cast: Cast, django_assert_num_queries) -> None:
    _row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)
    status(key)
    with django_assert_num_queries(0):
        assert status(key) == 200


def test_the_use_of_a_key_is_noted_once_a_minute(cast: Cast) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        row, key = accounts.issue_key(account=make.account(cast.corp), by=SYSTEM)

        def used():
            return ApiKey.objects.get(pk=row.pk).last_used_at

        assert used() is None
        status(key)
        first = used()
        assert first == now()
        clock.shift(30)
        status(key)
        assert used() == first
        clock.shift(30)
        status(key)
        assert used() == first + dt.timedelta(minutes=1)
