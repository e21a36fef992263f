import errno
from contextlib import nullcontext
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import env, rings
from scrm_customer import demo, demo_access, embedded
from wecom.sandbox.running import Sandbox


class Command(BaseCommand):
    help = "Run the whole service in one process: web, relay, consumer, worker, beat and the mirror of WeCom."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo", action="store_true", help="run a WeCom sandbox beside it, read its company and show the logins"
        )

    def handle(self, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "The one-process mode is for trying out. In production run the processes of docs/operations.md."
            )
        host, port = env.text("HOST", "127.0.0.1"), env.number("PORT", 7002, least=1)
        service = _listen(host, port)
        call_command("migrate", verbosity=0)
        address = f"http://{host}:{port}"
        self._greet(address)
        with _sandbox(address, port) if options["demo"] else nullcontext() as sandbox:
            if sandbox:
                self._show_demo(sandbox.url)
            self.stdout.flush()
            rings.keep_apart()
            service.run()
        self.stdout.write("Stopped.")

    def _greet(self, address: str) -> None:
        self.stdout.write(f"\nSCRM customer service: {address}/  (Ctrl-C stops it)")
        self.stdout.write(f"  Console       {address}/admin/\n  API           {address}/api/docs/")

    def _show_demo(self, sandbox: str) -> None:
        self.stdout.write(f"  WeCom sandbox {sandbox}/sandbox/")
        self.stdout.flush()
        access = demo_access.give(demo.fill(sandbox))
        self.stdout.write("\n".join([*access.lines(), f"  (kept in {demo_access.path()})"]))


def _sandbox(service: str, port: int) -> Sandbox:
    """On the port after the service's, or on any that is free."""
    rate = env.number("SANDBOX_RATE", 10)
    try:
        return demo.sandbox(service=service, port=port + 1, rate=rate)
    except OSError:
        return demo.sandbox(service=service, rate=rate)


def _listen(host: str, port: int) -> embedded.Service:
    try:
        return embedded.Service(host, port)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise CommandError(f"Can't listen on {host}:{port}: {error.strerror}.") from error
        raise CommandError(
            f"Port {port} is taken. Stop what listens there or name another: PORT={port + 1}."
        ) from error
