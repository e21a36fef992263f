"""Stays as the pages of a group and of a customer show them."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from core.console import ReadOnlyInline
from core.console_links import page_link
from core.console_lists import badge
from core.console_scope import actor_of
from corps.querysets import owns_narrowly
from customers.models import Customer
from groups import trajectory
from groups.choices import JoinScene, MemberType, QuitScene
from groups.dressing import names_of
from groups.models import ChatChange, GroupMember

QUIT_COLOURS = {
    QuitScene.LEFT: "warning",
    QuitScene.REMOVED: "danger",
    QuitScene.DISMISSED: "info",
}


class StayInline(ReadOnlyInline):
    """What every list of stays can show."""

    model = GroupMember
    template_before = "console/no_rows.html"

    @display(description=_("joined by"))
    def way(self, row: GroupMember) -> str:
        if row.join_scene is None:
            return "–"
        # WeCom has had other numbers: one without a name is shown as it is.
        return str(JoinScene(row.join_scene).label) if row.join_scene in JoinScene else str(row.join_scene)

    @display(description=_("how it ended"))
    def how(self, row: GroupMember) -> str:
        if row.quit_scene is None:
            return badge(_("is in it"), "success")
        return badge(row.get_quit_scene_display(), QUIT_COLOURS.get(QuitScene(row.quit_scene)))


class MemberInline(StayInline):
    """Who is in the group now, and how they came."""

    verbose_name_plural = _("in it now")
    fields = readonly_fields = ["person", "kind", "join_time", "way", "inviter", "state"]
    ordering = ["join_time", "id"]
    empty_text = _("Nobody is in this group any more. Who was is under “was in it”.")
    past = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request).select_related("employee")
        return rows.filter(left_at__isnull=not self.past)

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        actor = actor_of(request)
        seen = Customer.objects.visible_to(actor).filter(group_stays__chat=obj)
        # Staff and managers may own a group with other people's customers in it: those are named, not linked.
        self.linked = set(seen.values_list("pk", flat=True)) if obj and owns_narrowly(actor) else None
        invited = (
            GroupMember.objects.filter(chat=obj).values_list("inviter_userid", flat=True).distinct() if obj else []
        )
        self.inviters = names_of(obj.corp_id, invited) if obj else {}
        return super().get_formset(request, obj, **kwargs)

    @display(description=_("invited by"))
    def inviter(self, row: GroupMember) -> str:
        return self.inviters.get(row.inviter_userid) or row.inviter_userid or "–"

    @display(description=_("who"))
    def person(self, row: GroupMember) -> str:
        name = row.group_nickname or row.name or (row.employee.name if row.employee else "") or row.userid
        if row.employee_id:
            return page_link("corps_employee", row.employee_id, name)
        if row.customer_id and (self.linked is None or row.customer_id in self.linked):
            return page_link("customers_customer", row.customer_id, name)
        return name

    @display(description=_("type"))
    def kind(self, row: GroupMember) -> str:
        if row.type == MemberType.EMPLOYEE:
            return badge(_("colleague"), "info")
        return badge(_("customer"), "success") if row.customer_id else badge(_("nobody's customer"))


class PastInline(MemberInline):
    """Who was in the group, and how they left."""

    verbose_name_plural = _("was in it")
    fields = readonly_fields = ["person", "kind", "join_time", "left_at", "how"]
    ordering = ["-left_at", "-id"]
    empty_text = _("Nobody has left this group yet, as far as WeCom has told.")
    past = True


class ChangeInline(ReadOnlyInline):
    """What became of the group: owners, names, notices, its end."""

    model = ChatChange
    verbose_name_plural = _("what changed")
    fields = readonly_fields = ["at", "kind", "was", "became"]
    ordering = ["-at", "-id"]
    template_before = "console/no_rows.html"
    empty_text = _("Nothing of this group has changed since the mirror saw it first.")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.names = trajectory.names_of(obj) if obj else {}
        return super().get_formset(request, obj, **kwargs)

    @display(description=_("before"))
    def was(self, row: ChatChange) -> str:
        return str(trajectory.worded(row.kind, row.before, self.names))

    @display(description=_("after"))
    def became(self, row: ChatChange) -> str:
        return str(trajectory.worded(row.kind, row.after, self.names))


class CustomersStayInline(StayInline):
    """The groups that a customer is in, or was."""

    verbose_name_plural = _("group chats")
    fields = readonly_fields = ["group", "join_time", "way", "how", "left_at"]
    ordering = ["-join_time", "-id"]
    empty_text = _("WeCom has shown this customer in no group that you may see.")
    per_page = 10

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("chat")

    @display(description=_("group chat"))
    def group(self, row: GroupMember) -> str:
        return page_link("groups_groupchat", row.chat_id, row.chat.name or row.chat.chat_id)
