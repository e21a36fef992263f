import threading
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.daemons import stop_on_signals
from core.errors import RuleViolation
from corps.actors import SYSTEM
from corps.models import Corp
from wecom.models import SyncRun
from wecom.sync import asking, leases, progress, report, running, safety

_OPEN = (SyncRun.State.QUEUED, SyncRun.State.RUNNING)


class Command(BaseCommand):
    help = "Read everything from WeCom once, in the foreground. A killed run is gone on with by the next start."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--corp", type=int, help="the company's number; by default every connected one")
        parser.add_argument("--kind", choices=SyncRun.Kind.values, help="only this; by default everything, in order")
        parser.add_argument("--dry-run", action="store_true", help="tell what would change, and change nothing")
        parser.add_argument("--approve", type=int, metavar="RUN", help="let a run that waits for approval go on")
        parser.add_argument("--refuse", type=int, metavar="RUN", help="end a run that waits for approval; nothing ends")
        parser.add_argument("--cancel", type=int, metavar="RUN", help="end an open run")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            runs = self._decided(options) or self._asked(options)
        except RuleViolation as refusal:
            raise CommandError(str(refusal.message)) from refusal
        stopping = stop_on_signals()
        for run in runs:
            self._see_through(run, stopping)

    def _decided(self, options: dict[str, Any]) -> list[SyncRun]:
        """The run that was decided on, to be seen through."""
        for name, act in (("approve", safety.approve), ("refuse", safety.refuse), ("cancel", asking.cancel)):
            if options[name] is not None:
                run = SyncRun.objects.filter(pk=options[name]).first()
                if run is None:
                    raise CommandError(f"There is no run {options[name]}.")
                act(run=run, by=SYSTEM)  # type: ignore[operator]
                return [run]
        return []

    def _asked(self, options: dict[str, Any]) -> list[SyncRun]:
        """New runs, and those that are open already and go on."""
        corps = [options["corp"]] if options["corp"] else self._connected()
        runs: list[SyncRun] = []
        for corp_id in corps:
            for kind in [options["kind"]] if options["kind"] else asking.ORDER:
                open_one = SyncRun.objects.of_corp(corp_id).filter(kind=kind, finished_at=None).first()
                runs.append(open_one or asking.ask(corp_id=corp_id, kind=kind, by=SYSTEM, dry_run=options["dry_run"]))
        return runs

    def _connected(self) -> list[int]:
        return list(Corp.objects.filter(mirrored=True, active=True).order_by("pk").values_list("pk", flat=True))

    def _see_through(self, run: SyncRun, stopping: threading.Event) -> None:
        """Work on it, or watch whoever does, until it is over or needs a person."""
        self.stdout.write(f"{run.get_kind_display()} (run {run.pk}, company {run.corp_id})")
        shown = ""
        while run.state in _OPEN and not stopping.is_set():
            if taken := leases.take(run.pk):
                running.work(taken, stopping=stopping, tell=self._progress)
            else:
                time.sleep(0.5)
            run.refresh_from_db()
            if shown != (shown := run.last_error) and shown:
                self.stdout.write(f"  {shown}")
        for sentence in report.sentences(run):
            self.stdout.write(f"  {sentence}")
        self.stdout.write(f"  {run.get_state_display()}")

    def _progress(self, run: SyncRun) -> None:
        figures = progress.of(run)
        text = f"  {figures.pages} pages, {figures.rows} rows, {figures.rate:.0f}/s"
        if figures.seconds_left is not None:
            text += f", {figures.seconds_left:.0f} s left"
        self.stdout.write(text, ending="\r" if self.stdout.isatty() else "\n")
