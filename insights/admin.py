from insights.console.losses import LossAdmin
from insights.console.settings import RiskSettingAdmin

__all__ = ["LossAdmin", "RiskSettingAdmin"]
