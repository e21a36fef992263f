import errno
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import env
from scrm_customer import demo, demo_access, embedded


class Command(BaseCommand):
    help = "Run the whole service in one process: web, relay, consumer, worker and beat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill the demo company first and show its logins")

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The one-process mode is for trying out. In production run the processes of docs/operations.md."
            )
        host, port = env.text("HOST", "127.0.0.1"), env.number("PORT", 7002, least=1)
        service = _listen(host, port)
        call_command("migrate", verbosity=0)
        self._greet(f"http://{host}:{port}")
        if options["demo"]:
            self._show_demo()
        self.stdout.flush()
        service.run()
        self.stdout.write("Stopped.")

    def _greet(self, address: str) -> None:
        self.stdout.write(f"\nSCRM customer service: {address}/  (Ctrl-C stops it)")
        self.stdout.write(f"  Console       {address}/admin/\n  API           {address}/api/docs/")

    def _show_demo(self) -> None:
        access = demo_access.give(demo.company() or demo.fill())
        self.stdout.write("\n".join([*access.lines(), f"  (kept in {demo_access.path()})"]))


def _listen(host: str, port: int) -> embedded.Service:
    try:
        return embedded.Service(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise CommandError(f"Can't listen on {host}:{port}: {error.strerror}.") from error
        raise CommandError(
            f"Port {port} is taken. Stop what listens there or name another: PORT={port + 1}."
        ) from error
