"""What of people stands in the tables of the wall."""

from core.personal import Table

TABLES = {
    "WecomApp": Table(
        secrets="secret_sealed callback_token_sealed callback_key_sealed token_sealed",
        none="id create_time update_time corp name corpid agent_id welcome_text api_base sandbox active main "
        "token_expires_at token_lease_until token_lease_owner trouble_code trouble_at",
    ),
    "MessageArchive": Table(
        none="id create_time update_time corp source active seq latest_seq read_at message_at messages counted "
        "last_error"
    ),
    "ApiClosure": Table(none="id corp api until code since"),
    "DriftCheck": Table(none="id corp checked_at employees pairs unequal verified differing"),
    "Notice": Table(
        none="id corp employee event_id risk_id kind level customer_id owner_id state due_at attempts taken_by "
        "taken_until error_code last_error create_time settled_at"
    ),
    "PageTicket": Table(secrets="ticket_sealed", none="id corp app kind expires_at"),
    "CallbackReceipt": Table(
        personal="userid external_userid body_sealed mailbox",
        none="id corp app digest event change_type chat_id happened_at urgent state attempts due_at claimed_by "
        "error_code last_error received_at settled_at",
        by={"external_userid": "external_userid"},
        drop=True,
    ),
    "SyncRun": Table(
        personal="report last_error",
        none="id corp kind state dry_run asked_by create_time started_at finished_at first_ticket fence "
        "lease_until plan cursor pages steps_done steps_total spent approved_by error_code open_mark",
        within="report last_error",
    ),
}
