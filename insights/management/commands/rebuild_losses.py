from typing import Any

from django.core.management.base import BaseCommand

from insights import rebuilding


class Command(BaseCommand):
    help = "Bring every deletion record into step with the episodes of the relations. It may be run at any time."

    def handle(self, *args: Any, **options: Any) -> None:
        changed = rebuilding.rebuild_losses()
        self.stdout.write(f"{changed} deletion records were new, corrected or gone.")
