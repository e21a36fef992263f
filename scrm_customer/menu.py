"""What stands in the console's menu, and in which order."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

# Title, and under it: app and model, icon. The permission to view decides.
GROUPS: list[tuple[Any, list[tuple[str, str]]]] = [
    (
        pgettext_lazy("menu", "Customers"),
        [
            ("customers.customer", "group"),
            ("customers.customerview", "view_list"),
            ("groups.groupchat", "forum"),
            ("followups.followup", "edit_note"),
            ("followups.reminder", "alarm"),
            ("followups.followupmention", "alternate_email"),
            ("followups.followuptemplate", "article"),
            ("followups.followupimport", "upload_file"),
            ("customers.stage", "flag"),
            ("customers.customfield", "edit_attributes"),
            ("customers.duplicatepair", "join_inner"),
            ("customers.customermerge", "merge"),
            ("followups.followupsetting", "edit_calendar"),
        ],
    ),
    (
        pgettext_lazy("menu", "Figures"),
        [("insights.dailystat", "monitoring")],
    ),
    (
        pgettext_lazy("menu", "Segments"),
        [("segments.segment", "filter_alt")],
    ),
    (
        pgettext_lazy("menu", "Channels"),
        [("customers.channel", "signpost"), ("customers.contactway", "qr_code")],
    ),
    (
        pgettext_lazy("menu", "Tags"),
        [
            ("tags.tag", "sell"),
            ("tags.taggroup", "folder_open"),
            ("groups.grouptag", "label"),
            ("groups.grouptagset", "folder_special"),
        ],
    ),
    (
        pgettext_lazy("menu", "Rules"),
        [
            ("segments.tagrule", "rule_settings"),
            ("segments.rulerun", "play_circle"),
            ("segments.ruleeffect", "published_with_changes"),
            ("segments.ruleoutcome", "fact_check"),
        ],
    ),
    (
        gettext_lazy("SOPs"),
        [("followups.sopenrolment", "route"), ("followups.sopstop", "stop_circle")],
    ),
    (
        pgettext_lazy("menu", "Assignment"),
        [("customers.assignmentrule", "alt_route"), ("customers.assignment", "assignment_ind")],
    ),
    (
        pgettext_lazy("menu", "Transfers"),
        [
            ("customers.transferjob", "move_up"),
            ("customers.transferitem", "checklist_rtl"),
            ("groups.grouptransferjob", "move_group"),
            ("customers.leaver", "person_off"),
        ],
    ),
    (
        pgettext_lazy("menu", "Risk"),
        [
            ("insights.riskalert", "notifications_active"),
            ("insights.churnscore", "trending_down"),
            ("insights.loss", "person_remove"),
            ("insights.riskrule", "rule"),
            ("insights.risksetting", "tune"),
            ("insights.profilesetting", "person_search"),
            ("insights.activitydefinition", "bolt"),
        ],
    ),
    (
        gettext_lazy("Company"),
        [
            ("corps.employee", "badge"),
            ("corps.department", "account_tree"),
            ("corps.user", "manage_accounts"),
            ("corps.apiaccount", "key"),
            ("corps.corp", "domain"),
            ("customers.privacysetting", "shield_person"),
            ("customers.accessrecord", "policy"),
            ("customers.tombstone", "no_accounts"),
        ],
    ),
    (
        gettext_lazy("Messages"),
        [
            ("messaging.outboxevent", "outbox"),
            ("messaging.inboxevent", "inbox"),
            ("messaging.inboxdelivery", "checklist"),
            ("messaging.deadletter", "unsubscribe"),
        ],
    ),
    # Each page adds its line when it is there.
    (
        gettext_lazy("WeCom"),
        [
            ("wecom.wecomapp", "hub"),
            ("wecom.callbackreceipt", "call_received"),
            ("messaging.command", "send"),
            ("wecom.syncrun", "sync"),
            ("wecom.driftcheck", "difference"),
            ("wecom.messagearchive", "archive"),
            ("wecom.apiclosure", "timer_off"),
            ("wecom.notice", "sms"),
        ],
    ),
    (
        gettext_lazy("Timetable"),
        [
            ("django_celery_beat.periodictask", "schedule"),
            ("django_celery_beat.intervalschedule", "timer"),
            ("django_celery_beat.crontabschedule", "calendar_month"),
        ],
    ),
]
