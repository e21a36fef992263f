"""Idempotency-Key under any interleaving of callers, keys, bodies and addresses, on an endpoint that really writes."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core.time import now
from corps import tasks
from corps.actors import SYSTEM
from corps.models import IdempotencyKey
from messaging.models import OutboxEvent
from tags import grouping
from tags.models import TagGroup
from tests import api, make

URLS = st.sampled_from(["/api/v1/tag-groups"] * 4 + ["/api/v1/tag-groups/"])
CALLERS = st.integers(0, 2)
KEYS = st.sampled_from([None, "a", "A", "b"])
# Good ones, one that the rule refuses and one that isn't a group at all.
NAMES = st.sampled_from(["甲", "乙", "丙", "a\nb", ""])


class IdempotencyMachine(RuleBasedStateMachine):
    """Two services of one company and one of another. The model: what is kept under (caller, key), and who has what."""

    def __init__(self) -> None:
        super().__init__()
        self.corps = [make.corp(), make.corp()]
        self.clients = [api.client(self.corps[0]), api.client(self.corps[0]), api.client(self.corps[1])]
        self.kept: dict[tuple[int, str], tuple[str, str, bytes]] = {}
        self.living: set[tuple[int, str]] = set()
        self.made = 0

    @rule(who=CALLERS, key=KEYS, name=NAMES, url=URLS)
    def post(self, who: int, key: str | None, name: str, url: str) -> None:
        headers = {"Idempotency-Key": key} if key else {}
        answer = self.clients[who].post(url, {"name": name}, headers=headers)
        replayed = "Idempotent-Replayed" in answer.headers
        if key and (kept := self.kept.get((who, key))):
            assert replayed == (kept[:2] == (url, name))
            if replayed:
                assert (answer.status_code, answer.content) == (201, kept[2])
            else:
                assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_mismatch")
            return
        corp = who // 2
        assert not replayed
        assert (answer.status_code, answer.json().get("code")) == self.expected(corp, name)
        if answer.status_code == 201:
            self.living.add((corp, name))
            self.made += 1
            if key:
                self.kept[who, key] = (url, name, answer.content)

    def expected(self, corp: int, name: str) -> tuple[int, str | None]:
        if name == "":
            return 400, "invalid"
        if "\n" in name:
            return 422, "name_invalid"
        return (409, "tag_group_exists") if (corp, name) in self.living else (201, None)

    @rule(corp=st.integers(0, 1), name=NAMES)
    def delete(self, corp: int, name: str) -> None:
        """What stood in the way of a refused request goes: asked again under its key it now succeeds."""
        if (corp, name) in self.living:
            group = TagGroup.objects.of_corp(self.corps[corp].pk).live().get(name=name)
            grouping.delete_group(group=group, by=SYSTEM, source="system")
            self.living.discard((corp, name))

    @rule()
    def a_day_passes(self) -> None:
        ours = IdempotencyKey.objects.filter(corp__in=self.corps)
        ours.update(create_time=now() - tasks.KEPT - tasks.dt.timedelta(seconds=1))
        assert tasks.prune_idempotency_keys() == len(self.kept)
        self.kept.clear()

    @invariant()
    def there_is_one_effect_for_each_success_and_one_row_for_each_kept_answer(self) -> None:
        rows = TagGroup.objects.filter(corp__in=self.corps)
        assert rows.count() == self.made
        assert OutboxEvent.objects.filter(corp_id__in=[c.pk for c in self.corps], name="tag_group.created").count() == (
            self.made
        )
        assert {(self.corps.index(g.corp), g.name) for g in rows.live().select_related("corp")} == self.living
        stored = IdempotencyKey.objects.filter(corp__in=self.corps)
        assert sorted(bytes(row.body) for row in stored) == sorted(kept[2] for kept in self.kept.values())


@pytest.mark.slow
def test_each_key_has_one_effect_whatever_is_sent_under_it(db: None) -> None:
    run_state_machine_as_test(
        IdempotencyMachine,
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_the_same_json_in_other_words_is_another_request(db: None) -> None:
    """The bytes are compared, not what they mean: a client repeats what it sent."""
    client, headers = api.client(make.corp()), {"Idempotency-Key": "k"}
    url = "/api/v1/tag-groups"
    sent: list[Any] = [
        client.post(url, data, content_type="application/json", headers=headers)
        for data in ('{"name":"a","order":1}', '{"order":1,"name":"a"}', '{"name": "a", "order": 1}')
    ]
    assert [a.status_code for a in sent] == [201, 422, 422]
    assert json.loads(sent[1].content)["code"] == "idempotency_mismatch"
    assert TagGroup.objects.count() == 1
