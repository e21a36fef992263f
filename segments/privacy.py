"""What of people stands in the tables of segments and rules."""

from core.personal import Table

TABLES = {
    "BitmapIndex": Table(
        none="corp generation claimed busy_until base_number number watermark recent zone form customers size "
        "built_at folded_at checked_at wrong"
    ),
    "Bitmap": Table(none="id corp generation atom data"),
    "BitmapDelta": Table(none="id corp first number customers data"),
    "RuleBook": Table(none="id corp stamp"),
    "TagRule": Table(
        none="id create_time update_time corp name order hourly_limit state stopped number live_number version"
    ),
    "RuleVersion": Table(none="id corp rule number trigger condition actions actor source create_time"),
    "RuleRun": Table(
        none="id corp rule rule_version kind state bucket undoes after until total seen held changed report "
        "lease_until actor source started_at finished_at version"
    ),
    "RuleEffect": Table(
        personal="changes facts kept",
        none="id corp run rule rule_version customer event_name event_id at undone_at",
        by={"customer": "id"},
    ),
    "RuleOutcome": Table(
        none="id corp rule customer number code detail run_id event_name event_id at", by={"customer": "id"}
    ),
    "Segment": Table(
        none="id create_time update_time corp name description kind condition uses announces actor version deleted_at"
    ),
    "SegmentPending": Table(none="id corp customer_id event_id cause create_time"),
    "SegmentTouch": Table(none="id corp segment_id customer_id"),
    "SegmentRun": Table(
        none="id corp segment reason state actor origin number create_time started_at as_of finished_at fence "
        "lease_until total done entered left size told_entered told_left failures last_error open_mark"
    ),
    "SegmentSize": Table(none="id corp segment day size entered left"),
    "SegmentStanding": Table(none="segment corp run staged condition size as_of stale_since last_error version"),
    "SegmentStay": Table(
        none="id corp segment customer entered_run left_run entered_at left_at entered_by left_by entered_event "
        "left_event open_mark",
        by={"customer": "id"},
    ),
}
