from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from corps.models import Corp
from segments.bitmaps import checking, upkeep
from segments.models import BitmapIndex


class Command(BaseCommand):
    help = (
        "Build the bitmaps of segments anew from the record. It may be run at any time; the old ones answer meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--corp", type=int, help="one company by its id; all active ones without it")
        parser.add_argument("--check", action="store_true", help="only compare some customers with the record")

    def handle(self, *args: Any, **options: Any) -> None:
        one = options["corp"]
        corps = Corp.objects.filter(active=True) if one is None else Corp.objects.filter(pk=one)
        if one is not None and not corps:
            raise CommandError(f"There is no company {one}.")
        for corp in corps:
            self.stdout.write(f"Company {corp.pk}: {_check(corp) if options['check'] else _rebuild(corp)}")


def _rebuild(corp: Corp) -> str:
    if not upkeep.rebuild(corp):
        return "somebody else builds its bitmaps just now."
    index = BitmapIndex.objects.get(corp=corp)
    return f"{index.customers} customers in bitmaps of {index.size} bytes."


def _check(corp: Corp) -> str:
    wrong = checking.check(corp)
    return "there are no bitmaps." if wrong is None else f"{wrong} customers were not as the record has them."
