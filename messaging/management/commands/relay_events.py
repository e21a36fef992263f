from typing import Any

from django.core.management.base import BaseCommand

from core.daemons import stop_on_signals
from messaging.relay import Relay


class Command(BaseCommand):
    help = "Publish the outbox's events until stopped. Start as many as you like: they share the work."

    def handle(self, *args: Any, **options: Any) -> None:
        Relay().run(stop_on_signals())
