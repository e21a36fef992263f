import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from corps.models import Corp
from insights.churn import backtest, telling


class Command(BaseCommand):
    help = (
        "Score past days by what was known then, and tell how many of the flagged relations were lost (docs/churn.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--corp", type=int, required=True)
        parser.add_argument("--from", dest="first", type=dt.date.fromisoformat, required=True, help="YYYY-MM-DD")
        parser.add_argument("--to", dest="last", type=dt.date.fromisoformat, required=True, help="YYYY-MM-DD")
        parser.add_argument("--within", type=int, default=30, help="days in which a loss must have come (30)")

    def handle(self, *args: Any, **options: Any) -> None:
        corp_id, first, last, within = (options[name] for name in ("corp", "first", "last", "within"))
        if not Corp.objects.filter(pk=corp_id).exists():
            raise CommandError(f"There is no company {corp_id}.")
        if not 1 <= within <= 365:
            raise CommandError("--within takes 1 to 365 days.")
        if first > last:
            raise CommandError("--from must not be later than --to.")
        if last > (limit := backtest.settled(corp_id, within)):
            raise CommandError(f"What comes of days after {limit} is not known yet.")
        report = backtest.run(corp_id=corp_id, first=first, last=last, within=within)
        self.stdout.write("\n".join(telling.lines(report)))
