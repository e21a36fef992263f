"""A timeline that is made anew keeps what only events tell: merges, their undoing, and numbers shown."""

import datetime as dt

import pytest

from core.time import now
from corps.actors import SYSTEM
from customers import merging
from customers.models import Customer
from customers.privacy.unmasking import unmask
from followups.models import TimelineEntry
from insights.timeline import rebuilding
from insights.timeline.record.witnesses import UNRECORDED
from tests.conftest import Cast
from tests.customers.merging.dumps import two
from tests.followups.test_timeline import heard
from tests.insights.timeline.test_rebuilding import rebuilt

TOLD = {"merged", "unmerged", "unmasked"}


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a rebuild came a day after all that."""
    monkeypatch.setattr(rebuilding, "now", lambda: now() + dt.timedelta(days=1))


def entries() -> list[tuple[int, str, object]]:
    rows = TimelineEntry.objects.filter(kind__in=TOLD).order_by("pk")
    return list(rows.values_list("customer_id", "kind", "facts"))


def test_a_rebuild_neither_loses_nor_doubles_them(cast: Cast) -> None:
    kept, other = two(cast)
    merge = merging.merge(kept=kept, others=[other], by=SYSTEM, source="operator")
    merging.undo(merge=merge, by=SYSTEM, source="operator")
    found = Customer.objects.get(pk=other.pk)
    unmask(customer=found, field="mobile", reason="回访", by=cast.actor("manager"), source="operator")
    heard()
    before = entries()
    assert {kind for _customer, kind, _facts in before} == TOLD
    rebuilt()
    rebuilt()
    assert entries() == before


def test_what_is_heard_late_is_told_after_a_rebuild_too(cast: Cast) -> None:
    kept, other = two(cast)
    merging.merge(kept=kept, others=[other], by=SYSTEM, source="operator")
    rebuilt()
    assert entries() == []
    heard(times=2)
    assert [(customer, kind) for customer, kind, _facts in entries()] == [(kept.pk, "merged"), (other.pk, "merged")]


def test_they_are_known_as_what_no_table_is_read_for() -> None:
    assert {kind.value for kind in UNRECORDED} >= TOLD
