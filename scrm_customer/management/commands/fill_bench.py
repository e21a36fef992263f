"""``manage.py fill_bench --customers 1000000``: an empty database becomes a large company, to measure on."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from bench import dataset
from bench.fill import fill


class Command(BaseCommand):
    help = "Fill an empty, migrated database with made-up customers, the same for the same number and seed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--customers", type=int, default=100_000)
        parser.add_argument("--seed", type=int, default=dataset.SEED)

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        fill(options["customers"], seed=options["seed"], say=self.stdout.write)
        self.stdout.write(f"done in {time.monotonic() - started:.0f} s")
