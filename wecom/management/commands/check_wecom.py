from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from corps.actors import SYSTEM
from wecom import checking
from wecom.checking import Finding, Verdict
from wecom.models import WecomApp

_MARKS = {Verdict.WORKS: "ok", Verdict.EMPTY: "empty", Verdict.REFUSED: "REFUSED", Verdict.UNKNOWN: "?"}


class Command(BaseCommand):
    help = "Try out each connected app: what works, what doesn't, and what to change in WeCom's admin pages."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--corp", type=int, help="only the apps of this company")
        parser.add_argument("--app", type=int, help="only this app")

    def handle(self, *args: Any, corp: int | None, app: int | None, **options: Any) -> None:
        apps = WecomApp.objects.filter(active=True).select_related("corp").order_by("corp_id", "id")
        apps = apps.filter(corp_id=corp) if corp else apps
        apps = apps.filter(pk=app) if app else apps
        if not apps:
            raise CommandError("There is no active app. Connect one with manage.py add_wecom_app.")
        bad = sum(self._told(each) for each in apps)
        if bad:
            raise CommandError(f"{bad} of these do not work.")

    def _told(self, app: WecomApp) -> int:
        """Write one app's report; returns how much of it was refused."""
        where = f", sandbox at {app.api_base}" if app.sandbox else ""
        self.stdout.write(f"\n{app.corp.name}: {app.name} (app {app.pk}, agent {app.agent_id}{where})")
        findings = checking.check(app=app, by=SYSTEM)
        for finding in findings:
            self.stdout.write(f"  {_MARKS[finding.verdict]:<8}{finding.about}{_more(finding)}")
            if finding.advice:
                self.stdout.write(f"          {finding.advice}")
        return sum(finding.verdict is Verdict.REFUSED for finding in findings)


def _more(finding: Finding) -> str:
    parts = [
        _("%(count)s visible") % {"count": finding.seen} if finding.seen is not None else "",
        str(finding.code or ""),
        finding.hint,
        _("WeCom sees this server as %(address)s.") % {"address": finding.seen_from} if finding.seen_from else "",
    ]
    told = ", ".join(part for part in parts if part)
    return f" ({told})" if told else ""
