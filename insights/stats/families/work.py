"""What was done for customers: follow-ups, stages, tags, transfers, warnings."""

from core.sql import by_index
from customers.choices import ItemState
from followups.choices import EntryKind
from insights.stats.families.family import OF, WITHIN, Family, rows
from insights.stats.terms import Dim, Metric, Span

_FAILED = (ItemState.REFUSED, ItemState.OVER_LIMIT, ItemState.NO_RECORD, ItemState.FAILED)
# The follower of a step is whoever had the customer then; of several each. By the index of customers: MySQL would
# rather read all the stays of each employee, and look for the steps in them.
_THEN = f"""JOIN relation_episode e{by_index("uk_episode")} ON e.customer_id = c.customer_id AND e.began_at <= c.at
AND (e.ended_at IS NULL OR e.ended_at > c.at)"""

FOLLOWED_UP = Family(
    "follow_up f",
    OF.format("f") + WITHIN.format("f.happened_at"),
    (rows(Metric.FOLLOWUPS, "f.customer_id"),),
    employee="f.employee_id",
)
STAGED = Family(
    "customer_stage_change c JOIN customer_stage s ON s.id = c.to_stage_id",
    OF.format("s") + WITHIN.format("c.at"),
    (rows(Metric.STAGE_ENTERED, "c.customer_id"),),
    employee="e.employee_id",
    stays=_THEN,
    detail="c.to_stage_id",
)
IN_STAGES = Family(
    "customer k",
    "k.corp_id = %(corp)s AND k.stage_id IS NOT NULL AND k.alive = 1",
    (rows(Metric.IN_STAGE, "k.id"),),
    (Dim.CORP,),
    detail="k.stage_id",
    spans=(Span.DAY,),
    remembered=False,
)
TAG_ACTS = Family(
    "timeline_entry t",
    OF.format("t") + f"t.kind IN ('{EntryKind.TAG_ADDED}', '{EntryKind.TAG_REMOVED}') AND " + WITHIN.format("t.at"),
    (
        rows(Metric.TAGS_PUT, "t.customer_id", f"t.kind = '{EntryKind.TAG_ADDED}'"),
        rows(Metric.TAGS_TAKEN, "t.customer_id", f"t.kind = '{EntryKind.TAG_REMOVED}'"),
    ),
    employee="t.employee_id",
)
TAGGED = Family(
    # From the tags, for then the key of tag and customer is all that is read.
    "tag g JOIN customer_tag_relation r ON r.tag_id = g.id",
    OF.format("g") + "g.deleted_at IS NULL",
    (rows(Metric.TAGGED, "r.customer_id"),),
    (Dim.CORP,),
    detail="r.tag_id",
    spans=(Span.DAY,),
    remembered=False,
)
SENT = Family(
    "transfer_item i",
    OF.format("i") + WITHIN.format("i.sent_at"),
    (rows(Metric.TRANSFERS_ASKED, "i.customer_id"),),
    employee="i.handover_id",
)
SETTLED = Family(
    "transfer_item i",
    OF.format("i") + WITHIN.format("i.settled_at"),
    (
        rows(Metric.TRANSFERS_DONE, "i.customer_id", f"i.state = '{ItemState.DONE}'"),
        rows(Metric.TRANSFERS_REFUSED, "i.customer_id", "i.state IN (" + ", ".join(f"'{s}'" for s in _FAILED) + ")"),
    ),
    employee="i.handover_id",
)
WARNED, CALMED = (
    Family(
        "risk_alert w",
        OF.format("w") + WITHIN.format(column),
        (rows(metric, "w.customer_id"),),
        employee="w.employee_id",
    )
    for metric, column in ((Metric.WARNINGS_OPENED, "w.opened_at"), (Metric.WARNINGS_CLOSED, "w.closed_at"))
)
