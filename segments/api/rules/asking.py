"""What lists of runs, effects and outcomes may be asked."""

from django_filters import rest_framework as filters

from customers.api.serializers import MAX_ID
from segments.models import RuleEffect, RuleOutcome, RuleRun, TagRule
from segments.rules.codes import Outcome


def _id(column: str) -> filters.NumberFilter:
    return filters.NumberFilter(field_name=column, min_value=1, max_value=MAX_ID)


class RuleFilter(filters.FilterSet):
    state = filters.ChoiceFilter(choices=TagRule.State.choices)

    class Meta:
        model = TagRule
        fields: tuple[str, ...] = ()


class RunFilter(filters.FilterSet):
    ruleId = _id("rule_id")
    kind = filters.ChoiceFilter(choices=RuleRun.Kind.choices)
    state = filters.ChoiceFilter(choices=RuleRun.State.choices)

    class Meta:
        model = RuleRun
        fields: tuple[str, ...] = ()


class EffectFilter(filters.FilterSet):
    runId = _id("run_id")
    ruleId = _id("rule_id")
    customerId = _id("customer_id")

    class Meta:
        model = RuleEffect
        fields: tuple[str, ...] = ()


class OutcomeFilter(filters.FilterSet):
    ruleId = _id("rule_id")
    customerId = _id("customer_id")
    code = filters.ChoiceFilter(choices=Outcome.choices)

    class Meta:
        model = RuleOutcome
        fields: tuple[str, ...] = ()
