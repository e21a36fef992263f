"""Who was erased, by a keyed hash: enough to know them when they are read of again, and nothing else."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

from customers.models import Customer, Tombstone

_SALT = "scrm.tombstone"
_LENGTH = 24
# WeCom's ids of people begin with wm or wo.
_PREFIX = "erased-"


def digest_of(corp_id: int, external_userid: str, *, key: str = "") -> str:
    """HMAC-SHA-256 under SECRET_KEY, or under one of before it."""
    text = f"{corp_id}:{external_userid}"
    return salted_hmac(_SALT, text, secret=key or settings.SECRET_KEY, algorithm="sha256").hexdigest()


def alias_of(digest: str) -> str:
    """What stands in the place of who was erased."""
    return _PREFIX + digest[:_LENGTH]


def raise_for(*, corp_id: int, external_userid: str, **told: Any) -> Tombstone:
    """Remember that this person was erased; ``told``: the other columns."""
    return Tombstone.objects.create(corp_id=corp_id, digest=digest_of(corp_id, external_userid), **told)


def among(corp_id: int, external_userids: Collection[str]) -> dict[str, str]:
    """Those of them who were erased → what they are called now. One look-up by a unique key, or none."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    by_digest = {digest_of(corp_id, who, key=key): who for who in external_userids for key in keys}
    if not by_digest:
        return {}
    found = Tombstone.objects.filter(corp_id=corp_id, digest__in=list(by_digest)).values_list("digest", flat=True)
    return {by_digest[digest]: alias_of(digest) for digest in found}


def stands_for(customer: Customer) -> bool:
    """Whether this row is what is left of somebody."""
    return Tombstone.objects.filter(corp_id=customer.corp_id, customer_id=customer.pk).exists()


def any_of(corp_id: int) -> bool:
    """Whether the company has erased anybody: most have not, and then nobody needs to be hashed."""
    return Tombstone.objects.filter(corp_id=corp_id).exists()
