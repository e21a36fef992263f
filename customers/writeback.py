"""What of customers is written back to WeCom: the company's tags, and what an employee noted down."""

from collections.abc import Iterable, Sequence

from corps.actors import Actor
from messaging import commands
from messaging.commands import Wanted
from tags.choices import TagKind
from tags.models import Tag
from tags.writeback import is_written_back

# The columns of a relation that WeCom takes from us (page 96317), and their names in events and on the wire.
NOTED = {
    "remark": "remark",
    "description": "description",
    "remark_corp_name": "remarkCorpName",
    "remark_mobiles": "remarkMobiles",
}


def tag_key(customer_id: int, employee_id: int, tag_id: int) -> str:
    """The key of the command that brings one tag of a pair into step there."""
    return f"tag:{customer_id}:{employee_id}:{tag_id}"


def remark_key(customer_id: int, employee_id: int, column: str) -> str:
    """The key of the command that tells WeCom one of ``NOTED`` of a pair."""
    return f"remark:{customer_id}:{employee_id}:{column}"


def lane(customer_id: int) -> str:
    return f"customer:{customer_id}"


def want_tags(corp_id: int, changed: Sequence[tuple[int, int | None, int]], *, by: Actor, source: str) -> None:
    """Want tags put or taken off to be so there too, in the transaction of their change.

    Args:
        changed: (customer id, employee id, tag id) each. Left out are tags put for nobody, for WeCom's are an
            employee's, and all but the company's own.
    """
    if not changed or not is_written_back(corp_id, source):
        return
    ours = set(
        Tag.objects.filter(pk__in={tag for _c, _e, tag in changed}, kind=TagKind.CORP).values_list("pk", flat=True)
    )
    wanted = [_tag(customer, employee, tag) for customer, employee, tag in changed if employee and tag in ours]
    commands.want(corp_id=corp_id, wanted=wanted, source=source, actor=by.label)


def want_remark(
    corp_id: int, customer_id: int, employee_id: int, columns: Iterable[str], *, by: Actor, source: str
) -> None:
    """Want what an employee noted of a customer to be so there too; ``columns`` of ``NOTED``."""
    if is_written_back(corp_id, source):
        subject = {"customerId": customer_id, "employeeId": employee_id}
        wanted = [
            Wanted(
                "customer.remark", lane(customer_id), remark_key(customer_id, employee_id, c), subject | {"field": c}
            )
            for c in columns
        ]
        commands.want(corp_id=corp_id, wanted=wanted, source=source, actor=by.label)


def _tag(customer_id: int, employee_id: int, tag_id: int) -> Wanted:
    subject = {"customerId": customer_id, "employeeId": employee_id, "tagId": tag_id}
    return Wanted("customer.tag", lane(customer_id), tag_key(customer_id, employee_id, tag_id), subject)
