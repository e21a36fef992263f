"""What of people stands in the tables of the customers."""

from core.personal import Table

TABLES = {
    "Stage": Table(none="id create_time update_time corp name order outcome active version"),
    "Customer": Table(
        personal="external_userid name avatar gender unionid mobile position corp_name corp_full_name external_profile "
        "province city search_text merged_text",
        none="id create_time update_time corp type follow_user add_time channel status deleted_at blacklisted "
        "stage version fetch_seq whole_seq mirror_version alive merged_into merged_count "
        "created_source created_by created_run",
        by={"id": "id"},
        alias="external_userid",
    ),
    "AccessRecord": Table(
        aged="at",
        days=180,
        # The address is a colleague's, and what a misuse is followed up by.
        personal="facts reason",
        none="id corp kind actor employee customer what number source address at",
        by={"customer": "id"},
        # Among the filters of an export may be what somebody searched for.
        within="facts",
    ),
    "Tombstone": Table(none="id corp digest customer_id reason actor at"),
    "Assignment": Table(
        none="id corp customer employee rule_id rule_name reason run_id source actor create_time", by={"customer": "id"}
    ),
    "Channel": Table(none="id create_time update_time corp name active order note version"),
    "AssignmentRule": Table(
        none="id create_time update_time corp name order active channel unnamed_state add_way also_lost strategy "
        "employee_ids department_ids capacity day_cap weekdays start end spare pointer version"
    ),
    "BlacklistEntry": Table(
        personal="reason",
        none="id corp customer actor since until ended_at ending ended_by open_mark",
        by={"customer": "id"},
    ),
    "ChannelKey": Table(none="id corp channel state add_way"),
    "Collaborator": Table(none="id corp customer employee actor create_time", by={"customer": "id"}),
    "ContactWay": Table(
        none="id create_time update_time corp channel name state type scene skip_verify tag_ids remark_template "
        "welcome_text spare status config_id qr_code error_code last_error asked_at serving version"
    ),
    "ContactWayMember": Table(none="id corp way employee department weekdays start end day_cap"),
    "CustomerGram": Table(personal="gram", none="corp_id customer alive", by={"customer": "id"}, drop=True),
    "CustomerView": Table(
        personal="condition",
        none="id create_time update_time corp owner kind name query columns sort shared pinned default_for own_default "
        "version",
        # It may ask for somebody by name.
        within="condition",
    ),
    "CustomField": Table(
        none="id create_time update_time corp subject key name kind required personal order active version"
    ),
    # One in no field is taken away by the sweep, the file before its row.
    "CustomFile": Table(
        personal="name field",
        none="id corp customer relation file content_type size actor create_time",
        by={"customer": "id"},
    ),
    "CustomOption": Table(none="id corp field label order active"),
    "CustomValue": Table(
        personal="text long_text number time",
        none="id corp field customer relation kind actor source run_id update_time relation_key",
        by={"customer": "id"},
        drop=True,
    ),
    "CustomChosen": Table(personal="option", none="id corp customer value relation", by={"customer": "id"}, drop=True),
    "CustomChange": Table(
        personal="before after",
        none="id corp customer relation field at actor source run_id",
        by={"customer": "id"},
        drop=True,
    ),
    "ValueChange": Table(
        # What people called somebody, and numbers of theirs that aren't any more.
        personal="before after",
        none="id corp customer employee field at actor source run_id",
        by={"customer": "id"},
        drop=True,
        aged="at",
    ),
    # A digest of a number, which the numbers of the country can be tried against.
    "CustomerKey": Table(personal="key", none="id corp customer kind", by={"customer": "id"}, drop=True),
    # Of so many that it is nobody's.
    "SharedKey": Table(none="id corp key people seen_at"),
    "DuplicatePair": Table(
        none="id corp first second reasons dismissed state actor dismissed_at create_time",
        by={"first": "id", "second": "id"},
        drop=True,
    ),
    "DuplicateSearch": Table(none="id corp customer_id changed_at"),
    "CustomerMerge": Table(
        # Marks of numbers that were filled in: digests too. A merge of an erased person takes nothing back.
        personal="filled",
        none="id corp kept other_ids before pairs source actor create_time undone_at undone_by left",
        by={"kept": "id"},
    ),
    "MergeMember": Table(none="id corp kept customer", by={"kept": "id", "customer": "id"}),
    "FollowRelation": Table(
        personal="remark description remark_corp_name remark_mobiles oper_userid wechat_channels personal_tags",
        none="id create_time update_time corp customer employee add_way state add_time status ended_at "
        "left_at fetch_seq seen_run missed_run digest created_source created_by created_run",
        by={"customer": "id"},
    ),
    "RelationEpisode": Table(
        none="id corp customer employee began_at ended_at ended_by noticed add_way state open_mark",
        by={"customer": "id"},
    ),
    "MirrorSighting": Table(none="id corp run_id ticket relations noted_at"),
    "StageChange": Table(none="id corp customer from_stage to_stage at actor source run_id", by={"customer": "id"}),
    "CustomerTag": Table(
        none="id corp customer tag follower kind source actor run_id create_time follower_key", by={"customer": "id"}
    ),
    "TalkFigures": Table(
        none="id corp employee day chats messages reply_percentage reply_minutes negative_feedback applications "
        "new_contacts final"
    ),
    "TalkReading": Table(none="id corp employee read_at known_until error_code"),
    "TransferJob": Table(
        none="id create_time update_time corp kind handover takers message state source actor started_at "
        "finished_at report error_code last_error due_at taken_until fence"
    ),
    "TransferItem": Table(
        personal="snapshot",
        none="id corp job customer handover taker state reason error_code sent_at takeover_time settled_at "
        "carried_at told_at doubted open_mark",
        by={"customer": "id"},
    ),
}
