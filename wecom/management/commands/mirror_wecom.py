from typing import Any

from django.core.management.base import BaseCommand

from core.daemons import stop_on_signals
from wecom import daemon


class Command(BaseCommand):
    help = "Work off callbacks, commands and syncs until stopped. Start as many as you like: they share the work."

    def handle(self, *args: Any, **options: Any) -> None:
        daemon.run(stop_on_signals())
