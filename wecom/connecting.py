"""Connect a company to its WeCom by an app, change the app, and take it off again. Secrets are written, never read."""

from typing import Any

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, Forbidden, RuleViolation
from core.locks import lock
from corps import mirrored
from corps.actors import Actor
from corps.models import Corp
from wecom import credentials, secrets
from wecom.callbacks import keys
from wecom.client import closures
from wecom.models import WecomApp

PLAIN = ("name", "welcome_text", "main", "active", "api_base", "sandbox", "agent_id")
# Field of the rules → column it is sealed into.
SEALED = {"secret": "secret_sealed", "callback_token": "callback_token_sealed", "callback_key": "callback_key_sealed"}
# A token of before is no good after these.
_OF_TOKEN = {"secret_sealed", "api_base", "agent_id"}
_log = structlog.get_logger("scrm.wecom")


@transaction.atomic
def connect_app(
    *,
    corp: Corp,
    name: str,
    corpid: str,
    agent_id: int,
    secret: str,
    callback_token: str = "",
    callback_key: str = "",
    by: Actor,
    **settings: Any,
) -> WecomApp:
    """Connect an app. The first of a company makes it mirrored: from then on changes here are written back there.

    Args:
        secret: sealed at once, as are the callback's two.
        settings: ``welcome_text``, ``main`` (default True; takes the place of the main one), ``api_base`` and
            ``sandbox`` (for those who see every company, and the system).

    Raises:
        RuleViolation: ``wecom_values``, ``callback_incomplete``, ``secret_missing``.
        Conflict: ``corpid_differs`` (the company mirrors another corp), ``corpid_taken``, ``app_exists``.
        Forbidden: ``address_forbidden``.
    """
    given = {"corpid": corpid, "secret": secret, "callback_token": callback_token, "callback_key": callback_key}
    told = credentials.checked(given | {"api_base": settings.get("api_base", "")})
    credentials.both_or_none(told["callback_token"], told["callback_key"])
    if not told["secret"]:
        raise _field_error("secret", "secret_missing", _("Enter the app's secret."))
    row = lock(corp)
    _refuse_address(settings, told["api_base"], by)
    _claim_corpid(row, told["corpid"])
    if WecomApp.objects.filter(corpid=told["corpid"], agent_id=agent_id).exists():
        raise Conflict("app_exists", _("This app is connected already."))
    sealed = {column: secrets.seal(told[field]) for field, column in SEALED.items()}
    plain = settings | {"api_base": told["api_base"].rstrip("/"), "name": name, "agent_id": agent_id}
    app = WecomApp.objects.create(corp=row, corpid=told["corpid"], **plain, **sealed)
    _settle(row, app)
    _log.info("wecom_app_connected", app=app.pk, corp=row.pk, by=by.label)
    return app


@transaction.atomic
def change_app(*, app: WecomApp, by: Actor, **changes: Any) -> WecomApp:
    """Change some of an app: a new secret and the like take effect with the next call, in every process.

    Args:
        changes: of ``PLAIN`` and ``SEALED``. What is None stays; the two of the callback are taken off by "".

    Raises:
        RuleViolation: ``wecom_values``, ``callback_incomplete``.
        Conflict: ``app_exists``.
        Forbidden: ``address_forbidden``.
    """
    told = credentials.checked({field: value for field, value in changes.items() if value is not None})
    corp = lock(Corp(pk=app.corp_id))
    row = lock(WecomApp(pk=app.pk))
    if told.get("api_base", row.api_base) != row.api_base:
        _refuse_address(told, told["api_base"], by)
    changed = _differences(row, told)
    if not changed:
        return row
    credentials.both_or_none(row.callback_token_sealed, row.callback_key_sealed)
    if "agent_id" in changed and WecomApp.objects.filter(corpid=row.corpid, agent_id=row.agent_id).exists():
        raise Conflict("app_exists", _("This app is connected already."))
    if _OF_TOKEN.intersection(changed):
        row.token_sealed, row.token_expires_at, row.token_lease_until = "", None, None
        row.trouble_code = row.trouble_at = None
        closures.reopen_rights(row.corp_id)
    row.save()
    _settle(corp, row)
    _log.info("wecom_app_changed", app=row.pk, corp=row.corp_id, fields=sorted(changed), by=by.label)
    return row


def disconnect(*, app: WecomApp, by: Actor) -> WecomApp:
    """Stop calling as this app and taking its callbacks; what was read stays. ``change_app(active=True)`` undoes it."""
    return change_app(app=app, active=False, by=by)


def _differences(row: WecomApp, told: dict[str, Any]) -> set[str]:
    """Put the values on the row; returns the columns that changed."""
    changed = set()
    for field, value in told.items():
        column = SEALED.get(field, field)
        if field in SEALED:
            if _opened(row, column) == value:
                continue
            value = secrets.seal(value)
        elif getattr(row, column) == value:
            continue
        setattr(row, column, value)
        changed.add(column)
    return changed


def _opened(row: WecomApp, column: str) -> str | None:
    try:
        return secrets.unseal(getattr(row, column))
    except secrets.SealBroken:
        return None


def _refuse_address(settings: dict[str, Any], address: str, by: Actor) -> None:
    """Where this server sends requests to is not for a company's administrator to say."""
    if (address or settings.get("sandbox")) and not by.sees_all_corps:
        raise Forbidden("address_forbidden", _("Only the operators of this service may set another address."))


def _claim_corpid(corp: Corp, corpid: str) -> None:
    """A company is one corp of WeCom, and a corp one company."""
    if corp.wecom_corpid == corpid:
        return
    if corp.wecom_corpid:
        raise _conflict("corpid", "corpid_differs", _("This company is connected to another corp of WeCom."))
    if Corp.objects.filter(wecom_corpid=corpid).exists():
        raise _conflict("corpid", "corpid_taken", _("This corp is connected to another company."))
    corp.wecom_corpid = corpid
    corp.save(update_fields=["wecom_corpid", "update_time"])


def _settle(corp: Corp, app: WecomApp) -> None:
    """One main app at most; whether there is an active one is noted on the company."""
    # WeCom asks the callback's address moments after it was entered.
    transaction.on_commit(keys.forget)
    apps = WecomApp.objects.of_corp(corp.pk)
    if app.main:
        apps.exclude(pk=app.pk).filter(main=True).update(main=False)
    reads = apps.filter(active=True, main=True).exists()
    if corp.mirrored != reads:
        corp.mirrored = reads
        corp.save(update_fields=["mirrored", "update_time"])
        transaction.on_commit(mirrored.forget)


def _field_error(field: str, code: str, message: str) -> RuleViolation:
    return RuleViolation(code, message, [FieldError(field, code, message)])


def _conflict(field: str, code: str, message: str) -> Conflict:
    return Conflict(code, message, [FieldError(field, code, message)])
