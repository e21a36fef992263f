"""The logins and the API key of the demo company: random for each installation, kept in a file of its owner's."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from corps import accounts
from corps.actors import SYSTEM
from corps.choices import Role, Scope
from corps.models import ApiAccount, Corp, User
from scrm_customer import demo

ACCOUNT = "演示接口账号"


@dataclass(frozen=True)
class Access:
    """How to get in: passwords by login name, and a key for the API."""

    made: str
    logins: dict[str, str]
    api_key: str

    def lines(self) -> list[str]:
        """For people to read."""
        return [f"  {who:<13} {secret}" for who, secret in {**self.logins, "API key": self.api_key}.items()]


def path() -> Path:
    """Where it is kept, readable by its owner alone."""
    return Path(settings.DATA_DIR) / "demo-access.json"


def give(corp: Corp) -> Access:
    """The access to this company: the one in the file, or a new one where the file is missing or another database's."""
    kept = _kept()
    if kept and kept.made == corp.create_time.isoformat():
        return kept
    access = _renew(corp)
    path().touch(mode=0o600)
    path().write_text(json.dumps(asdict(access), ensure_ascii=False, indent=2), encoding="utf-8")
    return access


def _kept() -> Access | None:
    try:
        return Access(**json.loads(path().read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


@transaction.atomic
def _renew(corp: Corp) -> Access:
    leader, member = demo.leader_and_member(corp)
    people = {
        "demo-root": {"is_superuser": True, "name": "平台管理员"},
        "demo-admin": {"corp": corp, "role": Role.ADMIN, "name": "企业管理员"},
        "demo-manager": {"corp": corp, "role": Role.MANAGER, "employee": leader, "name": leader.name},
        "demo-staff": {"corp": corp, "role": Role.STAFF, "employee": member, "name": member.name},
    }
    logins = {}
    for username, fields in people.items():
        logins[username] = secrets.token_urlsafe(9)
        user, _ = User.objects.update_or_create(username=username, defaults=fields)
        user.set_password(logins[username])
        user.save(update_fields=["password"])
    return Access(corp.create_time.isoformat(), logins, _new_key(corp))


def _new_key(corp: Corp) -> str:
    account, _ = ApiAccount.objects.get_or_create(corp=corp, name=ACCOUNT, defaults={"scopes": list(Scope.values)})
    for key in account.keys.filter(revoked_at=None):
        accounts.revoke_key(key=key, by=SYSTEM)
    return accounts.issue_key(account=account, by=SYSTEM)[1]
