"""Which keys open the callbacks of a company, remembered for a few seconds in each process."""

from dataclasses import dataclass

import structlog

from core.memory import ShortMemory
from wecom.models import WecomApp
from wecom.secrets import SealBroken, unseal

# How long an app that was switched off elsewhere is still listened to here.
REMEMBERED_SECONDS = 5
_memory: ShortMemory[tuple["Keys", ...]] = ShortMemory(seconds=REMEMBERED_SECONDS, limit=1_000)
_log = structlog.get_logger("scrm.callbacks")


@dataclass(frozen=True, slots=True)
class Keys:
    """Of one app: the token signs, the key opens."""

    app_id: int
    corp_id: int
    token: str
    key: str


def keys_of(corpid: str) -> tuple[Keys, ...]:
    """The keys of every active app of the company that listens; none for a company that nobody knows."""
    name = corpid.encode()
    found = _memory.get(name)
    if found is None:
        apps = WecomApp.objects.filter(corpid=corpid, active=True, corp__active=True).order_by("pk")
        found = tuple(keys for app in apps.exclude(callback_key_sealed="") if (keys := _keys(app)))
        _memory.put(name, found)
    return found


def forget() -> None:
    """Ask the database again."""
    _memory.clear()


def _keys(app: WecomApp) -> Keys | None:
    try:
        return Keys(app.pk, app.corp_id, unseal(app.callback_token_sealed), unseal(app.callback_key_sealed))
    except SealBroken:
        _log.error("callback_keys_sealed_with_a_lost_key", app=app.pk)
        return None
