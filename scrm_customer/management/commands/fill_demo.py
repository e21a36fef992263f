from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from scrm_customer import demo, demo_access


class Command(BaseCommand):
    help = "Fill a demo company with departments, employees, tags and customers. A second run does nothing."

    def handle(self, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("This is a production installation (PRODUCTION=1): it takes no demo data.")
        corp = demo.company()
        if corp is None:
            corp = demo.fill()
            self.stdout.write(f"The demo company is filled: {corp.name}.")
        self.stdout.write("\n".join(demo_access.give(corp).lines()))
