from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from scrm_customer import demo, demo_access


class Command(BaseCommand):
    help = "Fill a demo company by reading a WeCom sandbox, and tell its logins. What is there already is left alone."

    def handle(self, **options: object) -> None:
        if settings.PRODUCTION:
            raise CommandError("This is a production installation (PRODUCTION=1): it takes no demo data.")
        with demo.sandbox() as sandbox:
            corp = demo.fill(sandbox.url)
        self.stdout.write("\n".join(demo_access.give(corp).lines()))
