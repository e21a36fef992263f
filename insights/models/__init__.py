"""The tables of the insights: what was lost, what to be warned of, who may leave, and what a company wants done."""

from insights.models.alert import RiskAlert
from insights.models.churn import ChurnScore
from insights.models.loss import Loss
from insights.models.note import TransferFailure
from insights.models.rule import RiskRule
from insights.models.setting import RiskSetting

__all__ = ["ChurnScore", "Loss", "RiskAlert", "RiskRule", "RiskSetting", "TransferFailure"]
