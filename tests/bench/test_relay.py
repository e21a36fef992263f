"""The relay's figures: events of its own, each arrived, and nothing left behind."""

from typing import Any

import pytest

from bench import gates, relay
from messaging import broker
from messaging.models import OutboxEvent
from tests import make


def test_a_subject_has_a_version_more_with_each_of_its_events(db: None) -> None:
    make.corp(pk=1)
    relay._record(12_000)
    versions: dict[str, list[int]] = {}
    for id, payload in OutboxEvent.objects.order_by("id").values_list("aggregate_id", "payload"):
        versions.setdefault(id, []).append(payload["aggregateVersion"])
    assert len(versions) == 5_000
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())
    assert {len(seen) for seen in versions.values()} == {2, 3}


@pytest.mark.services
@pytest.mark.parametrize("events", [1, 700])
def test_so_many_events_arrive_and_no_trace_is_left(transactional_db: None, events: int) -> None:
    make.corp(pk=1)
    other = make.customer(make.corp())
    found = relay.figures(events)
    assert found["shown"]["events"] == events
    assert found["gates"]["events a second"] == found["shown"]["a second"] > 0
    assert not OutboxEvent.objects.filter(name=relay._NAME).exists()
    assert OutboxEvent.objects.filter(aggregate_id=str(other.pk)).exists()
    with broker.open_connection() as link, pytest.raises(link.channel_errors):
        link.default_channel.queue_declare("bench.relay", passive=True)


@pytest.mark.services
def test_events_that_did_not_arrive_are_no_figure(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    make.corp(pk=1)
    monkeypatch.setattr(relay, "_carry", lambda _events: (1.0, 1.0))
    with pytest.raises(SystemExit, match=r"^0 of 20 events arrived\.$"):
        relay.figures(20)
    assert not OutboxEvent.objects.filter(name=relay._NAME).exists()


def test_the_gate_is_the_relays_rate() -> None:
    (gate,) = [gate for gate in gates.GATES if gate.workload == "relay"]
    found: dict[str, Any] = {"relay": {"gates": {"events a second": 4_000.0}}}
    assert gates.value_of(gate, found) == 4_000.0
