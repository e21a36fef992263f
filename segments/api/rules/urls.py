from typing import Any

from django.urls import re_path

from segments.api.rules import hygiene_views, run_views, views, why_views

_RULES = views.TagRuleViewSet
_ID, _CUSTOMER = r"(?P<pk>[0-9]{1,19})", r"(?P<customer>[0-9]{1,19})"
_LIST: dict[str, Any] = {"get": "list", "post": "create"}
_DETAIL: dict[str, Any] = {"get": "retrieve", "patch": "partial_update"}
_ACTS = {"activate": "activate", "pause": "pause", "retire": "retire", "dry-runs": "try_out", "backfills": "backfill"}

urlpatterns = [
    re_path(r"^tag-rules/?$", _RULES.as_view(_LIST), name="tag-rule-list"),
    re_path(rf"^tag-rules/{_ID}/?$", _RULES.as_view(_DETAIL), name="tag-rule-detail"),
    re_path(rf"^tag-rules/{_ID}/versions/?$", _RULES.as_view({"get": "versions"}), name="tag-rule-versions"),
    *(
        re_path(rf"^tag-rules/{_ID}/{path}/?$", _RULES.as_view({"post": act}), name=f"tag-rule-{path}")
        for path, act in _ACTS.items()
    ),
    re_path(rf"^tag-rules/{_ID}/customers/{_CUSTOMER}/?$", why_views.RuleWhyView.as_view(), name="tag-rule-why"),
    re_path(r"^tag-rule-runs/?$", run_views.RunsView.as_view(), name="tag-rule-run-list"),
    re_path(rf"^tag-rule-runs/{_ID}/?$", run_views.RunView.as_view(), name="tag-rule-run-detail"),
    re_path(rf"^tag-rule-runs/{_ID}/pause/?$", run_views.RunPauseView.as_view(), name="tag-rule-run-pause"),
    re_path(rf"^tag-rule-runs/{_ID}/resume/?$", run_views.RunResumeView.as_view(), name="tag-rule-run-resume"),
    re_path(rf"^tag-rule-runs/{_ID}/cancel/?$", run_views.RunCancelView.as_view(), name="tag-rule-run-cancel"),
    re_path(rf"^tag-rule-runs/{_ID}/undo/?$", run_views.RunUndoView.as_view(), name="tag-rule-run-undo"),
    re_path(r"^tag-rule-effects/?$", run_views.EffectsView.as_view(), name="tag-rule-effect-list"),
    re_path(r"^tag-rule-outcomes/?$", why_views.OutcomesView.as_view(), name="tag-rule-outcome-list"),
    re_path(rf"^customers/{_ID}/tag-reasons/?$", why_views.TagReasonsView.as_view(), name="customer-tag-reasons"),
    re_path(r"^tag-hygiene/?$", hygiene_views.HygieneView.as_view(), name="tag-hygiene"),
]
