"""What was done for customers: follow-ups, steps through stages, transfers, warnings."""

from bench import spread
from bench.spread import DAY, Row
from corps.models import Corp, Employee
from customers.choices import ItemState, JobState, TransferKind
from customers.models import Stage, TransferJob

FOLLOW_UP = "corp_id customer_id employee_id create_time update_time actor content happened_at version kind outcome"
STEP = "corp_id customer_id from_stage_id to_stage_id at actor source"
ITEM = "corp_id job_id customer_id handover_id taker_id state reason snapshot sent_at settled_at doubted"
ALERT = (
    "corp_id kind level subject cause customer_id employee_id facts state opened_at closed_at acknowledged_by "
    "handled_by outcome note version"
)
STAGES = 6
# One customer in so many.
WRITTEN, STAGED, HANDED, WARNED = 2, 4, 50, 20
_ITEMS = (ItemState.DONE, ItemState.DONE, ItemState.DONE, ItemState.REFUSED, ItemState.FAILED)


def write(corp: Corp) -> None:
    people = spread.people(corp)
    who = {n: people[n * 13 % len(people)] for n in range(len(people))}
    spread.insert("follow_up", FOLLOW_UP, (_written(corp.pk, pk, who[pk % len(who)]) for pk in _every(corp, WRITTEN)))
    stages = [Stage.objects.create(corp=corp, name=f"阶段{n}", order=n).pk for n in range(STAGES)]
    steps = (row for pk in _every(corp, STAGED) for row in _steps(corp.pk, pk, stages))
    spread.insert("customer_stage_change", STEP, steps)
    job = _job(corp, people[0])
    spread.insert("transfer_item", ITEM, (_item(corp.pk, job, pk, who[pk % len(who)]) for pk in _every(corp, HANDED)))
    spread.insert("risk_alert", ALERT, (_alert(corp.pk, pk, who[pk % len(who)]) for pk in _every(corp, WARNED)))


_every = spread.customers


def _written(corp: int, customer: int, employee: int) -> Row:
    at = spread.ago(customer)
    return (corp, customer, employee, at, at, "system", "电话沟通", at, 1, "call", "")


def _steps(corp: int, customer: int, stages: list[int]) -> list[Row]:
    """One to three steps from the first stage on, a week between them; customers themselves are left as they are."""
    came, at = [None, *stages], spread.ago(customer)
    steps = range(1 + customer // STAGED % 3)
    return [(corp, customer, came[n], came[n + 1], at - (7 * (3 - n)) * DAY, "system", "system") for n in steps]


def _job(corp: Corp, handover: int) -> int:
    whose = Employee.objects.get(pk=handover)
    made = TransferJob.objects.create(corp=corp, kind=TransferKind.ON_JOB, handover=whose, state=JobState.DONE)
    return made.pk


def _item(corp: int, job: int, customer: int, handover: int) -> Row:
    sent = spread.ago(customer)
    state = _ITEMS[customer // HANDED % len(_ITEMS)]
    return (corp, job, customer, handover, None, str(state), "", "{}", sent, sent + DAY, False)


def _alert(corp: int, customer: int, employee: int) -> Row:
    opened = spread.ago(customer)
    closed = opened + 3 * DAY if customer // WARNED % 3 else None
    about = (f"c{customer}:e{employee}", f"bench:{customer}", customer, employee, "{}")
    state = "handled" if closed else "open"
    return (corp, "silence", 2, *about, state, opened, closed, "", "", "", "", 1)
