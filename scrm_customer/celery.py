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
    "prune-idempotency-keys": {"task": "corps.tasks.prune_idempotency_keys", "schedule": 3600.0},
    "sweep-risks": {"task": "insights.tasks.sweep_risks", "schedule": 3600.0},
    "score-churn": {"task": "insights.tasks.score_churn", "schedule": 3600.0},
    "ask-due-syncs": {"task": "wecom.tasks.ask_due_syncs", "schedule": 600.0},
    "send-notices": {"task": "wecom.tasks.send_notices", "schedule": 30.0},
    "prune-notices": {"task": "wecom.tasks.prune_notices", "schedule": 3600.0},
    "prune-receipts": {"task": "wecom.tasks.prune_receipts", "schedule": 3600.0},
    "pull-group-figures": {"task": "wecom.tasks.pull_group_figures", "schedule": 1800.0},
    "check-drift": {"task": "wecom.tasks.check_drift", "schedule": 3600.0},
}
