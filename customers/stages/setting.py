"""Put a customer into a stage."""

from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from core import rows
from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.time import now
from core.transactions import atomic
from core.versions import check_version
from corps.actors import Actor
from customers import events
from customers.choices import CustomerStatus
from customers.models import Customer, Stage, StageChange


@atomic
def set_stage(
    *,
    customer: Customer,
    stage: Stage | None,
    by: Actor,
    source: str,
    run_id: int | None = None,
    if_version: int | None = None,
) -> StageChange | None:
    """Put a customer into a stage, or with None out of all, add the step to the history and record
    ``customer.stage.changed``.

    Args:
        stage: as the caller read it; whether it is still in use is asked anew.
        run_id: the run of a rule, an import or an SOP that did it.

    Returns:
        The step; None where the customer was there already, which changes and records nothing.

    Raises:
        PreconditionFailed: ``version_passed``.
        RuleViolation: ``stage_unknown``: none of the customer's company; ``stage_retired``.
        Conflict: ``customer_deleted``.
    """
    row = lock(customer)
    check_version(row, if_version)
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    wanted = stage.pk if stage else None
    if row.stage_id == wanted:
        return None
    if stage:
        _check(row, stage)
    change = _step(row, wanted, actor=by.label, source=source, run_id=run_id)
    row.stage_id = wanted
    row.version += 1
    rows.update(row, ["stage_id", "version", "update_time"])
    events.stage_changed(row, change=change, by=by, source=source)
    return change


def _step(row: Customer, wanted: int | None, **how: Any) -> StageChange:
    ways = {"from_stage_id": row.stage_id, "to_stage_id": wanted}
    try:
        return StageChange.objects.create(corp_id=row.corp_id, customer=row, at=now(), **ways, **how)
    except IntegrityError:
        # Taken away since it was looked at: nobody was ever in it.
        raise _unknown() from None


def _unknown() -> RuleViolation:
    message = _("There is no such stage in this company.")
    return RuleViolation("stage_unknown", message, [FieldError("stageId", "stage_unknown", message)])


def _check(row: Customer, stage: Stage) -> None:
    active = Stage.objects.of_corp(row.corp_id).filter(pk=stage.pk).values_list("active", flat=True).first()
    if active is None:
        raise _unknown()
    if not active:
        message = _("This stage is not in use any more.")
        raise RuleViolation("stage_retired", message, [FieldError("stageId", "stage_retired", message)])
