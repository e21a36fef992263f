from typing import Any

from django.core.management.base import BaseCommand

from corps.models import Corp
from insights.models import RiskAlert
from insights.risks import sweeping


class Command(BaseCommand):
    help = "Bring every warning into step with the record. It may be run at any time; what people did about one stays."

    def handle(self, *args: Any, **options: Any) -> None:
        for corp in Corp.objects.filter(active=True):
            sweeping.sweep_all(corp.pk)
            waiting = RiskAlert.objects.of_corp(corp.pk).waiting().count()
            self.stdout.write(f"Company {corp.pk}: {waiting} warnings are open.")
