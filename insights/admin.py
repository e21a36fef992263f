from insights.console.churn import ChurnScoreAdmin
from insights.console.losses import LossAdmin
from insights.console.risks import RiskAlertAdmin
from insights.console.settings import RiskRuleAdmin, RiskSettingAdmin

__all__ = ["ChurnScoreAdmin", "LossAdmin", "RiskAlertAdmin", "RiskRuleAdmin", "RiskSettingAdmin"]
