"""What of people stands in the tables of messages."""

from core.personal import Table

TABLES = {
    "OutboxEvent": Table(
        personal="payload",
        none="id event_id corp_id name aggregate_type aggregate_id aggregate_version part occurred_at published_at "
        "attempts last_error",
        within="payload",
    ),
    "InboxEvent": Table(
        personal="payload",
        none="id event_id corp_id name aggregate_type aggregate_id aggregate_version state received_at settled_at",
        within="payload",
    ),
    "InboxDelivery": Table(
        personal="last_error", none="id corp_id event handler state attempts due_at", within="last_error"
    ),
    "Command": Table(
        personal="last_error",
        none="id corp_id kind lane key subject revision state attempts due_at taken_until error_code source actor "
        "create_time settled_at open_mark",
        by={"lane": "lane"},
        drop=True,
    ),
    "DeadLetter": Table(
        personal="headers body",
        none="id corp_id digest queue routing_key reason received_at asked_at replayed_at",
        within="headers body",
        drop=True,
    ),
}
