"""From which score on a relation is watched, and from which it is in danger, as each company wants it."""

from typing import NamedTuple, Self

from insights.choices import ChurnLevel
from insights.models import RiskSetting
from insights.models.setting import HIGH, WATCH


class Thresholds(NamedTuple):
    watch: int = WATCH
    high: int = HIGH

    @classmethod
    def of(cls, corp_id: int) -> Self:
        """The company's, or the usual ones."""
        row = RiskSetting.objects.of_corp(corp_id).values_list("churn_watch", "churn_high").first()
        return cls(*row) if row else cls()

    def level(self, score: int) -> ChurnLevel:
        if score >= self.high:
            return ChurnLevel.HIGH
        return ChurnLevel.WATCH if score >= self.watch else ChurnLevel.CALM
