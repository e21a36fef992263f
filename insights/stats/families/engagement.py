"""Of the relations that last: which were active, silent or never contacted, by a company's definition."""

from followups.choices import Direction, TalkKind
from insights.choices import ContactKind
from insights.engagement.definition import Definition
from insights.stats.families.family import LASTING, OF, Count, Family
from insights.stats.staging import TABLE
from insights.stats.terms import Dim, Metric, Span

# Each relation is in the first of these that fits.
ACTIVE, SILENT, NEVER = 1, 2, 3
TALKS = {
    ContactKind.CALL_IN: (TalkKind.CALL, Direction.IN),
    ContactKind.CALL_OUT: (TalkKind.CALL, Direction.OUT),
    ContactKind.MESSAGE_IN: (TalkKind.MESSAGE, Direction.IN),
    ContactKind.MESSAGE_OUT: (TalkKind.MESSAGE, Direction.OUT),
}
_MINE = "({0}.employee_id = e.employee_id OR {0}.employee_id IS NULL)"
_PERSON = "e.customer_id"


def engagement(definition: Definition) -> Family:
    """The three states of each relation that lasted at the end of the day.

    People are counted by the best of their relations in a dimension, so that they too add up to the total.
    """
    met = {n: f"COUNT(DISTINCT CASE WHEN e.contact <= {n} THEN {_PERSON} END)" for n in (ACTIVE, SILENT)}
    return Family(
        f"{TABLE} e",
        "1 = 1",
        (
            Count(Metric.ACTIVE, _of(ACTIVE), met[ACTIVE]),
            Count(Metric.SILENT, _of(SILENT), f"{met[SILENT]} - {met[ACTIVE]}"),
            Count(Metric.NEVER_CONTACTED, _of(NEVER), f"COUNT(DISTINCT {_PERSON}) - {met[SILENT]}"),
        ),
        tuple(Dim),
        "e.employee_id",
        detail=str(definition.version),
        spans=(Span.DAY,),
        staged=_staged(definition),
        days=definition.days,
    )


def _of(state: int) -> str:
    return f"COUNT(CASE WHEN e.contact = {state} THEN 1 END)"


def _staged(definition: Definition) -> str:
    lately, ever = (_contact(definition, when) for when in ("{0} >= %(since)s AND {0} < %(end)s", "{0} < %(end)s"))
    return f"""SELECT e.corp_id, e.customer_id, e.employee_id, e.state, e.add_way,
    CASE WHEN {lately} THEN {ACTIVE} WHEN {ever} THEN {SILENT} ELSE {NEVER} END AS contact
    FROM relation_episode e WHERE {OF.format("e")} {LASTING.format("e.began_at", "e.ended_at")}"""  # noqa: S608


def _contact(definition: Definition, when: str) -> str:
    """Whether there was any with a relation's customer: with its employee, with nobody named, or in a group chat."""
    met, kinds = [], set(definition.kinds)
    if ContactKind.FOLLOW_UP in kinds:
        met.append(_exists("follow_up c", f"{_MINE.format('c')} AND {when.format('c.happened_at')}"))
    if talks := [TALKS[kind] for kind in definition.kinds if kind in TALKS]:
        either = " OR ".join(f"c.kind = '{kind}' AND c.direction = '{direction}'" for kind, direction in talks)
        told = "" if len(talks) == len(TALKS) else f"({either}) AND "
        met.append(_exists("communication c", f"{told}{_MINE.format('c')} AND {when.format('c.at')}"))
    if ContactKind.GROUP_JOINED in kinds:
        met.append(_exists("group_member c", when.format("c.join_time")))
    return f"({' OR '.join(met)})"


def _exists(table: str, where: str) -> str:
    return f"EXISTS (SELECT 1 FROM {table} WHERE c.customer_id = {_PERSON} AND {where})"  # noqa: S608
