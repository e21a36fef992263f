"""``manage.py retention``: what is older than it may be, of each company and table; ``--delete`` deletes it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from corps.models import Corp
from customers.privacy import retention


class Command(BaseCommand):
    help = "Count what is kept longer than its company says, and with --delete delete it. Every night does so too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--corp", type=int, help="the company's number; by default all")
        parser.add_argument("--delete", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        corps = Corp.objects.order_by("pk")
        for corp in corps.filter(pk=options["corp"]) if options["corp"] else corps:
            for table, (number, exact) in retention.due(corp).items():
                self.stdout.write(f"company {corp.pk}: {number}{'' if exact else '+'} rows of {table}")
            while options["delete"] and (deleted := retention.prune(corp=corp)):
                self.stdout.write(f"company {corp.pk}: {deleted} rows deleted")
