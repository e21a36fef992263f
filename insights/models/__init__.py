"""The tables of the insights: what was lost, what to be warned of, and what a company wants done about it."""

from insights.models.alert import RiskAlert
from insights.models.loss import Loss
from insights.models.note import TransferFailure
from insights.models.rule import RiskRule
from insights.models.setting import RiskSetting

__all__ = ["Loss", "RiskAlert", "RiskRule", "RiskSetting", "TransferFailure"]
