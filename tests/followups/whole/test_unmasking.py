"""A follow-up is shown whole with a reason, and counts with the numbers that somebody looked at."""

from typing import Any

import pytest

from core.errors import RuleViolation, TooMany
from customers.models import AccessRecord
from customers.privacy import unmasking as numbers
from followups import unmasking
from tests import make
from tests.conftest import Cast


def shown(cast: Cast, row: Any, reason: str = "回电") -> list[str]:
    return unmasking.unmask(follow_up=row, reason=reason, by=cast.actor("owner"), source="api", address="10.0.0.9")


def test_its_text_comes_first_and_its_comments_in_order(cast: Cast, recorded: Any) -> None:
    row = make.follow_up(make.customer(cast.corp, cast.owner), cast.owner, content="打13711112222")
    for content in ("一", "二"):
        make.comment(row, content=content)
    assert shown(cast, row) == ["打13711112222", "一", "二"]
    kept = AccessRecord.objects.get()
    assert (kept.kind, kept.what, kept.facts, kept.reason) == ("unmask", "followUp", {"id": row.pk}, "回电")
    assert (kept.address, kept.customer_id) == ("10.0.0.9", row.customer_id)
    assert recorded()[-1][0] == "customer.unmasked"


@pytest.mark.parametrize(("reason", "code"), [("", "reason_missing"), ("长" * 201, "reason_too_long")])
def test_without_a_fit_reason_nothing_is_shown_and_nothing_kept(
    cast: Cast, recorded: Any, reason: str, code: str
) -> None:
    row = make.follow_up(make.customer(cast.corp, cast.owner), cast.owner)
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        shown(cast, row, reason)
    assert (refusal.value.code, AccessRecord.objects.count(), recorded()) == (code, 0, before)


def test_it_counts_with_other_numbers(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "HOURLY", 2)
    row = make.follow_up(make.customer(cast.corp, cast.owner, mobile="13800138000"), cast.owner)
    numbers.unmask(customer=row.customer, field="mobile", reason="回电", by=cast.actor("owner"), source="api")
    shown(cast, row)
    with pytest.raises(TooMany):
        shown(cast, row)
    assert AccessRecord.objects.count() == 2
