"""What of people stands in the tables of the company."""

from core.personal import Table

TABLES = {
    "Corp": Table(
        none="id create_time update_time name wecom_corpid time_zone active mirrored tags_version masking retention"
    ),
    "Department": Table(none="id create_time update_time corp wecom_id parent name order path version fetch_seq"),
    "IdempotencyKey": Table(
        personal="body", none="id corp principal key fingerprint status headers create_time", within="body", drop=True
    ),
    "Employee": Table(
        personal="userid name alias position",
        none="id create_time update_time corp status can_follow left_at direct_leaders version fetch_seq",
        staff=True,
    ),
    "DepartmentMember": Table(none="id corp department employee is_leader is_main"),
    "ApiAccount": Table(none="id create_time update_time corp name scopes rate active"),
    "ApiKey": Table(secrets="digest", none="id corp account prefix create_time expires_at revoked_at last_used_at"),
    "Ticket": Table(none="id corp drawn_at"),
    "User": Table(
        personal="username name",
        secrets="password",
        none="id last_login corp employee role is_active is_superuser date_joined",
        staff=True,
    ),
}
