"""Who came by a code gets what it promises: its tags, and its remark."""

import structlog

from core.errors import RuleViolation
from corps.actors import SYSTEM
from customers import remarks, tagging
from customers.contact_ways.checking import NAME, REMARK_LENGTH
from customers.models import ContactWay, Customer, FollowRelation
from tags.models import Tag

_log = structlog.get_logger("scrm.channels")


def way_of(corp_id: int, state: str) -> ContactWay | None:
    """The code whose state this is, unless it was deleted."""
    ways = ContactWay.objects.of_corp(corp_id).exclude(status=ContactWay.Status.DELETED)
    return ways.filter(state=state).first() if state else None


def receive(*, corp_id: int, customer_id: int, employee_id: int, state: str) -> ContactWay | None:
    """Tag and note down a customer who came to an employee by one of the codes; a repeat changes nothing.

    A remark that somebody wrote already stays: WeCom's own first remark is the customer's name.

    Returns: the code, None where it is none of ours, or there is no such customer.
    """
    way = way_of(corp_id, state)
    customer = Customer.objects.of_corp(corp_id).filter(pk=customer_id).first() if way else None
    if way is None or customer is None:
        return None
    try:
        _tag(way, customer, employee_id)
        _note(way, customer, employee_id)
    except RuleViolation as refusal:
        # Gone again, or deleted meanwhile: there is nothing left to do for them.
        _log.info("not_received", customer=customer_id, way=way.pk, code=refusal.code)
    return way


def welcome_of(corp_id: int, state: str) -> str:
    """What is said first to who comes by this state; empty where no code of ours says anything."""
    way = way_of(corp_id, state)
    return way.welcome_text if way else ""


def _tag(way: ContactWay, customer: Customer, employee_id: int) -> None:
    rows = Tag.objects.of_corp(way.corp_id).filter(pk__in=way.tag_ids).select_related("merged_into")
    heirs = [row.merged_into if row.deleted_at else row for row in rows]
    living = [row.pk for row in heirs if row and row.deleted_at is None]
    if living:
        tagging.add_tags(customer=customer, tag_ids=living, by=SYSTEM, source="rule", follower_id=employee_id)


def _note(way: ContactWay, customer: Customer, employee_id: int) -> None:
    if not way.remark_template:
        return
    relation = FollowRelation.objects.filter(customer=customer, employee_id=employee_id).first()
    if relation is None or relation.remark not in ("", customer.name):
        return
    text = filled(way.remark_template, customer.name or "")
    remarks.change_remark(customer=customer, employee_id=employee_id, remark=text, by=SYSTEM, source="rule")


def filled(template: str, name: str) -> str:
    """The remark for a customer of this name, which is shortened so that the rest is seen whole."""
    room = REMARK_LENGTH - len(template.replace(NAME, ""))
    return template.replace(NAME, name[: max(0, room // max(1, template.count(NAME)))])
