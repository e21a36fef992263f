"""The columns that the customer list can have, and those by which it can be sorted: along an index, and no other."""

from django.utils.translation import gettext_lazy as _

# Key → what stands above it. The key is the page's column.
COLUMNS = {
    "heading": _("customer"),
    "follow_user": _("followed by"),
    "channel": _("channel"),
    "status_label": _("status"),
    "stage_label": _("stage"),
    "tag_labels": _("tags"),
    "add_time": _("added"),
    "mobile_label": _("mobile"),
    "type": _("type"),
    "gender": _("gender"),
    "place_label": _("place"),
    "corp_label": _("company's short name"),
    "blacklisted": _("blacklisted"),
    "update_time": _("updated"),
    "create_time": _("created"),
}
USUAL = ["heading", "follow_user", "channel", "status_label", "stage_label", "tag_labels", "add_time"]
# Who it is stands in each row: it leads to the page.
FIRST = "heading"
SORTABLE = ["add_time", "update_time"]
SORTS = {
    "-add_time": _("last added first"),
    "add_time": _("first added first"),
    "-update_time": _("last changed first"),
    "update_time": _("longest unchanged first"),
}
