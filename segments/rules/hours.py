"""The runs in which rules act by events: one for each rule and hour, which also bounds how much it does in it."""

from django.db import connection

from core.time import now
from corps.actors import SYSTEM
from segments.models import RuleRun, TagRule
from segments.rules import states
from segments.rules.books import Armed


class Hours:
    """The runs of some rules in this hour, locked when they are first needed. With a job's run, that is all of them."""

    def __init__(self, corp_id: int, job: RuleRun | None = None) -> None:
        self._corp_id, self._job = corp_id, job
        self._runs: dict[int, RuleRun] = {}
        self._stopped: set[int] = set()

    def room(self, armed: Armed) -> RuleRun | None:
        """The run that the rule's next change belongs to; None: the hour is full, and the rule waits for a person."""
        if self._job:
            return self._job
        run = self._runs.get(armed.rule_id) or self._runs.setdefault(armed.rule_id, self._locked(armed))
        if run.changed < armed.hourly_limit:
            return run
        if armed.rule_id not in self._stopped:
            self._stopped.add(armed.rule_id)
            rule = TagRule.objects.get(pk=armed.rule_id)
            if rule.state == TagRule.State.ACTIVE:
                states.pause(rule=rule, by=SYSTEM, source="rule", stopped=TagRule.Stopped.HOURLY)
        return None

    def store(self) -> None:
        """Write down how much was done. A job's owner does so itself."""
        for run in self._runs.values():
            RuleRun.objects.filter(pk=run.pk).update(changed=run.changed, seen=run.changed, held=run.changed)

    def _locked(self, armed: Armed) -> RuleRun:
        kind, bucket = RuleRun.Kind.LIVE, f"{now():%Y-%m-%dT%H}"
        key = {"rule_version_id": armed.version_id, "kind": kind, "bucket": bucket}
        try:
            return RuleRun.objects.locked(**key)
        except RuleRun.DoesNotExist:
            # An insert that ignores what is there would share the row's lock with its rivals, and then none could
            # have it alone; one that updates takes it.
            new = RuleRun(corp_id=self._corp_id, rule_id=armed.rule_id, state=RuleRun.State.DONE, **key)
            unique = None if connection.vendor == "mysql" else ["rule_version", "kind", "bucket"]
            RuleRun.objects.bulk_create([new], update_conflicts=True, update_fields=["state"], unique_fields=unique)
            return RuleRun.objects.locked(**key)
