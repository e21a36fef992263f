"""What of people stands in the tables of the tag catalogue."""

from core.personal import Table

TABLES = {
    "TagGroup": Table(
        none="id create_time update_time corp wecom_id name order kind wecom_order fetch_seq version deleted_at"
    ),
    "Tag": Table(
        none="id create_time update_time corp group wecom_id name order kind wecom_order fetch_seq version "
        "deleted_at merged_into use_count counted_at"
    ),
}
