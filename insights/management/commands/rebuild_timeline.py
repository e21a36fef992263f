from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from insights.timeline import rebuilding


class Command(BaseCommand):
    help = (
        "Make anew the entries of customers' timelines that the record tells of and that are missing. "
        "It may be run at any time, and as often as wanted; broken off, it is gone on with by --after."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--corp", type=int, help="one company's customers only, by its id")
        parser.add_argument("--after", type=int, default=0, help="only customers with a higher id than this")

    def handle(self, *args: Any, **options: Any) -> None:
        done = rebuilding.Progress(options["after"], 0, 0)
        for done in rebuilding.rebuild(corp_id=options["corp"], after=options["after"]):
            self.stdout.write(f"{done.customers} customers, {done.added} entries added. Go on: --after {done.last}")
        self.stdout.write(f"Done: {done.customers} customers looked through, {done.added} entries added.")
