from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from corps.models import Corp
from insights.churn import scoring
from insights.models import ChurnScore


class Command(BaseCommand):
    help = "Score how likely each living relation is to end. It may be run, stopped and run again at any time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--corp", type=int, help="one company by its id; all active ones without it")
        parser.add_argument("--after", type=int, default=0, help="go on behind this customer id, where it was stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        corps = Corp.objects.filter(active=True)
        for corp in corps.filter(pk=options["corp"]) if options["corp"] else corps:
            after: int | None = options["after"]
            while after is not None:
                after = scoring.score_some(corp_id=corp.pk, after=after)
                if after is not None:
                    self.stdout.write(f"Company {corp.pk}: scored up to customer {after}.")
            scored = ChurnScore.objects.of_corp(corp.pk).count()
            self.stdout.write(f"Company {corp.pk}: {scored} relations have a score.")
