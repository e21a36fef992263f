from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import RuleViolation
from corps.actors import SYSTEM
from corps.models import Corp
from wecom import connecting

# A value on the command line stays in the shell's history and shows in the list of processes.
_SECRETS = {"secret": True, "callback_token": False, "callback_aes_key": False}


class Command(BaseCommand):
    help = "Connect a company to its WeCom by a self-built app (docs/connect-wecom.md). Then run check_wecom."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--corp", type=int, required=True, help="the company's number here")
        parser.add_argument("--corpid", required=True, help="My company (我的企业), at the bottom: ww…")
        parser.add_argument("--agent-id", type=int, required=True, help="AgentId, on the app's page")
        parser.add_argument("--name", default="WeCom", help="how the app is called here")
        for name, needed in _SECRETS.items():
            option = name.replace("_", "-")
            one = parser.add_mutually_exclusive_group(required=needed)
            one.add_argument(f"--{option}-file", type=Path, metavar="FILE", help="a file that holds nothing else")
            if not needed:
                one.add_argument(f"--{option}", default="", help="Receive messages (接收消息), on the app's page")
        parser.add_argument("--api-base", default="", help="the address of a sandbox, http://127.0.0.1:7003")
        parser.add_argument("--proxy", action="store_true", help="that address is a proxy that leads to WeCom itself")
        parser.add_argument("--callbacks-only", action="store_true", help="the company's other app reads and writes")

    def handle(self, *args: Any, **options: Any) -> None:
        corp = Corp.objects.filter(pk=options["corp"]).first()
        if corp is None:
            raise CommandError(f"There is no company {options['corp']}. Add it in the console: Companies → Add.")
        try:
            app = connecting.connect_app(
                corp=corp,
                name=options["name"],
                corpid=options["corpid"],
                agent_id=options["agent_id"],
                secret=_value(options, "secret"),
                callback_token=_value(options, "callback_token"),
                callback_key=_value(options, "callback_aes_key"),
                api_base=options["api_base"],
                sandbox=bool(options["api_base"]) and not options["proxy"],
                main=not options["callbacks_only"],
                by=SYSTEM,
            )
        except RuleViolation as refusal:
            reasons = [str(refusal.message), *(f"  {error.field}: {error.message}" for error in refusal.errors)]
            raise CommandError("\n".join(reasons)) from refusal
        self.stdout.write(f"App {app.pk} is connected to {corp.name}. Now: manage.py check_wecom --app {app.pk}")


def _value(options: dict[str, Any], name: str) -> str:
    path: Path | None = options[f"{name}_file"]
    if path is None:
        return str(options.get(name) or "")
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise CommandError(f"{path} can't be read: {error.strerror}.") from error
