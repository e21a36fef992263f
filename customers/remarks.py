"""What an employee notes of a customer: remark, description, company and mobiles. WeCom keeps them per pair."""

from typing import Any

from django.utils.translation import gettext as _

from core.errors import Conflict, FieldError, RuleViolation
from core.locks import lock
from core.transactions import atomic
from corps.actors import Actor
from customers import events, history, lifecycle, search, writeback
from customers.choices import CustomerStatus, RelationStatus
from customers.models import Customer, FollowRelation
from customers.privacy import wording

# WeCom's bounds (page 96317), so that what is noted here fits there; the doors hold callers to them.
LENGTHS = {"remark": 20, "description": 150, "remark_corp_name": 20}
# Over for WeCom too. A customer who deleted us can still be noted down there.
GONE = (RelationStatus.ENDED_BY_EMPLOYEE, RelationStatus.ENDED_BY_TRANSFER)


@atomic
def change_remark(
    *, customer: Customer, employee_id: int, by: Actor, source: str, run_id: int | None = None, **fields: Any
) -> FollowRelation:
    """Change what the employee noted of the customer, and record ``customer.relation.updated``; a repeat does nothing.

    Args:
        fields: any of ``writeback.NOTED``; ``remark_mobiles`` is a list and replaces the old one.
        run_id: the run of a rule that did it.

    Raises:
        RuleViolation: ``not_a_follower``: they have never had to do with each other.
            ``number_masked``: a text with the stars of a number in it that the actor may not see.
        Conflict: ``customer_deleted``; ``relation_ended``, by the employee or a transfer.
    """
    row = lock(customer)
    if row.status == CustomerStatus.DELETED:
        raise Conflict("customer_deleted", _("This customer has been deleted."))
    relation = own_relation(row, employee_id)
    fields |= {column: _meant(relation, column, fields[column], by) for column in LENGTHS if column in fields}
    changed = [column for column, value in fields.items() if getattr(relation, column) != value]
    if not changed:
        return relation
    before = {column: getattr(relation, column) for column in changed}
    for column in changed:
        setattr(relation, column, fields[column])
    relation.save(update_fields=[*changed, "update_time"])
    _learn(row)
    lifecycle.bump(row)
    history.of_relation(relation, before, by=by, source=source, run_id=run_id)
    told = [writeback.NOTED[column] for column in changed]
    events.relation_updated(row, employee_id=employee_id, changed=told, by=by, source=source)
    writeback.want_remark(row.corp_id, row.pk, employee_id, changed, by=by, source=source)
    return relation


def _meant(relation: FollowRelation, column: str, text: str, by: Actor) -> str:
    about: dict[str, Any] = {"customer_id": relation.customer_id, "field": writeback.NOTED[column]}
    return wording.meant(text, stored=getattr(relation, column), by=by, **about)


def own_relation(row: Customer, employee_id: int) -> FollowRelation:
    """What the employee has with the customer, if it can be written to.

    Raises:
        RuleViolation: ``not_a_follower``: they have never had to do with each other.
        Conflict: ``relation_ended``, by the employee or a transfer.
    """
    found = FollowRelation.objects.filter(customer=row, employee_id=employee_id).first()
    if found is None:
        message = _("This employee doesn't follow the customer.")
        raise RuleViolation("not_a_follower", message, [FieldError("employeeId", "not_a_follower", message)])
    if found.status in GONE:
        raise Conflict("relation_ended", _("This employee doesn't follow the customer any more."))
    return found


def _learn(row: Customer) -> None:
    """Have the search know the customer by what is noted now."""
    before = row.search_text
    remarks = search.remarks_of(FollowRelation.objects.filter(customer=row))
    row.search_text = search.text_of(name=row.name, mobile=row.mobile, remarks=remarks, others=row.merged_text)
    if row.search_text != before:
        search.reindex(row, before=before)
        Customer.objects.filter(pk=row.pk).update(search_text=row.search_text)
