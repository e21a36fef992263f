"""What of people stands in the tables of follow-ups."""

from core.personal import Table

TABLES = {
    "SopEnrolment": Table(
        none="id create_time update_time corp customer enrolment_id sop_id name step steps state why since until "
        "owner goal_tag_id tag_steps open_mark",
        by={"customer": "id"},
    ),
    "FollowUp": Table(
        personal="content",
        none="id create_time update_time corp customer employee actor happened_at version kind outcome next_at "
        "import_key",
        aged="happened_at",
        along="FollowUpVersion.follow_up_id",
        by={"customer": "id"},
    ),
    "Reminder": Table(
        personal="content",
        none="id create_time update_time corp customer employee enrolment step due_at state settled_at settled_by "
        "source told_at version follow_up",
        by={"customer": "id"},
    ),
    "SopStop": Table(
        none="id corp customer enrolment reason key state tries due_at last_error create_time settled_at",
        by={"customer": "id"},
    ),
    "TimelineEntry": Table(
        personal="facts", none="id corp customer employee kind at event_id source actor", by={"customer": "id"}
    ),
    "FollowUpVersion": Table(
        personal="content",
        none="id corp customer follow_up_id number revision employee actor kind outcome happened_at next_at revised_by "
        "revised_at",
        aged="revised_at",
        by={"customer": "id"},
    ),
    "FollowUpComment": Table(
        personal="content",
        none="id create_time update_time corp customer follow_up employee actor version",
        by={"customer": "id"},
    ),
    # One of no follow-up is taken away by the sweep, the file before its row.
    "FollowUpAttachment": Table(
        personal="name follow_up",
        none="id corp customer file content_type size actor create_time",
        by={"customer": "id"},
    ),
    "FollowUpMention": Table(none="id corp customer follow_up comment employee actor at", by={"customer": "id"}),
    "FollowUpTemplate": Table(none="id create_time update_time corp kind name content order version"),
    "FollowUpSetting": Table(none="id create_time update_time corp edit_hours"),
    "FollowUpImport": Table(
        none="id corp name state file total after seen good known bad created code lease_until actor source "
        "create_time finished_at"
    ),
    # Gone within days in any case.
    "FollowUpImportLine": Table(
        personal="cells key", none="id corp job number customer state column code", by={"customer": "id"}, drop=True
    ),
    "Communication": Table(
        personal="content",
        none="id corp customer employee kind direction seconds at day external_id source actor create_time",
        aged="at",
        by={"customer": "id"},
    ),
}
