"""Keys of API accounts: issued, replaced, revoked. The secret is shown once and kept nowhere."""

import datetime as dt
import secrets

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.time import now
from corps import keyring
from corps.actors import Actor
from corps.models import ApiAccount, ApiKey

DEFAULT_OVERLAP = dt.timedelta(days=7)
_log = structlog.get_logger("scrm.accounts")


@transaction.atomic
def issue_key(*, account: ApiAccount, by: Actor, expires_at: dt.datetime | None = None) -> tuple[ApiKey, str]:
    """Make a key and return its row with the full ``prefix.secret``, which can't be had a second time.

    Raises:
        Conflict: ``account_inactive``.
        RuleViolation: ``expires_in_past``.
    """
    if not account.active:
        raise Conflict("account_inactive", _("This API account is switched off."))
    if expires_at and expires_at <= now():
        message = _("The key would already have expired.")
        raise RuleViolation("expires_in_past", message, [FieldError("expiresAt", "expires_in_past", message)])
    secret = secrets.token_urlsafe(32)
    row = ApiKey.objects.create(
        corp_id=account.corp_id,
        account=account,
        prefix=secrets.token_hex(6),
        digest=keyring.digest_of(secret),
        expires_at=expires_at,
    )
    _log.info("api_key_issued", key=row.pk, account=account.pk, corp=account.corp_id, by=by.label)
    return row, f"{row.prefix}.{secret}"


@transaction.atomic
def rotate_key(*, account: ApiAccount, by: Actor, overlap: dt.timedelta = DEFAULT_OVERLAP) -> tuple[ApiKey, str]:
    """Issue a new key and let the account's other live keys expire after ``overlap``, or sooner if they already would.

    Raises:
        Conflict: ``account_inactive``.
    """
    end = now() + overlap
    # The lock keeps two rotations at once from sparing each other's key.
    account = lock(account)
    older = ApiKey.objects.filter(account=account, revoked_at=None)
    older.filter(Q(expires_at=None) | Q(expires_at__gt=end)).update(expires_at=end)
    made = issue_key(account=account, by=by)
    transaction.on_commit(keyring.forget)
    return made


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Actor) -> ApiKey:
    """End a key now: in this process at once, in the others within seconds. Twice is once."""
    row = lock(key)
    if row.revoked_at is None:
        row.revoked_at = now()
        row.save(update_fields=["revoked_at"])
        _log.info("api_key_revoked", key=row.pk, account=row.account_id, corp=row.corp_id, by=by.label)
        transaction.on_commit(keyring.forget)
    return row
