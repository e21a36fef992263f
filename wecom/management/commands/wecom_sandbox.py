import dataclasses
import errno
import logging
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.daemons import stop_on_signals
from wecom.sandbox import access
from wecom.sandbox.faults import Faults
from wecom.sandbox.mishaps import Mishaps
from wecom.sandbox.running import Plan, Sandbox

# Not the demo's: two processes with one corp id would be two truths of one company.
_SEED = 7003


class Command(BaseCommand):
    help = "Run a WeCom of one's own: its API, a company that lives, and its callbacks (docs/sandbox.md)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=7003)
        parser.add_argument("--rate", type=float, default=6.0, help="acts a minute; 0: nothing happens by itself")
        parser.add_argument("--customers", type=int, default=2000)
        parser.add_argument("--employees", type=int, default=20)
        parser.add_argument(
            "--seed", type=int, default=_SEED, help="another seed is another company, with its own corp id"
        )
        parser.add_argument(
            "--callback", default="http://127.0.0.1:7002", help="the service, or 'none' for no callbacks"
        )
        parser.add_argument("--state", type=Path, default=None, help="the company's file (DATA_DIR/sandbox-SEED.json)")
        parser.add_argument("--faults", nargs="*", default=[], metavar="NAME=VALUE", help="slow=0.1 code.45009=0.01 …")
        parser.add_argument("--mishaps", nargs="*", default=[], metavar="NAME=VALUE", help="loss=0.2 doubling=0.2 …")

    def handle(self, **options: Any) -> None:
        plan = _plan(options)
        sandbox = _listen(plan)
        # It reports as a warning each connection that a fault has cut.
        logging.getLogger("waitress").setLevel(logging.ERROR)
        stopping = stop_on_signals()
        sandbox.start()
        self._tell(sandbox, plan)
        stopping.wait()
        sandbox.stop()
        self.stdout.write("Stopped.")

    def _tell(self, sandbox: Sandbox, plan: Plan) -> None:
        told, counts = plan.access, sandbox.company.counts()
        secret = plan.state.with_suffix(".secret")
        secret.touch(mode=0o600)
        secret.write_text(told.secret, encoding="utf-8")
        self.stdout.write(f"\nWeCom sandbox: {sandbox.url}/sandbox/  (Ctrl-C stops it)")
        self.stdout.write("  " + ", ".join(f"{number} {name}" for name, number in counts.items()))
        self.stdout.write(f"  Callbacks to {plan.callback or 'nowhere'}\n\nTell the service of it once:\n")
        self.stdout.write(
            f"  manage.py add_wecom_app --corp ID --corpid {told.corpid} --agent-id {told.agent_id} \\\n"
            f"    --secret-file {secret} --callback-token {told.token} \\\n"
            f"    --callback-aes-key {told.aes_key} --api-base {sandbox.url}\n"
        )
        self.stdout.flush()


def _plan(options: dict[str, Any]) -> Plan:
    given = access.of(settings.SECRET_KEY, options["seed"])
    base = "" if options["callback"] == "none" else options["callback"].rstrip("/")
    faults, mishaps = Faults(seed=options["seed"]), Mishaps(seed=options["seed"])
    _set_faults(faults, options["faults"])
    for name, value in _pairs(options["mishaps"], _names(mishaps)):
        setattr(mishaps, name, int(value) if name == "window" else value)
    return Plan(
        access=given,
        state=options["state"] or Path(settings.DATA_DIR) / f"sandbox-{options['seed']}.json",
        callback=base if not base or "/callback/" in base else f"{base}/wecom/callback/{given.corpid}/",
        faults=faults,
        mishaps=mishaps,
        **{name: options[name] for name in ("host", "port", "rate", "customers", "employees", "seed")},
    )


def _set_faults(faults: Faults, given: list[str]) -> None:
    """``code.45009=0.01`` for a return code of any API, else the names of ``Faults``."""
    codes = [one for one in given if one.startswith("code.")]
    names = _names(faults) - {"errors", "only", "seed"}
    faults.set(**dict(_pairs([one for one in given if one not in codes], names)))
    try:
        pairs = [one.removeprefix("code.").split("=") for one in codes]
        faults.set(errors={"*": {int(code): float(likely) for code, likely in pairs}} if pairs else {})
    except ValueError as error:
        raise CommandError(f"--faults {' '.join(codes)}: write code.45009=0.01.") from error


def _pairs(given: list[str], names: set[str]) -> list[tuple[str, float]]:
    pairs = []
    for one in given:
        name, _, value = one.partition("=")
        try:
            pairs.append((name, float(value)))
        except ValueError as error:
            raise CommandError(f"{one}: write {name or 'name'}=0.1.") from error
        if name not in names:
            raise CommandError(f"There is no {name}. There are: {', '.join(sorted(names))}.")
    return pairs


def _names(row: Any) -> set[str]:
    return {field.name for field in dataclasses.fields(row) if not field.name.startswith("_")}


def _listen(plan: Plan) -> Sandbox:
    try:
        return Sandbox(plan)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CommandError(f"Port {plan.port} is taken: name another with --port.") from error
        raise CommandError(f"Can't listen on {plan.host}:{plan.port}: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"{error}. Remove the file, or name another with --state.") from error
