"""What can be asked of the tags on a customer beside which they are: for whom, since when, by what kind of act."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from customers.choices import Source
from segments.fields import tag_links
from segments.fields.field import Field, Rows, table
from segments.fields.kinds import MEMBERSHIP, REFERENCE, TEXT, TIME, WORD

TAG = Rows(
    "tag",
    _("tag"),
    "customers.CustomerTag",
    table(
        (
            Field("tag", _("tag"), MEMBERSHIP, of="tags.Tag", link=tag_links.TAG),
            Field("tagGroup", _("tag group"), MEMBERSHIP, of="tags.TagGroup", link=tag_links.GROUP),
            Field("follower", _("follower"), REFERENCE, "follower_id", of="corps.Employee"),
            Field("source", _("source"), WORD, "source", Source),
            Field("actor", _("put by"), TEXT, "actor"),
            Field("createTime", _("put"), TIME, "create_time"),
        )
    ),
    only=Q(tag__deleted_at=None),
)
