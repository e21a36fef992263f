"""What can be asked of a customer. docs/adding-a-field.md says how one more is added."""

from django.utils.translation import gettext_lazy as _

from customers.choices import CustomerStatus, CustomerType, Gender
from segments.fields import segment_links, tag_links
from segments.fields.field import Field, table
from segments.fields.kinds import CHOICE, FLAG, MEMBERSHIP, REFERENCE, TAGS, TEXT, TIME
from segments.fields.links import departments

FIELDS = table(
    (
        Field("name", _("name"), TEXT, "name"),
        Field("externalUserid", _("external userid"), TEXT, "external_userid"),
        Field("type", _("type"), CHOICE, "type", CustomerType),
        Field("gender", _("gender"), CHOICE, "gender", Gender),
        Field("status", _("status"), CHOICE, "status", CustomerStatus),
        Field("mobile", _("mobile"), TEXT, "mobile"),
        Field("province", _("province"), TEXT, "province"),
        Field("city", _("city"), TEXT, "city"),
        Field("position", _("position"), TEXT, "position"),
        Field("corpName", _("company's short name"), TEXT, "corp_name"),
        Field("corpFullName", _("company's full name"), TEXT, "corp_full_name"),
        Field("unionid", _("unionid"), TEXT, "unionid"),
        Field("channel", _("channel"), TEXT, "channel"),
        Field("stage", _("stage"), REFERENCE, "stage_id", of="customers.Stage"),
        Field("followUser", _("followed by"), REFERENCE, "follow_user_id", of="corps.Employee"),
        Field(
            "departments",
            _("department of the follower"),
            MEMBERSHIP,
            of="corps.Department",
            link=departments("follow_user_id"),
        ),
        Field("addTime", _("added"), TIME, "add_time"),
        Field("createTime", _("created"), TIME, "create_time"),
        Field("updateTime", _("updated"), TIME, "update_time"),
        Field("blacklisted", _("blacklisted"), FLAG, "blacklisted"),
        Field("tags", _("tags"), TAGS, of="tags.Tag", link=tag_links.TAGS),
        Field("tagGroups", _("tag groups"), MEMBERSHIP, of="tags.TagGroup", link=tag_links.GROUPS),
        Field("segments", _("segments"), MEMBERSHIP, of="segments.Segment", link=segment_links.LISTS),
    )
)
