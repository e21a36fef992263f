"""What the pipeline's bench sends, whom it believes, and how its figures come about."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from defusedxml.ElementTree import fromstring

from bench import arrivals, parts, pipeline
from bench.arrivals import Arrivals, delays
from bench.pipeline import Company
from bench.telling import Answer, Callback
from tests.bench.test_gates import ALL
from wecom import crypto
from wecom.callbacks import envelope
from wecom.client.limits import QUOTAS
from wecom.sandbox import access

TOLD = access.of("installation", 1)


def opened(one: Callback) -> tuple[str, str, str]:
    cipher = fromstring(one.body).findtext("Encrypt") or ""
    fields = envelope.read(crypto.decrypt(cipher, TOLD.aes_key, TOLD.corpid))
    return fields["changetype"], fields["userid"], fields["externaluserid"]


def test_a_company_tells_of_each_of_its_customers_once_notes_and_new_ones_in_turn() -> None:
    company = Company(TOLD, [("lina", "wm1"), ("lina", "wm2")], [("wangwu", "wm3"), ("wangwu", "wm4")])
    assert [opened(one) for one in company.callbacks(1_772_337_600)] == [
        ("edit_external_contact", "lina", "wm1"),
        ("add_external_contact", "wangwu", "wm3"),
        ("edit_external_contact", "lina", "wm2"),
        ("add_external_contact", "wangwu", "wm4"),
    ]


def test_what_is_sent_is_within_what_wecom_allows_one_company_to_read() -> None:
    each = pipeline.RATE / len(pipeline.SEEDS)
    assert all(each * quota.gap < 1 or quota.seconds > 60 for quota in QUOTAS)
    assert 2 * pipeline._each() * len(pipeline.SEEDS) == pipeline.RATE * pipeline.SECONDS


def test_the_companies_take_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(
        pipeline.telling, "poster", lambda _host, _port, mixed: sent.extend(urlsplit(c.target).path for c in mixed)
    )
    monkeypatch.setattr(pipeline.telling, "paced", lambda count, _rate, _send: [Answer(0.001, 200)] * count)
    two = [Company(access.of("i", seed), [("l", "wm1"), ("l", "wm2")], [("l", "wm3"), ("l", "wm4")]) for seed in (1, 2)]
    assert len(pipeline._tell(two, 1, 5)) == 5
    first, second = (f"/wecom/callback/{company.access.corpid}/" for company in two)
    assert sent == [first, second, first, second, first]


def test_answers_are_counted_and_those_that_were_not_taken_apart() -> None:
    answers = [Answer(0.010, 200)] * 98 + [Answer(5.0, 0), Answer(0.5, 503)]
    assert pipeline._answered(answers) == {
        "callbacks": 100,
        "answered, p50 ms": 10.0,
        "answered, p99 ms": 5000.0,
        "not taken": 2,
    }


def test_a_delay_is_from_the_receipt_to_its_customers_event_and_one_without_is_missed() -> None:
    assert delays({1: 100.0, 2: 101.0, 3: 102.0}, {1: 100.5, 3: 104.0, 9: 1.0}) == ([0.5, 2.0], 1)


def event(**changed: Any) -> bytes:
    return json.dumps({"aggregateType": "customer", "aggregateId": 7, **changed}).encode()


def test_a_customers_first_event_counts_and_nobody_elses() -> None:
    heard = Arrivals("memory://")
    heard.note(event(aggregateType="group_chat", aggregateId=7), 1.0)
    heard.note(event(), 2.0)
    heard.note(event(), 3.0)
    heard.note(event(aggregateId=8), 4.0)
    assert heard.first == {7: 2.0, 8: 4.0}


def test_it_listens_where_events_are_published(settings: Any) -> None:
    assert settings.EVENT_EXCHANGE == arrivals.EXCHANGE


def test_a_part_in_a_process_of_its_own_answers_last_and_logs_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = "import sys; print('chatter'); print('{\"part\": \"' + sys.argv[1] + '\"}'); print('log', file=sys.stderr)"
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "within.py").write_text(said)
    monkeypatch.setattr(parts, "ROOT", tmp_path)
    assert parts.answer("relay", env={}, folder=tmp_path) == {"part": "relay"}
    assert (tmp_path / "relay.log").read_text() == "log\n"


def test_its_gates_stand_in_the_table() -> None:
    gates = {gate.what for param in ALL if (gate := param.values[0]).workload == "callbacks"}  # type: ignore[union-attr]
    assert gates == {
        "CPU / plain view",
        "receipt to event, p95 s",
        "answered, p99 ms",
        "answered without Redis and RabbitMQ, p99 ms",
    }
