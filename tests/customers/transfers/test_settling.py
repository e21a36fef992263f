"""How attempts end: each once, with its event, whoever tells first."""

from typing import Any

import pytest

from core.time import now
from corps.actors import SYSTEM
from customers.choices import ItemState
from customers.models import Customer, TransferItem
from customers.transfers import failing, settling
from customers.transfers.settling import Outcome
from tests.customers.transfers.conftest import Bench

AS: Any = {"by": SYSTEM, "source": "transfer"}


def settle(bench: Bench, *outcomes: Outcome) -> list[TransferItem]:
    return settling.settle(corp_id=bench.cast.corp.pk, outcomes=outcomes, **AS)


@pytest.fixture
def item(bench: Bench) -> TransferItem:
    """One that waits."""
    item = bench.first(bench.start())
    settle(bench, Outcome(item.pk, ItemState.WAITING, takeover_time=now()))
    item.refresh_from_db()
    return item


def data(item: TransferItem, **more: Any) -> dict[str, Any]:
    return {
        "customerId": item.customer_id,
        "transferId": item.job_id,
        "itemId": item.pk,
        "handoverId": item.handover_id,
        "takerId": item.taker_id,
    } | more


def test_a_beginning_is_told_once(bench: Bench, item: TransferItem, recorded: Any) -> None:
    name, customer, told = recorded()[-1]
    assert (name, customer) == ("customer.transfer.requested", item.customer_id)
    assert told | {"takeoverTime": None} == data(item, takeoverTime=None)
    before = recorded(), Customer.objects.get(pk=customer).version
    later = now()
    (changed,) = settle(bench, Outcome(item.pk, ItemState.WAITING, takeover_time=later))
    assert changed.takeover_time == later
    assert settle(bench, Outcome(item.pk, ItemState.WAITING, takeover_time=later)) == []
    assert (recorded(), Customer.objects.get(pk=customer).version) == before


@pytest.mark.parametrize(
    ("state", "reason"),
    [("refused", "customer_refused"), ("full", "customer_limit_exceed"), ("no_record", "no_record")],
)
def test_a_failure_is_told_with_its_reason(
    bench: Bench, item: TransferItem, recorded: Any, state: str, reason: str
) -> None:
    version = Customer.objects.get(pk=item.customer_id).version
    settle(bench, Outcome(item.pk, state))
    item.refresh_from_db()
    assert (item.state, item.reason, item.open_mark) == (state, reason, None)
    assert item.settled_at
    told = ("customer.transfer.failed", item.customer_id, data(item, reason=reason, errorCode=None))
    assert recorded()[-1] == told
    assert Customer.objects.get(pk=item.customer_id).version == version + 1


def test_one_that_has_ended_stays_as_it_ended(bench: Bench, item: TransferItem, recorded: Any) -> None:
    settle(bench, Outcome(item.pk, ItemState.DONE, takeover_time=now()))
    before = TransferItem.objects.values().get(pk=item.pk), recorded()
    for state in ItemState.REFUSED, ItemState.WAITING, ItemState.DONE:
        assert settle(bench, Outcome(item.pk, state)) == []
    assert (TransferItem.objects.values().get(pk=item.pk), recorded()) == before


def test_an_attempt_of_another_company_is_left_alone(bench: Bench, item: TransferItem) -> None:
    outcome = Outcome(item.pk, ItemState.DONE)
    assert settling.settle(corp_id=bench.cast.other_corp.pk, outcomes=[outcome], **AS) == []


class TestCallbacks:
    def tell(self, bench: Bench, item: TransferItem, reason: str = "customer_refused") -> Customer | None:
        return failing.note_failure(
            corp_id=bench.cast.corp.pk,
            external_userid=item.customer.external_userid,
            taker_userid=bench.cast.colleague.userid,
            reason=reason,
            by=SYSTEM,
            source="callback",
        )

    def failures(self, recorded: Any) -> list[Any]:
        return [told for name, _id, told in recorded() if name == "customer.transfer.failed"]

    @pytest.mark.parametrize(
        ("reason", "state", "kept"),
        [
            ("customer_refused", "refused", "customer_refused"),
            ("customer_limit_exceed", "full", "customer_limit_exceed"),
            ("something_new", "failed", "wecom_refused"),
        ],
    )
    def test_the_open_attempt_is_settled_by_it(
        self, bench: Bench, item: TransferItem, recorded: Any, reason: str, state: str, kept: str
    ) -> None:
        customer = self.tell(bench, item, reason)
        item.refresh_from_db()
        assert (item.state, item.reason) == (state, kept)
        assert item.told_at
        assert self.failures(recorded) == [data(item, reason=kept, errorCode=None)]
        assert customer
        assert customer.version == Customer.objects.get(pk=customer.pk).version

    def test_told_twice_it_is_another_one_than_ours(self, bench: Bench, item: TransferItem, recorded: Any) -> None:
        self.tell(bench, item)
        self.tell(bench, item)
        ours, another = self.failures(recorded)
        assert (ours["itemId"], another["itemId"]) == (item.pk, None)

    def test_one_whose_result_was_read_first_is_told_of_once(
        self, bench: Bench, item: TransferItem, recorded: Any
    ) -> None:
        settle(bench, Outcome(item.pk, ItemState.REFUSED))
        before = recorded()
        self.tell(bench, item)
        assert recorded() == before
        item.refresh_from_db()
        assert item.told_at

    def test_one_of_another_taker_is_not_ours(self, bench: Bench, item: TransferItem, recorded: Any) -> None:
        TransferItem.objects.filter(pk=item.pk).update(taker=bench.cast.manager)
        self.tell(bench, item)
        item.refresh_from_db()
        assert (item.state, self.failures(recorded)[0]["itemId"]) == ("waiting", None)

    def test_what_is_no_word_is_not_passed_on(self, bench: Bench, recorded: Any) -> None:
        item = bench.first(bench.draw())
        self.tell(bench, item, "张三拒绝了")
        assert self.failures(recorded)[0]["reason"] == "unknown"
