"""Names for people to read in place of ``user:7`` and ``api:3``, by which records say who acted."""

from collections.abc import Iterable

from corps.models import ApiAccount, User


def names_of(labels: Iterable[str], *, corp_id: int) -> dict[str, str]:
    """Actor label → name, for the users and accounts of this company and for superusers, in at most two statements.

    What can't be named (the system, an account that is gone) is missing.
    """
    wanted: dict[str, set[int]] = {"user": set(), "api": set()}
    for label in labels:
        kind, _colon, number = label.partition(":")
        if kind in wanted and number.isdecimal():
            wanted[kind].add(int(number))
    found: dict[str, str] = {}
    if wanted["user"]:
        for user in User.objects.filter(pk__in=wanted["user"]).only("name", "username", "corp_id"):
            if user.corp_id in (corp_id, None):
                found[f"user:{user.pk}"] = str(user)
    if wanted["api"]:
        for account in ApiAccount.objects.of_corp(corp_id).filter(pk__in=wanted["api"]).only("name"):
            found[f"api:{account.pk}"] = str(account)
    return found
