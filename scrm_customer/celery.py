"""The Celery app and its whole timetable: the first values, which operators may change in the console."""

import os

from celery import Celery

from messaging import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "scrm_customer.settings")
app = Celery("scrm_customer")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.conf.task_queues = [broker.task_queue()]
app.conf.worker_consumer = "scrm_customer.worker:PlainConsumer"
app.conf.beat_schedule = {
    "sweep-inbox": {"task": "messaging.tasks.sweep_inbox", "schedule": 30.0},
    "resend-dead-letters": {"task": "messaging.tasks.resend_dead_letters", "schedule": 30.0},
    "prune-messages": {"task": "messaging.tasks.prune", "schedule": 3600.0},
    "count-tags": {"task": "customers.tasks.count_tags", "schedule": 600.0},
    "keep-duty": {"task": "customers.tasks.keep_duty", "schedule": 120.0},
    "assign-waiting": {"task": "customers.tasks.assign_waiting", "schedule": 300.0},
    "sweep-tags": {"task": "customers.tasks.sweep_tags", "schedule": 600.0},
    "expire-blacklist": {"task": "customers.tasks.expire_blacklist", "schedule": 60.0},
    "find-duplicates": {"task": "customers.tasks.find_duplicates", "schedule": 300.0},
    "sweep-duplicates": {"task": "customers.tasks.sweep_duplicates", "schedule": 86400.0},
    "prune-old": {"task": "customers.tasks.prune_old", "schedule": 3600.0},
    "prune-idempotency-keys": {"task": "corps.tasks.prune_idempotency_keys", "schedule": 3600.0},
    "refresh-segments": {"task": "segments.tasks.refresh_due", "schedule": 300.0},
    "sweep-segments": {"task": "segments.tasks.sweep_segments", "schedule": 30.0},
    "begin-daily-rules": {"task": "segments.tasks.begin_daily_rules", "schedule": 600.0},
    "sweep-rule-runs": {"task": "segments.tasks.sweep_rule_runs", "schedule": 30.0},
    "sweep-risks": {"task": "insights.tasks.sweep_risks", "schedule": 3600.0},
    "sweep-employees": {"task": "insights.tasks.sweep_employees", "schedule": 3600.0},
    "score-churn": {"task": "insights.tasks.score_churn", "schedule": 3600.0},
    "compute-stats": {"task": "insights.tasks.compute_stats", "schedule": 600.0},
    "sweep-custom-files": {"task": "customers.tasks.sweep_custom_files", "schedule": 3600.0},
    "sweep-attachments": {"task": "followups.tasks.sweep_attachments", "schedule": 3600.0},
    "sweep-imports": {"task": "followups.tasks.sweep_imports", "schedule": 30.0},
    "tell-stops": {"task": "followups.tasks.tell_stops", "schedule": 30.0},
    "keep-bitmaps": {"task": "segments.tasks.keep_bitmaps", "schedule": 30.0},
    "check-bitmaps": {"task": "segments.tasks.check_bitmaps", "schedule": 3600.0},
    "ask-due-syncs": {"task": "wecom.tasks.ask_due_syncs", "schedule": 600.0},
    "send-notices": {"task": "wecom.tasks.send_notices", "schedule": 30.0},
    "prune-notices": {"task": "wecom.tasks.prune_notices", "schedule": 3600.0},
    "prune-receipts": {"task": "wecom.tasks.prune_receipts", "schedule": 3600.0},
    "pull-group-figures": {"task": "wecom.tasks.pull_group_figures", "schedule": 1800.0},
    "pull-talk-figures": {"task": "wecom.tasks.pull_talk_figures", "schedule": 1800.0},
    "read-message-archives": {"task": "wecom.tasks.read_archives", "schedule": 60.0},
    "check-drift": {"task": "wecom.tasks.check_drift", "schedule": 3600.0},
}
