"""``manage.py erase_person --corp 1 wmEAAA --reason "…"``: erase a customer, for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.retry import atomic_retry
from corps.actors import SYSTEM
from customers.choices import Source
from customers.models import Customer
from customers.privacy import erasing


class Command(BaseCommand):
    help = "Erase what is personal about a customer from every table. There is no way back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("external_userid")
        parser.add_argument("--corp", type=int, required=True, help="the company's number")
        parser.add_argument("--reason", required=True, help="kept, so it should not name the person")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = Customer.objects.of_corp(options["corp"])
        customer = rows.filter(external_userid=options["external_userid"]).first()
        if customer is None:
            raise CommandError("This company has no such customer.")
        erase = atomic_retry(erasing.erase)
        erase(customer=customer, reason=options["reason"], by=SYSTEM, source=Source.OPERATOR)
        self.stdout.write(f"customer {customer.pk} is erased")
