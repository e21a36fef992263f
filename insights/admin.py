from insights.console.activity import ActivityDefinitionAdmin
from insights.console.churn import ChurnScoreAdmin
from insights.console.losses import LossAdmin
from insights.console.portrait import portrait
from insights.console.profile import ProfileSettingAdmin
from insights.console.risks import RiskAlertAdmin
from insights.console.settings import RiskRuleAdmin, RiskSettingAdmin
from insights.console.stats.pages import StatsAdmin
from insights.console.timeline import TimelineInline
from insights.console.value_history import ValueHistoryInline

__all__ = [
    "ActivityDefinitionAdmin",
    "ChurnScoreAdmin",
    "LossAdmin",
    "ProfileSettingAdmin",
    "RiskAlertAdmin",
    "RiskRuleAdmin",
    "RiskSettingAdmin",
    "StatsAdmin",
    "TimelineInline",
    "ValueHistoryInline",
    "portrait",
]
