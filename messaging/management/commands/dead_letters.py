from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.errors import RuleViolation
from messaging import deadletters
from messaging.models import DeadLetter, InboxDelivery, InboxEvent


@dataclass(frozen=True)
class _Operator:
    """Whoever may run commands on the machine."""

    label: str = "system"


class Command(BaseCommand):
    help = "List messages and deliveries that were given up, or send them again."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        acts.add_parser("list", help="dead messages that were not sent again, and dead deliveries")
        replay = acts.add_parser("replay", help="send dead messages again")
        replay.add_argument("ids", nargs="*", type=int, help="numbers from the list")
        replay.add_argument("--all", action="store_true", help="every one that was not sent again yet")
        redeliver = acts.add_parser("redeliver", help="give the dead deliveries of events their tries again")
        redeliver.add_argument("event_ids", nargs="+", help="event ids from the list")

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        acts: dict[str, Callable[..., None]] = {
            "list": self._list,
            "replay": self._replay,
            "redeliver": self._redeliver,
        }
        acts[act](**options)

    def _list(self, **options: Any) -> None:
        for row in DeadLetter.objects.filter(replayed_at=None, asked_at=None).order_by("id"):
            came = f"{row.received_at:%F %T}"
            self.stdout.write(f"message {row.pk}  {row.queue}  {row.routing_key}  {row.reason}  {came}")
        for dead in InboxDelivery.objects.filter(state=InboxDelivery.State.DEAD).select_related("event").order_by("id"):
            kind = dead.last_error.partition(":")[0]
            self.stdout.write(f"event {dead.event.event_id}  {dead.event.name}  {dead.handler}  {kind}")

    def _replay(self, *, ids: list[int], **options: Any) -> None:
        if bool(ids) == options["all"]:
            raise CommandError("Name the messages by their numbers, or say --all.")
        rows = DeadLetter.objects.filter(replayed_at=None, asked_at=None) if options["all"] else self._named(ids)
        for row in rows:
            self._report(f"message {row.pk}", partial(deadletters.replay, letter=row, by=_Operator()))

    def _redeliver(self, *, event_ids: list[str], **options: Any) -> None:
        found = {event.event_id: event for event in InboxEvent.objects.filter(event_id__in=event_ids)}
        if missing := set(event_ids) - found.keys():
            raise CommandError(f"There is no event {', '.join(sorted(missing))}.")
        for event in found.values():
            again = partial(deadletters.redeliver, event=event, by=_Operator())
            self._report(f"event {event.event_id}", again)

    def _named(self, ids: list[int]) -> list[DeadLetter]:
        rows = list(DeadLetter.objects.filter(pk__in=ids))
        if missing := set(ids) - {row.pk for row in rows}:
            raise CommandError(f"There is no message {', '.join(map(str, sorted(missing)))}.")
        return rows

    def _report(self, what: str, act: Callable[[], Any]) -> None:
        try:
            act()
        except RuleViolation as refusal:
            self.stdout.write(f"{what}: {refusal.message}")
        else:
            self.stdout.write(f"{what}: sent again")
