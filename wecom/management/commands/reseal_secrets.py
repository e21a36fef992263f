from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wecom import resealing


class Command(BaseCommand):
    help = "Seal everything secret anew with the first of SEALING_KEYS. Afterwards the old keys can be taken away."

    def handle(self, *args: Any, **options: Any) -> None:
        count = resealing.reseal_all()
        self.stdout.write(f"{count.resealed} texts are sealed with the first key.")
        if count.broken:
            raise CommandError(f"{count.broken} texts open with none of the keys: put the missing key back.")
