"""An API account that no throttle stops, and its key."""

from collections.abc import Sequence

from corps import accounts
from corps.actors import SYSTEM
from corps.models import ApiAccount, Corp

RATE = 2_000_000_000


def issue() -> str:
    """The key, of a new account of the first company.

    Raises:
        SystemExit: there is no company.
    """
    corp = Corp.objects.order_by("pk").first()
    if corp is None:
        raise SystemExit("The database has no company: run manage.py fill_bench first.")
    account = ApiAccount.objects.create(corp=corp, name="bench", scopes=["read", "write", "tags"], rate=RATE)
    return accounts.issue_key(account=account, by=SYSTEM)[1]


def main(_arguments: Sequence[str]) -> None:
    print(issue())
