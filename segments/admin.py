from segments.console.pages import SegmentAdmin
from segments.console.rules.pages import TagRuleAdmin
from segments.console.rules.record_pages import RuleEffectAdmin, RuleOutcomeAdmin
from segments.console.rules.run_pages import RuleRunAdmin
from segments.console.stays import SegmentFilter, StayInline

__all__ = [
    "RuleEffectAdmin",
    "RuleOutcomeAdmin",
    "RuleRunAdmin",
    "SegmentAdmin",
    "SegmentFilter",
    "StayInline",
    "TagRuleAdmin",
]
