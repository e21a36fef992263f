"""What statistics are counted from: a past for the customers of ``fill_bench``, written at the first run."""

from django.db import connection, transaction

from bench import fill as filling
from bench import past_chats, past_stays, past_work
from corps.models import Corp
from customers.models import RelationEpisode

# By whose statistics the database plans.
TABLES = (
    *("relation_episode", "relation_loss", "follow_up", "customer_stage_change", "transfer_item", "risk_alert"),
    *("group_chat", "group_member", "employee_talk_figures"),
)


def fill(corp: Corp) -> None:
    """Write stays, work, group chats and talk of this company's customers, where there are none yet; they stay."""
    if RelationEpisode.objects.of_corp(corp.pk).exists():
        return
    # Without looking at each customer's row, which another part may have locked.
    filling._relaxed(True)
    with transaction.atomic():
        for part in (past_work, past_chats, past_stays):
            part.write(corp)
    filling._relaxed(False)
    if connection.vendor == "mysql" and not connection.in_atomic_block:
        # Otherwise ANALYZE would commit what somebody else has not finished.
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE TABLE {', '.join(TABLES)}")
