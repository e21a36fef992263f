from typing import Any

from django.core.management.base import BaseCommand

from core.daemons import stop_on_signals
from messaging.consumer import EventConsumer


class Command(BaseCommand):
    help = "Store incoming events until stopped. Start as many as you like: they share the queue."

    def handle(self, *args: Any, **options: Any) -> None:
        EventConsumer().run(stop_on_signals())
