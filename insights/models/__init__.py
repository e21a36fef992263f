"""The tables of the insights: what was lost and how it stood, and what a company wants done about it."""

from insights.models.loss import Loss
from insights.models.setting import RiskSetting

__all__ = ["Loss", "RiskSetting"]
