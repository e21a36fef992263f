"""The tables of the insights: what was lost, what to be warned of, who may leave, what was counted, what is wanted."""

from insights.models.activity import ActivityDefinition
from insights.models.alert import RiskAlert
from insights.models.churn import ChurnScore
from insights.models.loss import Loss
from insights.models.note import TransferFailure
from insights.models.profile_setting import ProfileSetting
from insights.models.rule import RiskRule
from insights.models.setting import RiskSetting
from insights.models.stat import DailyStat, StatWindow

__all__ = [
    "ActivityDefinition",
    "ChurnScore",
    "DailyStat",
    "Loss",
    "ProfileSetting",
    "RiskAlert",
    "RiskRule",
    "RiskSetting",
    "StatWindow",
    "TransferFailure",
]
