"""Try an app out: its token, one call of each kind, and how much it may see. Nothing is changed in WeCom."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.time import now
from corps.actors import Actor
from wecom.client import closures, contact_ways, customers, groups, house, statistics, tags, tokens, transfers
from wecom.client.errors import AppRefused, NotConnected, Unreachable, WecomError
from wecom.client.transport import Client, client_of
from wecom.models import CallbackReceipt, WecomApp

_DAY = 86_400
_ZONE_OFFSET = 8 * 3_600
_NOBODY = _("Put members into the app's visible range, and give them the customer-contact function (客户联系功能).")
_NO_KEYS = _("Set up Receive messages (接收消息) on the app's page and enter its Token and EncodingAESKey here.")
_SILENT = _("None has come yet. Save the address under Receive messages (接收消息) of the app and tick the events.")
_STOPPED = _("Not tried: mend the first fault, then check again.")


class Verdict(StrEnum):
    WORKS = "works"
    EMPTY = "empty"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one trial showed.

    Attributes:
        about: what was tried, translated lazily.
        verdict: ``empty`` where it works and shows nothing, ``unknown`` where it could not be tried.
        seen: how many there are, where that was counted.
        code: WeCom's error code.
        hint: what WeCom's support asks for, or the kind of fault.
        seen_from: this server's address as WeCom saw it.
        advice: what a person can do, translated lazily.
    """

    about: Any
    verdict: Verdict
    seen: int | None = None
    code: int | None = None
    hint: str = ""
    seen_from: str = ""
    advice: Any = ""


# Makes the call; returns how many there are, where that says something. The list holds members seen so far.
Trial = Callable[[Client, list[str]], int | None]


def check(*, app: WecomApp, by: Actor) -> list[Finding]:
    """Try every kind of call once, about a dozen in all, and tell what works.

    Rights that were found missing before are tried again at once; windows of limits are kept. It takes seconds, so it
    is not for a transaction.
    """
    closures.reopen_rights(app.corp_id)
    app = WecomApp.objects.select_related("corp").get(pk=app.pk)
    client, members, stopped = client_of(app), list[str](), False
    found: list[Finding] = []
    for about, trial in _TRIALS:
        if stopped:
            found.append(Finding(about, Verdict.UNKNOWN, advice=_STOPPED))
        else:
            finding, stopped = _tried(about, trial, client, members)
            found.append(finding)
    if all(finding.verdict in (Verdict.WORKS, Verdict.EMPTY) for finding in found):
        WecomApp.objects.filter(pk=app.pk).update(trouble_code=None, trouble_at=None)
    return [*found, _callbacks(app)]


def _tried(about: Any, trial: Trial, client: Client, members: list[str]) -> tuple[Finding, bool]:
    """What came of it, and whether nothing else is worth a trial now."""
    try:
        seen = trial(client, members)
    except NotConnected as error:
        return Finding(about, Verdict.REFUSED, advice=error.advice), True
    except WecomError as error:
        verdict = Verdict.UNKNOWN if isinstance(error, Unreachable) else Verdict.REFUSED
        stops = isinstance(error, (AppRefused, Unreachable))
        told = {"code": error.code or None, "hint": error.hint, "seen_from": error.seen_from, "advice": error.advice}
        return Finding(about, verdict, **told), stops
    if seen == 0:
        return Finding(about, Verdict.EMPTY, seen, advice=_NOBODY), False
    return Finding(about, Verdict.WORKS, seen), False


def _token(client: Client, members: list[str]) -> None:
    # A token of before would hide that the secret has been reset since.
    WecomApp.objects.filter(pk=client.app.pk).update(token_sealed="", token_expires_at=None)
    tokens.current(client.app)


def _departments(client: Client, members: list[str]) -> int:
    return len(house.departments(client))


def _followers(client: Client, members: list[str]) -> int:
    members += house.follow_users(client)
    return len(members)


def _member(client: Client, members: list[str]) -> None:
    if members:
        house.user(client, members[0])


def _customers(client: Client, members: list[str]) -> None:
    if members:
        customers.customers_of(client, members[:1], limit=1)


def _tags(client: Client, members: list[str]) -> None:
    tags.corp_tags(client)


def _groups(client: Client, members: list[str]) -> None:
    groups.group_chats(client, owners=members[:1], limit=1)


def _unassigned(client: Client, members: list[str]) -> None:
    transfers.unassigned(client, page_size=1)


def _figures(client: Client, members: list[str]) -> None:
    # The day before yesterday in UTC+8: yesterday's may not be there yet.
    midnight = (int(now().timestamp()) + _ZONE_OFFSET) // _DAY * _DAY - _ZONE_OFFSET - 2 * _DAY
    if members:
        statistics.contact_figures(client, start=midnight, end=midnight, userids=members[:1])


def _codes(client: Client, members: list[str]) -> None:
    contact_ways.config_ids(client, limit=1)


_TRIALS: list[tuple[Any, Trial]] = [
    (_("access token (corp id and secret)"), _token),
    (_("departments"), _departments),
    (_("members who may contact customers"), _followers),
    (_("details of a member"), _member),
    (_("customers"), _customers),
    (_("tags"), _tags),
    (_("group chats"), _groups),
    (_("customers of leavers"), _unassigned),
    (_("statistics"), _figures),
    (_("contact codes"), _codes),
]


def _callbacks(app: WecomApp) -> Finding:
    """Whether WeCom tells this app of what happens: only what came can show it."""
    about = _("callbacks")
    if not app.callback_key_sealed:
        return Finding(about, Verdict.REFUSED, advice=_NO_KEYS)
    if CallbackReceipt.objects.of_corp(app.corp_id).filter(app=app).exists():
        return Finding(about, Verdict.WORKS)
    return Finding(about, Verdict.UNKNOWN, advice=_SILENT)
