"""The demo company's rules: two in force and a draft, each tried or ready to be."""

from typing import Any

from customers.models import CustomerTag
from scrm_customer import demo_rules
from segments.models import RuleRun, TagRule
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import everything, followed, outcome, tags_of


def test_two_are_in_force_and_one_waits_to_be_tried(cast: Cast) -> None:
    group = make.group(cast.corp)
    tags = [make.tag(group) for _n in range(3)]
    customers = [make.customer(cast.corp, cast.owner) for _n in range(2)]
    demo_rules.add(cast.corp)
    states = dict(TagRule.objects.values_list("name", "state"))
    assert states == {
        "新客打标": "active",
        "满 30 天回访": "active",
        "询价客户": "draft",
    }
    trials = RuleRun.objects.filter(kind="trial").values_list("rule__name", "state", "seen", "held")
    assert set(trials) == {
        ("新客打标", "done", 2, 2),
        ("满 30 天回访", "done", 2, 0),
    }
    # Trying has changed nobody; the next event does.
    assert not CustomerTag.objects.exists()
    followed(customers[0])
    assert tags_of(customers[0]) == {(tags[0].pk, cast.owner.pk)}
    assert outcome(TagRule.objects.get(name="询价客户"), customers[0]) is None


def test_a_company_without_tags_has_no_rules(cast: Cast) -> None:
    before: list[Any] = everything()
    demo_rules.add(cast.corp)
    assert everything() == before
