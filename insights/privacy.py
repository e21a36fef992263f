"""What of people stands in the tables of what is derived."""

from core.personal import Table

TABLES = {
    "RiskAlert": Table(
        personal="facts note",
        none="id corp kind level subject cause customer employee state opened_at closed_at acknowledged_at "
        "acknowledged_by handled_by outcome muted_until version open_mark",
        by={"customer": "id"},
    ),
    "ChurnScore": Table(none="id corp customer employee score level reasons as_of", by={"customer": "id"}),
    "Loss": Table(
        none="id corp customer employee began_at ended_at ended_by noticed days add_way state tags last_contact_at",
        aged="ended_at",
        by={"customer": "id"},
    ),
    "TransferFailure": Table(none="id corp customer taker reason event_id happened_at", by={"customer": "id"}),
    "RiskRule": Table(
        none="id create_time update_time corp kind department stage active threshold level department_key stage_key"
    ),
    "RiskSetting": Table(
        none="id create_time update_time corp deserter_tag deliver tell_managers digest_hour quiet_from "
        "quiet_until churn_watch churn_high"
    ),
    "ProfileSetting": Table(none="id create_time update_time corp recency frequency ties"),
    "ActivityDefinition": Table(none="id corp version days kinds actor create_time"),
    "DailyStat": Table(none="id corp day span metric dim ident detail relations people"),
    "StatWindow": Table(none="id corp day span computed_at final"),
}
