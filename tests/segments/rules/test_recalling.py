"""How a rule stands to a customer, node by node: as it is now, and as it was when the rule acted."""

import datetime as dt
from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, Phase, given, settings

from core.time import now
from customers.models import Customer, CustomerTag, RelationEpisode
from segments.conditions import answering, explaining, facts, mentions, parsing
from segments.conditions.nodes import Moment
from segments.models import RuleEffect, RuleOutcome, Segment
from segments.rules import judging, recalling, whys
from tests import api, make
from tests.conftest import Cast
from tests.segments import scene, trees
from tests.segments.crowd import asking, segment
from tests.segments.rules.played import adds, asks, everything, followed, rule
from tests.segments.test_sets import asked, some

pytestmark = pytest.mark.django_db

at_random = settings(
    deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def tag(cast: Cast) -> Any:
    return make.tag(make.group(cast.corp), name="VIP")


def document(*parts: Any) -> dict[str, Any]:
    return {"version": 1, "where": {"all": list(parts)}}


def acted(cast: Cast, tag: Any, condition: Any, **fields: Any) -> RuleEffect:
    """What a rule of this condition did to a customer of 北京."""
    customer = make.customer(cast.corp, cast.owner, **{"city": "北京"} | fields)
    rule(cast.corp, adds(tag), condition=condition)
    followed(customer)
    return RuleEffect.objects.select_related("rule", "rule_version").latest("pk")


class TestNow:
    def test_each_part_of_the_condition_is_answered(self, cast: Cast, tag: Any) -> None:
        condition = document(asked("city", "is", "上海"), asked("followUser", "is", cast.owner.pk))
        row = rule(cast.corp, adds(tag), condition=condition)
        why = whys.of_rule(row, make.customer(cast.corp, cast.owner, city="北京"))
        assert why.explained is not None
        (whole,) = why.explained.parts
        assert [(part.holds, part.held) for part in whole.parts] == [(False, "“北京”"), (True, "“王小明”")]
        assert (why.holds, why.explained.holds, why.outside) == (False, False, "")

    def test_who_is_asked_nothing_is_told_why(self, cast: Cast, tag: Any) -> None:
        row = rule(cast.corp, adds(tag), condition=asks("city", "is", "北京"))
        listed = make.blacklisted(make.customer(cast.corp, cast.owner, city="北京"))
        gone = make.customer(cast.corp, cast.owner, city="北京")
        Customer.objects.filter(pk=gone.pk).update(status=0)
        for customer, outside in ((listed, "blacklisted"), (gone, "deleted")):
            why = whys.of_rule(row, customer)
            assert (why.holds, why.outside) == (False, outside)
            assert why.explained and not why.explained.holds and why.explained.parts[0].holds

    def test_of_a_condition_that_cant_be_read_nothing_is_explained(self, cast: Cast, tag: Any) -> None:
        row = rule(cast.corp, adds(tag))
        row.versions.update(condition=asks("nonsense", "is", 1))
        why = whys.of_rule(row, make.customer(cast.corp, cast.owner))
        assert (why.explained, why.outside, why.then, why.effect) == (None, "", None, None)


class TestThen:
    def test_the_facts_of_then_are_told_when_they_are_others_now(self, cast: Cast, tag: Any) -> None:
        effect = acted(cast, tag, asks("city", "is", "北京"))
        Customer.objects.update(city="上海")
        before = everything()
        why = whys.of_rule(effect.rule, Customer.objects.get())
        assert (why.holds, why.effect) == (False, effect)
        assert why.then is not None
        (then,) = why.then.parts
        assert (then.sentence, then.holds, then.held) == ("city is “北京”", True, "“北京”")
        assert why.explained is not None
        assert why.explained.parts[0].held == "“上海”"
        assert everything() == before

    def test_times_tags_and_lengths_are_told_as_they_were(self, cast: Cast, tag: Any) -> None:
        other = make.tag(tag.group)
        began = now() - dt.timedelta(days=9)
        customer = make.tagged(make.customer(cast.corp, cast.owner, add_time=began), other)
        ended = began + dt.timedelta(days=7, hours=3)
        fields: dict[str, Any] = {"employee": cast.colleague, "began_at": began, "ended_at": ended, "ended_by": 3}
        RelationEpisode.objects.create(corp=cast.corp, customer=customer, **fields)
        condition = document(
            asked("tags", "any", [other.pk]),
            asked("addTime", "within", {"days": 10}),
            some("episode", asked("days", "is", 7)),
        )
        rule(cast.corp, adds(tag), condition=condition)
        followed(customer)
        CustomerTag.objects.all().delete()
        RelationEpisode.objects.all().delete()
        effect = RuleEffect.objects.select_related("rule_version").get()
        told = recalling.explained(effect, cast.corp)
        assert told is not None
        tags, added, episodes = told.parts[0].parts
        assert (tags.held, added.holds, episodes.held[:1]) == (f"“{other.name}”", True, "1")
        assert "7" in [part.parts[0].held for part in episodes.parts]

    def test_a_version_that_was_in_force_then_is_the_one_that_is_told(self, cast: Cast, tag: Any) -> None:
        effect = acted(cast, tag, asks("city", "is", "北京"))
        other = rule(cast.corp, adds(tag), condition=asks("city", "is", "上海"))
        assert other.pk != effect.rule_id
        told = recalling.explained(effect, cast.corp)
        assert told is not None
        assert told.sentence == "city is “北京”"

    def test_it_is_told_of_the_day_on_which_it_acted(self, cast: Cast, tag: Any) -> None:
        effect = acted(cast, tag, asks("addTime", "within", {"days": 2}), add_time=now())
        effect.at = now()
        assert recalling.explained(effect, cast.corp) is not None
        # Asked of a month later it wouldn't have held, so that is not what happened.
        effect.at = now() + dt.timedelta(days=30)
        assert recalling.explained(effect, cast.corp) is None

    def test_where_only_some_rows_of_a_set_were_kept_nothing_is_told(
        self, cast: Cast, tag: Any, monkeypatch: Any
    ) -> None:
        condition = document(some("relation", asked("employee", "is", cast.owner.pk)))
        effect = acted(cast, tag, condition)
        assert recalling.explained(effect, cast.corp) is not None
        monkeypatch.setattr(recalling, "MOST_ROWS", 1)
        assert recalling.explained(effect, cast.corp) is None

    def test_a_segment_that_asks_something_else_by_now_is_not_guessed_at(self, cast: Cast, tag: Any) -> None:
        named = segment(cast.corp, asking("city", "is", "北京"))
        effect = acted(cast, tag, asks("segments", "any", [named.pk]))
        assert recalling.explained(effect, cast.corp) is not None
        Segment.objects.filter(pk=named.pk).update(condition=asking("province", "is", "北京"))
        assert recalling.explained(effect, cast.corp) is None

    @pytest.mark.parametrize("kept", [None, {}, {"city": "北京"}])
    def test_an_effect_without_its_facts_is_not_explained(self, cast: Cast, tag: Any, kept: Any) -> None:
        effect = acted(cast, tag, asks("city", "is", "北京"))
        effect.facts = kept
        assert recalling.explained(effect, cast.corp) is None

    def test_where_it_did_nothing_there_is_nothing_of_then(self, cast: Cast, tag: Any) -> None:
        row = rule(cast.corp, adds(tag), condition=asks("city", "is", "上海"))
        customer = make.customer(cast.corp, cast.owner, city="北京")
        followed(customer)
        why = whys.of_rule(row, customer)
        assert why.last is not None
        assert (why.last.code, why.effect, why.then) == ("no", None, None)


def test_whatever_was_asked_what_was_kept_explains_as_the_facts_themselves_did() -> None:
    """Random conditions: from the facts through JSON and back."""
    world = scene.build(customers=6, seed=11)

    @settings(at_random, max_examples=40)
    @given(document=trees.documents(world))
    def agree(document: trees.Json) -> None:
        condition = parsing.parse(document, corp=world.corp)
        moment = Moment(scene.AT, scene.MOMENT.zone)
        known = facts.gather(world.ids, corp_id=world.corp.pk, conditions=[condition], moment=moment)
        needed = mentions.needs([condition])
        for held in known.values():
            kept = {key: judging.plain(value) for key, value in held.items()}
            again = recalling._facts(kept, needed, mentions.owned([condition]))
            assert answering.holds(condition, again, moment) == answering.holds(condition, held, moment)
            assert explaining.explain(condition, again, moment) == explaining.explain(condition, held, moment)

    agree()


class TestDoor:
    def test_rest_tells_then_and_now(self, cast: Cast, tag: Any) -> None:
        effect = acted(cast, tag, asks("city", "is", "北京"))
        Customer.objects.update(city="上海")
        url = f"/api/v1/tag-rules/{effect.rule_id}/customers/{effect.customer_id}"
        told = api.client(cast.corp, **{"Accept-Language": "en"}).get(url).json()
        assert (told["holds"], told["outside"], told["last"]["code"]) == (False, "", "changed")
        assert told["effect"]["facts"]["city"] == "北京"
        assert told["explainedThen"]["parts"] == [
            {"sentence": "city is “北京”", "holds": True, "held": "“北京”", "parts": []}
        ]
        (now_,) = told["explained"]["parts"]
        assert (now_["holds"], now_["held"]) == (False, "“上海”")
        assert RuleOutcome.objects.count() == 1
