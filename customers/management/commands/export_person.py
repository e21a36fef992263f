"""``manage.py export_person --corp 1 wmEAAA --reason "…"``: everything that is kept about a person, as JSON."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.rendering import dumps
from corps.actors import SYSTEM
from customers.choices import Source
from customers.models import Customer
from customers.privacy import exporting


class Command(BaseCommand):
    help = "Write everything that is kept about a customer to standard output. That it was, and why, is kept too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("external_userid")
        parser.add_argument("--corp", type=int, required=True, help="the company's number")
        parser.add_argument("--reason", required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Customer.objects.of_corp(options["corp"])
        customer = rows.filter(external_userid=options["external_userid"]).first()
        if customer is None:
            raise CommandError("This company has no such customer.")
        found = exporting.export(customer=customer, reason=options["reason"], by=SYSTEM, source=Source.OPERATOR)
        self.stdout.write(dumps(found).decode())
