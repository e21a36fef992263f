"""Silence by stage: how long is too long depends on where the customer stood then, and the record alone decides it."""

import datetime as dt
import random
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from corps.actors import SYSTEM
from customers import stages
from customers.models import Stage
from customers.stages import setting
from insights import handlers
from insights.choices import Kind, Level
from insights.models import RiskAlert, RiskRule
from insights.risks import settling
from insights.risks.book import USUAL, Book, Wanted
from insights.risks.silence import Limit, overdue
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.mirroring import readings
from tests.customers.mirroring.readings import day
from tests.insights.hearing import incoming
from tests.insights.scene import Scene, in_full, warnings


@pytest.fixture
def scene(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Scene:
    scene = Scene(cast, monkeypatch)
    monkeypatch.setattr(setting, "now", lambda: day(scene.today))
    scene.begin(0)
    return scene


@pytest.fixture
def hot(cast: Cast) -> Stage:
    return make.stage(cast.corp, name="意向")


def put(scene: Scene, at: float, stage: Stage | None) -> None:
    """The customer comes into the stage on that day, and whoever listens hears of it then."""
    before, scene.today = scene.today, at
    stages.set_stage(customer=readings.the("wmA"), stage=stage, by=SYSTEM, source="operator")
    scene.hear()
    scene.today = before


def days(*rows: tuple[float | None, int | None]) -> list[Limit]:
    """Limits: since which day, and how many days are allowed."""
    return [
        Limit(None if since is None else day(since), None if allowed is None else dt.timedelta(allowed), None)
        for since, allowed in rows
    ]


@pytest.mark.parametrize(
    ("limits", "gap", "wanted"),
    [
        (days((None, 5)), (0, None), [(5, None)]),
        (days((None, None)), (0, None), []),
        # With less patience: at once, or after what is left of it.
        (days((None, None), (8, 5)), (0, None), [(8, None)]),
        (days((None, None), (2, 5)), (0, None), [(5, None)]),
        # With more: what was too long is no more, until it is again.
        (days((None, 5), (8, 20)), (0, None), [(5, 8), (20, None)]),
        (days((None, 5), (8, None)), (0, None), [(5, 8)]),
        # What goes on is one silence.
        (days((None, 5), (8, 6)), (0, 30), [(5, 30)]),
        (days((None, 5), (8, None), (12, 6)), (0, 30), [(5, 8), (12, 30)]),
        # After the word that ended it, no stage matters.
        (days((None, 5), (8, 1)), (0, 7), [(5, 7)]),
        (days((None, 9), (8, 1)), (0, 7), []),
        # Exactly what is allowed is allowed.
        (days((None, 7)), (0, 7), []),
    ],
)
def test_each_moment_goes_by_the_stage_of_that_moment(limits: Any, gap: Any, wanted: Any) -> None:
    found = overdue((day(gap[0]), None if gap[1] is None else day(gap[1])), limits)
    ends = [(late.start, late.end) for late in found]
    assert ends == [(day(a), None if b is None else day(b)) for a, b in wanted]


def test_the_nearest_department_holds_and_in_one_place_the_stage_s_own_rule() -> None:
    def rule(threshold: int) -> Wanted:
        return Wanted(True, threshold, Level.NOTICE)

    rules = {("silence", ""): rule(30), ("silence", "/1/4/"): rule(20), ("bulk_deletion", ""): rule(9)}
    staged = {("", 5): rule(3), ("/1/4/", 6): rule(4), ("/1/4/9/", 5): rule(2)}
    book = Book(rules, {7: "/1/4/9/", 8: "/1/4/", 9: "/2/"}, staged)  # type: ignore[arg-type]
    asked = {
        (who, stage): book.wanted(Kind.SILENCE, who, stage).threshold for who in (7, 8, 9) for stage in (5, 6, None)
    }
    assert asked == {
        (7, 5): 2,
        (7, 6): 4,
        (7, None): 20,
        # The company's rule of the stage is further away than the department's of all.
        (8, 5): 20,
        (8, 6): 4,
        (8, None): 20,
        (9, 5): 3,
        (9, 6): 30,
        (9, None): 30,
    }
    assert book.wanted(Kind.BULK_DELETION, 9, 5).threshold == 9
    alone = Book({}, {}, {("", 5): rule(3)})
    assert alone.wanted(Kind.SILENCE, 7, 6) == USUAL[Kind.SILENCE]
    assert alone.anywhere(Kind.SILENCE)
    assert not Book({}, {}, {("", 5): Wanted(False, 3, Level.NOTICE)}).anywhere(Kind.SILENCE)


def test_a_rule_of_a_stage_warns_of_who_is_in_it_alone(scene: Scene, hot: Stage) -> None:
    scene.rule("silence", stage=hot, threshold=3, level=3)
    scene.begin(0, "wmB")
    put(scene, 1, hot)
    scene.settle("wmA")
    scene.settle("wmB")
    assert warnings() == [("silence", 3, None, "open")]
    alert = RiskAlert.objects.get()
    assert (alert.level, alert.facts, alert.customer) == (3, {"days": 3}, readings.the("wmA"))


def test_a_stage_with_more_patience_ends_the_warning_when_it_is_entered(scene: Scene, hot: Stage) -> None:
    patient = make.stage(scene.cast.corp)
    scene.rule("silence", stage=hot, threshold=3)
    scene.rule("silence", stage=patient, threshold=40)
    put(scene, 1, hot)
    scene.today = 10
    scene.settle()
    assert warnings() == [("silence", 3, None, "open")]
    put(scene, 12, patient)
    scene.today = 30
    scene.settle()
    assert warnings() == [("silence", 3, 12, "passed")]
    scene.today = 45
    scene.settle()
    assert warnings() == [("silence", 3, 12, "passed"), ("silence", 40, None, "open")]
    assert len({row.cause for row in RiskAlert.objects.all()}) == 2


def test_a_step_into_less_patience_warns_at_once(scene: Scene, hot: Stage) -> None:
    scene.rule("silence", stage=hot, threshold=3)
    scene.today = 20
    scene.settle()
    assert warnings() == []
    put(scene, 20, hot)
    assert warnings() == [("silence", 20, None, "open")]
    told = OutboxEvent.objects.filter(name="risk.opened").values_list("aggregate_id", flat=True)
    assert list(told) == [RiskAlert.objects.get().pk]
    scene.contact(21)
    scene.today = 22
    scene.hear()
    assert warnings() == [("silence", 20, 21, "passed")]


def test_where_no_rule_knows_stages_a_step_costs_one_look(
    cast: Cast, hot: Stage, django_assert_num_queries: Any
) -> None:
    RiskRule.objects.create(corp=cast.corp, kind="silence", threshold=3)
    customer = make.staged(make.customer(cast.corp, cast.owner), hot)
    event = OutboxEvent.objects.get(name="customer.stage.changed")
    with django_assert_num_queries(1):
        handlers.customer_staged(incoming(event))
    assert not RiskAlert.objects.filter(customer=customer).exists()


@pytest.mark.parametrize("seed", [1, 5])
def test_what_events_left_is_what_a_rebuild_from_the_record_finds(scene: Scene, hot: Stage, seed: int) -> None:
    dice, others = random.Random(seed), [make.stage(scene.cast.corp) for _n in range(2)]
    scene.rule("silence", threshold=9, level=1)
    for stage, threshold in zip((hot, *others), (2, 15, 5), strict=True):
        scene.rule("silence", stage=stage, threshold=threshold, level=2, active=stage != others[1] or seed == 1)
    at = 1.0
    while at < 58:
        at += dice.choice([0.5, 1, 2, 4, 8])
        scene.today = at
        if dice.random() < 0.3:
            scene.contact(at)
        else:
            put(scene, at, dice.choice([None, hot, *others]))
        scene.hear()
        if dice.random() < 0.4:
            scene.settle()
    scene.today = 70
    scene.settle()
    left = in_full()
    assert left
    RiskAlert.objects.all().delete()
    settling.settle_customers(corp_id=scene.cast.corp.pk, customer_ids=[readings.the("wmA").pk])
    assert in_full() == left
    before = in_full()
    scene.settle()
    assert in_full() == before


class TestRules:
    def test_a_stage_belongs_to_silence_alone_and_to_the_company(self, cast: Cast, hot: Stage) -> None:
        foreign = make.stage(cast.other_corp)
        for fields in ({"kind": "bulk_deletion", "stage": hot}, {"kind": "silence", "stage": foreign}):
            with pytest.raises(ValidationError) as refusal:
                RiskRule(corp=cast.corp, **fields).clean()
            assert set(refusal.value.message_dict) == {"stage"}
        RiskRule(corp=cast.corp, kind="silence", stage=hot).clean()

    def test_the_console_takes_one_rule_a_stage_and_department(self, cast: Cast, hot: Stage) -> None:
        client = entered(cast.users["admin"])
        sent = {"kind": "silence", "stage": hot.pk, "department": "", "active": "on", "threshold": 3, "level": 2}
        assert client.post(page(RiskRule, "add"), sent).status_code == 302
        row = RiskRule.objects.get()
        assert (row.stage, row.threshold, row.corp) == (hot, 3, cast.corp)
        assert client.post(page(RiskRule, "add"), sent).status_code == 200
        assert client.post(page(RiskRule, "add"), sent | {"stage": ""}).status_code == 302
        assert client.post(page(RiskRule, "add"), sent | {"department": cast.department.pk}).status_code == 302
        refused = client.post(page(RiskRule, "add"), sent | {"kind": "bulk_deletion"})
        assert "stage" in refused.context["adminform"].form.errors
        assert RiskRule.objects.count() == 3
        assert "意向" in client.get(page(RiskRule, "changelist")).content.decode()

    def test_a_stage_that_is_taken_away_takes_its_rules_along(self, cast: Cast, hot: Stage) -> None:
        RiskRule.objects.create(corp=cast.corp, kind="silence", stage=hot, threshold=3)
        kept = RiskRule.objects.create(corp=cast.corp, kind="silence", threshold=9)
        stages.delete_stage(stage=hot, by=SYSTEM, source="operator")
        assert list(RiskRule.objects.all()) == [kept]
