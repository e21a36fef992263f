"""What of people stands in the tables of group chats."""

from core.personal import Table

TABLES = {
    "GroupChat": Table(
        none="id create_time update_time corp chat_id name owner admins notice status opened_at dismissed_at "
        "member_version member_count customer_count version fetch_seq seen_run alive"
    ),
    "ChatChange": Table(none="id corp chat kind before after at"),
    "GroupTagSet": Table(none="id create_time update_time corp name order version"),
    "GroupTag": Table(none="id create_time update_time corp set name order version"),
    "ChatTag": Table(none="id corp chat tag source actor create_time"),
    "FiguresDay": Table(none="id corp day final pulls error_code pulled_at"),
    "OwnerFigures": Table(
        none="id corp owner day new_chats chats active_chats new_members members active_members messages"
    ),
    "GroupMember": Table(
        personal="userid unionid name group_nickname",
        none="id corp chat type employee customer join_time join_scene inviter_userid state left_at quit_scene "
        "open_mark",
        by={"customer": "id", "userid": "external_userid"},
        alias="userid",
    ),
    "GroupTransferJob": Table(
        none="id create_time update_time corp taker state actor started_at finished_at error_code version"
    ),
    "GroupTransferItem": Table(
        none="id corp job chat owner leaver state reason error_code attempts due_at sent_at settled_at open_mark"
    ),
}
