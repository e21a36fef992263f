"""However a condition is asked, the answer is the same."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from segments.conditions import answering, compiled, facts, parsing, writing
from tests.segments import plain, scene, trees

pytestmark = pytest.mark.django_db

at_random = settings(
    deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


def test_the_database_and_the_facts_of_one_customer_answer_alike() -> None:
    world = scene.build()

    @settings(at_random, max_examples=60)
    @given(documents=st.lists(trees.documents(world), min_size=6, max_size=6))
    def agree(documents: list[trees.Json]) -> None:
        conditions = [parsing.parse(document, corp=world.corp) for document in documents]
        known = facts.gather(world.ids, corp_id=world.corp.pk, conditions=conditions)
        for document, condition in zip(documents, conditions, strict=True):
            assert writing.document(condition) == document
            by_database = set(compiled.rows(condition, scene.MOMENT).values_list("pk", flat=True))
            one_by_one = {pk for pk, held in known.items() if answering.holds(condition, held, scene.MOMENT)}
            assert by_database == one_by_one, document

    agree()


def test_both_answer_what_the_words_mean() -> None:
    world = scene.build(customers=10, seed=3)

    @settings(at_random, max_examples=80)
    @given(document=trees.documents(world))
    def agree(document: trees.Json) -> None:
        condition = parsing.parse(document, corp=world.corp)
        by_database = set(compiled.rows(condition, scene.MOMENT).values_list("pk", flat=True))
        assert by_database == plain.who(document, world.customers), document

    agree()


def test_every_question_is_among_those_at_random_and_is_answered_both_ways() -> None:
    """Trees at random may miss a field for long; here each question of each field is asked by itself."""
    world = scene.build(customers=8, seed=5)

    @settings(at_random, max_examples=2)
    @given(data=st.data())
    def agree(data: st.DataObject) -> None:
        for document in trees.each_question(data, world):
            condition = parsing.parse(document, corp=world.corp)
            by_database = set(compiled.rows(condition, scene.MOMENT).values_list("pk", flat=True))
            known = facts.gather(world.ids, corp_id=world.corp.pk, conditions=[condition])
            one_by_one = {pk for pk, held in known.items() if answering.holds(condition, held, scene.MOMENT)}
            assert by_database == one_by_one == plain.who(document, world.customers), document

    agree()
