import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField


class OutboxEvent(models.Model):
    """An event that a committed change owes the world. Written with the change, published by the relay."""

    event_id = models.UUIDField(_("event id"), default=uuid.uuid4, unique=True, editable=False)
    corp_id = models.BigIntegerField(_("corp"))
    name = models.CharField(_("event"), max_length=80)
    aggregate_type = models.CharField(_("subject"), max_length=40)
    aggregate_id = models.BigIntegerField(_("subject id"))
    aggregate_version = models.PositiveBigIntegerField(_("subject version"))
    part = models.PositiveSmallIntegerField(_("partition"))
    payload = models.JSONField(_("payload"))
    occurred_at = models.DateTimeField(_("occurred"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500, blank=True, default="")

    class Meta:
        db_table = "outbox_event"
        verbose_name = _("outgoing event")
        verbose_name_plural = _("outgoing events")
        constraints = [
            # Each event has a version of its own, so a reader that keeps the last version seen drops none.
            models.UniqueConstraint(
                fields=["aggregate_type", "aggregate_id", "aggregate_version"], name="uk_outbox_version"
            ),
        ]
        indexes = [
            # The relay's only read: unpublished rows of a partition in id order. Auto-increment ids commit out of
            # order, so it asks for "not published", never for "id above the last one".
            models.Index(fields=["part", "published_at", "id"], name="ix_outbox_due"),
            # The console's list of one corp, newest first.
            models.Index(fields=["corp_id", "-id"], name="ix_outbox_corp"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class InboxEvent(models.Model):
    """An event that came in, stored before it was acknowledged."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        DONE = "done", _("done")
        IGNORED = "ignored", _("no reader")
        DEAD = "dead", _("dead")

    event_id = ExactCharField(_("event id"), max_length=64, unique=True)
    corp_id = models.BigIntegerField(_("corp"))
    name = models.CharField(_("event"), max_length=80)
    aggregate_type = models.CharField(_("subject"), max_length=40, blank=True)
    aggregate_id = ExactCharField(_("subject id"), max_length=64, blank=True)
    aggregate_version = models.PositiveBigIntegerField(_("subject version"), null=True, blank=True)
    payload = models.JSONField(_("payload"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)

    class Meta:
        db_table = "inbox_event"
        verbose_name = _("incoming event")
        verbose_name_plural = _("incoming events")
        indexes = [
            # The console's list of one corp by state, newest first.
            models.Index(fields=["corp_id", "state", "-id"], name="ix_inbox_corp_state"),
            # The clean-up's and the health page's: the oldest of a state.
            models.Index(fields=["state", "received_at"], name="ix_inbox_state_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.event_id}"


class InboxDelivery(models.Model):
    """One handler's share of one incoming event: it runs once, and its mark commits with its work."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        DONE = "done", _("done")
        DEAD = "dead", _("dead")

    corp_id = models.BigIntegerField(_("corp"))
    event = models.ForeignKey(InboxEvent, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("event"))
    handler = models.CharField(_("handler"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    last_error = models.CharField(_("last error"), max_length=500, blank=True, default="")

    class Meta:
        db_table = "inbox_delivery"
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="uk_inbox_delivery")]
        # The sweeper's read: what is waiting and overdue.
        indexes = [models.Index(fields=["state", "due_at"], name="ix_delivery_due")]

    def __str__(self) -> str:
        return f"{self.handler} {self.state}"


class Command(models.Model):
    """Something WeCom has to be told. Recorded with the change it comes from; says what to look at, never what to send.

    Whoever executes it reads the rows as they are at that moment, so a later change needs no second command, a repeat
    does no harm, and no value is here to leak. ``key`` names what it brings into step, with one open command at most.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("done")
        DEAD = "dead", _("given up")

    corp_id = models.BigIntegerField(_("corp"))
    kind = models.CharField(_("kind"), max_length=40)
    # One lane is worked off by one at a time, in the order of ids: "customer:12", "catalogue".
    lane = ExactCharField(_("lane"), max_length=64)
    key = ExactCharField(_("key"), max_length=120)
    # Ids alone: {"customerId": 12, "employeeId": 3, "tagId": 7}.
    subject = models.JSONField(_("subject"), default=dict)
    # Grows when the same is wanted again while the command is open: an execution that began before doesn't close it.
    revision = models.PositiveIntegerField(_("revision"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))
    # On a lane's first open command: until when somebody works on that lane. Commands of one lane are wanted under one
    # lock (the customer's, the catalogue's), so no earlier one turns up meanwhile.
    taken_until = models.DateTimeField(null=True, blank=True, editable=False)
    error_code = models.IntegerField(_("error code"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="")
    source = models.CharField(_("source"), max_length=10)
    actor = models.CharField(_("asked by"), max_length=40, default="system")
    create_time = models.DateTimeField(_("created"), auto_now_add=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # 1 while it is open, else NULL: a plain unique key then allows one open command of a key.
    open_mark: Any = models.GeneratedField(
        expression=models.Case(models.When(settled_at=None, then=models.Value(1)), default=models.Value(None)),
        output_field=models.PositiveSmallIntegerField(null=True),
        db_persist=True,
    )

    class Meta:
        db_table = "command"
        verbose_name = _("command")
        verbose_name_plural = _("commands")
        constraints = [models.UniqueConstraint(fields=["corp_id", "key", "open_mark"], name="uk_command_open")]
        indexes = [
            # What is due, oldest first.
            models.Index(fields=["state", "due_at"], name="ix_command_due"),
            # A lane's open commands, in order.
            models.Index(fields=["corp_id", "lane", "open_mark"], name="ix_command_lane"),
            # The console's list of one corp, newest first, and by state.
            models.Index(fields=["corp_id", "-id"], name="ix_command_corp"),
            models.Index(fields=["corp_id", "state", "-id"], name="ix_command_state"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class DeadLetter(models.Model):
    """A message the broker gave up on, brought into the database so that a person can see it and send it again."""

    # 0 where the message couldn't be read far enough to know its corp: only superusers see those.
    corp_id = models.BigIntegerField(_("corp"), default=0)
    digest = ExactCharField(_("digest"), max_length=64, unique=True)
    queue = models.CharField(_("queue"), max_length=120)
    routing_key = models.CharField(_("routing key"), max_length=120, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    headers = models.JSONField(_("headers"), default=dict)
    body = models.BinaryField(_("body"))
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    # A task is sent again by a worker, not by the request that asks for it.
    asked_at = models.DateTimeField(_("replay asked"), null=True, blank=True)
    replayed_at = models.DateTimeField(_("replayed"), null=True, blank=True)

    class Meta:
        db_table = "dead_letter"
        verbose_name = _("dead letter")
        verbose_name_plural = _("dead letters")
        # The console's list, newest first.
        indexes = [models.Index(fields=["corp_id", "-id"], name="ix_dead_letter_corp")]

    def __str__(self) -> str:
        return f"{self.queue} {self.reason}"
