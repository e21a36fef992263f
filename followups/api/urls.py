from typing import Any

from django.urls import re_path

from followups.api import other_views, part_views, record_views, reminder_views, sop_views, views

_ID, _BELOW = r"(?P<pk>[0-9]{1,19})", r"(?P<below>[0-9]{1,19})"
_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}
_templates = other_views.TemplateViewSet.as_view

urlpatterns = [
    re_path(rf"^customers/{_ID}/followups/?$", views.FollowUpsView.as_view(), name="customer-followups"),
    re_path(rf"^customers/{_ID}/followups/deleted/?$", views.DeletedView.as_view(), name="customer-followups-deleted"),
    re_path(rf"^customers/{_ID}/communications/?$", views.CommunicationsView.as_view(), name="customer-communications"),
    re_path(rf"^customers/{_ID}/timeline/?$", sop_views.TimelineView.as_view(), name="customer-timeline"),
    re_path(rf"^customers/{_ID}/sops/?$", sop_views.SopsView.as_view(), name="customer-sops"),
    re_path(rf"^customers/{_ID}/reminders/?$", reminder_views.NewReminderView.as_view(), name="customer-reminders"),
    re_path(r"^followups/?$", record_views.FollowUpListView.as_view(), name="followup-list"),
    re_path(r"^followups/export/?$", record_views.FollowUpExportView.as_view(), name="followup-export"),
    re_path(r"^followups/import/?$", part_views.ImportView.as_view(), name="followup-import"),
    re_path(r"^followups/mentions/?$", part_views.MentionsView.as_view(), name="followup-mentions"),
    re_path(rf"^followups/{_ID}/?$", record_views.FollowUpView.as_view(), name="followup-detail"),
    re_path(rf"^followups/{_ID}/unmask/?$", record_views.ShowView.as_view(), name="followup-unmask"),
    re_path(rf"^followups/{_ID}/history/?$", record_views.HistoryView.as_view(), name="followup-history"),
    re_path(rf"^followups/{_ID}/comments/?$", part_views.CommentsView.as_view(), name="followup-comments"),
    re_path(rf"^followups/{_ID}/comments/{_BELOW}/?$", part_views.CommentView.as_view(), name="followup-comment"),
    re_path(rf"^followups/{_ID}/attachments/?$", part_views.AttachmentsView.as_view(), name="followup-attachments"),
    re_path(
        rf"^followups/{_ID}/attachments/{_BELOW}/?$", part_views.AttachmentView.as_view(), name="followup-attachment"
    ),
    re_path(r"^followup-templates/?$", _templates(_LIST), name="followup-template-list"),
    re_path(rf"^followup-templates/{_ID}/?$", _templates(_DETAIL), name="followup-template-detail"),
    re_path(r"^communications/?$", other_views.RecordView.as_view(), name="communication-record"),
    re_path(r"^reminders/?$", reminder_views.ReminderListView.as_view(), name="reminder-list"),
    re_path(rf"^reminders/{_ID}/done/?$", reminder_views.DoneView.as_view(), name="reminder-done"),
    re_path(rf"^reminders/{_ID}/cancel/?$", reminder_views.CancelView.as_view(), name="reminder-cancel"),
]
