"""The filters of the customer list: all that the API has, and when somebody was lost."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from corps.models import DepartmentMember
from customers.choices import AddWay, CustomerStatus, CustomerType, Gender, RelationStatus
from customers.console.listing.asked import OneOf, SomeOf, Typed, YesNo
from customers.console.listing.days import AddedDays, ChangedDays, LostDays
from customers.console.listing.picked import Picked, PickedMany
from customers.models import Customer, CustomerTag, FollowRelation


class Status(OneOf):
    """The living by default; the deleted are looked for on purpose."""

    title = _("status")
    parameter_name = wire = "status"
    options = CustomerStatus.choices
    everything = _("not deleted")


class MainFollower(Picked):
    title = _("main follower")
    parameter_name, wire = "follow_user__id__exact", "followUserId"
    reference = (Customer, "follow_user")


class InDepartment(Picked):
    """And those below it."""

    title = _("department")
    parameter_name, wire = "department", "departmentId"
    reference = (DepartmentMember, "department")


class InStage(Picked):
    title = _("stage")
    parameter_name, wire = "stage__id__exact", "stageId"
    reference = (Customer, "stage")


class AllTags(PickedMany):
    title = _("all of these tags")
    parameter_name, wire = "tag", "tagIdsAll"
    reference = (CustomerTag, "tag")


class AnyTag(PickedMany):
    title = _("any of these tags")
    parameter_name, wire = "tag_any", "tagIdsAny"
    reference = (CustomerTag, "tag")


class NoTag(PickedMany):
    title = pgettext_lazy("filter", "none of these tags")
    parameter_name, wire = "tag_none", "tagIdsNone"
    reference = (CustomerTag, "tag")


class Untagged(OneOf):
    title = _("no tag at all")
    parameter_name = wire = "untagged"
    options = ((1, _("Yes")),)


class ByChannel(Typed):
    title = _("channel")
    parameter_name = wire = "channel"


class OfType(OneOf):
    title = _("type")
    parameter_name, wire = "type__exact", "type"
    options = CustomerType.choices


class OfGender(OneOf):
    title = _("gender")
    parameter_name, wire = "gender__exact", "gender"
    options = Gender.choices


class Blacklisted(YesNo):
    title = _("blacklisted")
    parameter_name, wire = "blacklisted__exact", "blacklisted"


# The next four are asked of one and the same relation.


class Follower(Picked):
    title = _("follows or has followed")
    parameter_name, wire = "follower", "followerId"
    reference = (FollowRelation, "employee")


class RelationState(OneOf):
    title = _("relation")
    parameter_name, wire = "follow_status", "followStatus"
    options = RelationStatus.choices


class ByState(Typed):
    title = _("channel state")
    parameter_name, wire, longest = "follow_state", "followState", 64


class ByWay(SomeOf):
    title = _("add way")
    parameter_name, wire = "way", "addWay"
    options = AddWay.choices


class Added(AddedDays):
    title = _("added")


class Lost(LostDays):
    title = pgettext_lazy("filter", "lost")


class Changed(ChangedDays):
    title = pgettext_lazy("filter", "changed")


FILTERS = [
    Status,
    MainFollower,
    InDepartment,
    InStage,
    AllTags,
    AnyTag,
    NoTag,
    Untagged,
    ByChannel,
    Added,
    Lost,
    Changed,
    OfType,
    OfGender,
    Blacklisted,
    Follower,
    RelationState,
    ByWay,
    ByState,
]
