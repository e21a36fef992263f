"""Rivals among merges, on a database that has real row locks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings

from core.retry import atomic_retry
from corps.actors import SYSTEM
from customers import lifecycle, merging
from customers.models import Customer, CustomerMerge, MergeMember
from messaging.models import OutboxEvent
from tests import make
from tests.customers.stages.test_races import codes
from tests.customers.test_concurrency import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
AS: Any = {"by": SYSTEM, "source": "operator"}


def joins(kept: Customer, *others: Customer) -> Callable[[], object]:
    def run() -> None:
        rows = [Customer.objects.get(pk=row.pk) for row in (kept, *others)]
        atomic_retry(merging.merge)(kept=rows[0], others=rows[1:], **AS)

    return run


def test_of_merges_in_a_circle_one_takes_place() -> None:
    corp = make.corp()
    for _time in range(3):
        one, two = make.customer(corp), make.customer(corp)
        raised = at_once([joins(one, two), joins(two, one)])
        assert len(raised) == 1
        assert codes(raised) <= {"customer_merged", "customer_keeps_others", "customer_deleted"}
        merged = Customer.objects.filter(pk__in=[one.pk, two.pk]).exclude(merged_into=None)
        assert merged.count() == 1


def test_two_undo_one_merge_once_and_a_writer_beside_them_is_kept() -> None:
    corp = make.corp()
    kept, other = make.customer(corp), make.customer(corp, city="深圳")
    row = merging.merge(kept=kept, others=[other], **AS)

    def undo() -> None:
        atomic_retry(merging.undo)(merge=CustomerMerge.objects.get(pk=row.pk), **AS)

    def write() -> None:
        atomic_retry(lifecycle.update)(customer=Customer.objects.get(pk=kept.pk), province="广东", **AS)

    assert at_once([undo, undo, write]) == []
    stays = Customer.objects.get(pk=kept.pk)
    assert (stays.city, stays.province) == (None, "广东")
    assert not MergeMember.objects.exists()
    told = OutboxEvent.objects.filter(name="customer.unmerged").values_list("aggregate_id", flat=True)
    assert sorted(told) == [kept.pk, other.pk]
    versions = list(OutboxEvent.objects.filter(aggregate_id=kept.pk).values_list("aggregate_version", flat=True))
    assert len(set(versions)) == len(versions)
    assert stays.version == max(versions)


def test_merges_that_cross_wait_for_each_other_in_the_order_of_ids() -> None:
    corp = make.corp()
    rows = [make.customer(corp) for _n in range(6)]
    acts = [joins(rows[0], rows[5], rows[1]), joins(rows[4], rows[2], rows[3]), joins(rows[3], rows[1], rows[0])]
    raised = at_once(acts)
    assert codes(raised) <= {"customer_merged", "customer_keeps_others", "customer_deleted"}
    done = CustomerMerge.objects.count()
    assert done == len(acts) - len(raised)
    hidden = Customer.objects.exclude(merged_into=None)
    assert hidden.count() == 2 * done
    # No chains: who stands for somebody stands for themselves.
    assert not hidden.filter(merged_into__in=hidden.values("pk")).exists()
