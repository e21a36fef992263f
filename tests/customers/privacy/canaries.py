"""A person with a canary in everything that may hold something of them, and where canaries are still heard."""

from pathlib import Path
from typing import Any

import orjson
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache as shared_cache
from django.db import connection, models
from django.db.models import BinaryField, CharField, JSONField, TextField

from core.personal import of_customers, our_models
from core.time import now
from corps.models import IdempotencyKey
from customers.models import AccessRecord, Customer, FollowRelation
from customers.privacy.person import of, rows_of
from followups.models import TimelineEntry
from messaging.models import Command, DeadLetter, InboxDelivery, InboxEvent, OutboxEvent
from tests import world
from tests.world import Side
from wecom.models import CallbackReceipt, SyncRun

CANARY = "wmCanary_Bird"
NUMBER = "13877776666"


def person() -> Side:
    """A company with a row of everything about one customer, each personal column singing."""
    side = world._side()
    customer = side.rows["Customer"]
    Customer.objects.filter(pk=customer.pk).update(external_userid=CANARY, unionid=f"o{CANARY}", mobile=NUMBER)
    customer.refresh_from_db()
    for model, table in of_customers():
        if table.by and model not in (Customer, Command, CallbackReceipt):
            theirs = rows_of(of(customer), model, table)
            # What is unique gets a canary of its own where it is set below.
            columns = [c for c in table.personal.split() if _sings(model._meta.get_field(c), c)]
            theirs.update(**{column: _canary(model._meta.get_field(column)) for column in columns})
    texts = dict.fromkeys(("name", "avatar", "position", "corp_name", "province", "city", "search_text"), CANARY)
    Customer.objects.filter(pk=customer.pk).update(**texts, external_profile={"x": [CANARY]})
    FollowRelation.objects.filter(customer=customer).update(remark_mobiles=[NUMBER])
    _messages(side, customer)
    return side


def _sings(field: models.Field, column: str) -> bool:
    return isinstance(field, (CharField, TextField, JSONField)) and column not in ("gram", "remark_mobiles")


def _canary(field: Any) -> Any:
    return {"k": [CANARY, NUMBER]} if isinstance(field, JSONField) else CANARY[: field.max_length]


def _messages(side: Side, customer: Customer) -> None:
    corp, told = side.corp.pk, {"customerId": customer.pk, "externalUserid": CANARY}
    for event in OutboxEvent.objects.filter(aggregate_type="customer", aggregate_id=customer.pk):
        OutboxEvent.objects.filter(pk=event.pk).update(payload=event.payload | {"data": event.payload["data"] | told})
    ours = {"aggregateType": "customer", "data": {"customerId": customer.pk, "externalUserid": CANARY, "status": 1}}
    theirs = {"data": {"customerId": customer.pk, "text": f"{CANARY} said"}}
    by_id = {"data": {"externalUserid": CANARY, "text": "their words"}}
    for number, payload in enumerate((ours, theirs, by_id)):
        event = InboxEvent.objects.create(event_id=f"e{number}", corp_id=corp, name="message.received", payload=payload)
    InboxDelivery.objects.create(corp_id=corp, event=event, handler="x", due_at=now(), last_error=f"KeyError {CANARY}")
    DeadLetter.objects.create(corp_id=0, digest="a" * 64, queue="q", body=orjson.dumps(told))
    IdempotencyKey.objects.create(corp_id=corp, principal="api:1", key="k", fingerprint="f", body=orjson.dumps(told))
    CallbackReceipt.objects.filter(corp_id=corp).update(external_userid=CANARY, mailbox=f"customer:{CANARY}")
    Command.objects.create(
        corp_id=corp, kind="k", lane=f"customer:{customer.pk}", key="k", due_at=now(), last_error=CANARY
    )
    SyncRun.objects.filter(corp_id=corp).update(report={"failures": [{"who": CANARY, "code": 1}]})
    AccessRecord.objects.create(
        corp_id=corp, kind="unmask", actor="user:1", customer=customer, reason=CANARY, source="api", at=now()
    )
    TimelineEntry.objects.filter(customer=customer).update(facts={"k": CANARY})
    LogEntry.objects.create(
        user_id=side.rows["User"].pk,
        content_type=ContentType.objects.get_for_model(Customer),
        object_id=str(customer.pk),
        object_repr=CANARY,
        action_flag=CHANGE,
    )


def heard() -> set[str]:
    """Table and column of every text, JSON or bytes of any table in which a canary still sings."""
    found = set()
    for model in [*our_models(), LogEntry]:
        table = connection.ops.quote_name(model._meta.db_table)
        for field in model._meta.concrete_fields:
            if isinstance(field, (CharField, TextField, JSONField, BinaryField)):
                column = connection.ops.quote_name(field.column)
                # SQLite finds no text in bytes.
                column = column if connection.vendor == "mysql" else f"CAST({column} AS TEXT)"
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"SELECT COUNT(*) FROM {table} WHERE {column} LIKE %s OR {column} LIKE %s",
                        [f"%{CANARY}%", f"%{NUMBER}%"],
                    )
                    if cursor.fetchone()[0]:
                        found.add(f"{model._meta.db_table}.{field.column}")
    return found


def cached() -> list[str]:
    """Keys of this process' cache under which a canary sings."""
    entries: dict[str, Any] = getattr(shared_cache, "_cache", {})
    return [key for key, value in entries.items() if CANARY.encode() in value or NUMBER.encode() in value]


def filed(folder: Path) -> list[str]:
    """Files in which a canary sings."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if CANARY.encode() in path.read_bytes() or NUMBER.encode() in path.read_bytes()]
