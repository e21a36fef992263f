import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from corps.models import Corp
from insights.stats import rebuilding


class Command(BaseCommand):
    help = (
        "Count the statistics of some days anew from the record. It may be stopped and run again at any time: the same"
        " record leaves the same rows. Go on with --from behind the last day that was told of."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="first", type=dt.date.fromisoformat, required=True, help="YYYY-MM-DD")
        parser.add_argument(
            "--to", dest="last", type=dt.date.fromisoformat, default=dt.date.max, help="YYYY-MM-DD; yesterday"
        )
        parser.add_argument("--corp", type=int, help="one company by its id; all active ones without it")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last, corp_id = options["first"], options["last"], options["corp"]
        if not dt.date(2000, 1, 3) <= first <= last:
            raise CommandError("--from must not be later than --to, nor before this century.")
        corps = Corp.objects.filter(pk=corp_id) if corp_id else Corp.objects.filter(active=True)
        if corp_id and not corps:
            raise CommandError(f"There is no company {corp_id}.")
        for corp in corps.order_by("pk"):
            for step in rebuilding.rebuild(corp, first, last):
                self.stdout.write(f"Company {corp.pk}: {step.day}, {step.changed} rows differed.")
