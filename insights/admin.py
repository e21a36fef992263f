from insights.console.losses import LossAdmin
from insights.console.risks import RiskAlertAdmin
from insights.console.settings import RiskRuleAdmin, RiskSettingAdmin

__all__ = ["LossAdmin", "RiskAlertAdmin", "RiskRuleAdmin", "RiskSettingAdmin"]
