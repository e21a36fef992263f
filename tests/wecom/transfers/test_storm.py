"""Whatever happens, and in whatever order: nobody is sent twice for one attempt, and each attempt comes to an end."""

from collections import Counter
from typing import Any

import pytest

from customers.choices import RelationStatus
from customers.models import FollowRelation, TransferItem, TransferJob
from messaging.models import OutboxEvent
from tests.wecom import sandboxed
from tests.wecom.transfers.conftest import furnished
from tests.wecom.transfers.storm import FINAL, Storm

ACTS = 70


def told(name: str) -> Counter[int]:
    rows = OutboxEvent.objects.filter(name=f"customer.transfer.{name}")
    return Counter(row.payload["data"]["itemId"] for row in rows if row.payload["data"]["itemId"])


def assert_ended_well(storm: Storm) -> None:
    """After the storm: all is final, told once, and the mirror is as WeCom."""
    assert set(TransferItem.objects.values_list("state", flat=True)) <= FINAL, storm.log
    assert not TransferJob.objects.filter(finished_at=None).exists()
    assert not TransferItem.objects.filter(state="done", carried_at=None).exists()
    done = set(TransferItem.objects.filter(state="done").values_list("pk", flat=True))
    assert told("done") == dict.fromkeys(done, 1), storm.log
    assert all(number == 1 for name in ("requested", "failed") for number in told(name).values()), storm.log
    # Sent and ended without success is told; what was never sent is not.
    failed = TransferItem.objects.filter(state__in=("refused", "full", "failed", "no_record"))
    assert told("failed").keys() == set(failed.values_list("pk", flat=True)), storm.log
    versions = list(
        OutboxEvent.objects.filter(aggregate_type="customer").values_list("aggregate_id", "aggregate_version")
    )
    assert len(versions) == len(set(versions))
    living = FollowRelation.objects.filter(status=RelationStatus.ACTIVE)
    here = set(living.values_list("employee__userid", "customer__external_userid"))
    there = {(userid, external) for userid, rows in storm.desk.company.follows.items() for external in rows}
    assert here == there, storm.log


@pytest.mark.parametrize("seed", [7, 12, 20, 25])
def test_a_storm_ends_with_each_attempt_sent_once_and_ended(db: None, settings: Any, fail: Any, seed: int) -> None:
    settings.SYNC_CALLS_AT_ONCE = 1
    storm = Storm(furnished(5), seed, fail)
    try:
        for _act in range(ACTS):
            storm.blow()
            storm.check()
        storm.settle()
        storm.check()
        storm.desk.box.sync("customers")
        assert_ended_well(storm)
        # The storm was one.
        assert storm.deaths
        assert TransferItem.objects.filter(state="done").exists()
    finally:
        sandboxed.disconnect()
