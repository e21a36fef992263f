"""Who follows whom. A customer's ``follow_user``, ``channel`` and ``add_time`` are the main relation's."""

from collections.abc import Sequence

from django.db import connection
from django.utils.translation import gettext as _

from core import rows
from core.errors import FieldError, RuleViolation
from core.sql import on_conflict, send
from core.time import now
from corps.models import Employee
from customers.choices import RelationStatus
from customers.models import Customer

# The row is selected from the corp's own employees: the check that the follower exists costs no statement of its own.
_FOLLOW = """
INSERT INTO follow_relation (corp_id, customer_id, employee_id, remark, description, remark_corp_name, remark_mobiles,
    state, oper_userid, personal_tags, fetch_seq, add_time, status, create_time, update_time)
SELECT corp_id, %s, id, '', '', '', '[]', '', '', '[]', 0, %s, %s, %s, %s FROM employee WHERE corp_id = %s AND id = %s
"""
# The stay goes with it: the one that began at this time is open again, or there is a new one. Nothing is done where one
# is open, whenever that began.
_STAY = """
INSERT INTO relation_episode (corp_id, customer_id, employee_id, began_at, noticed, add_way, state)
SELECT r.corp_id, r.customer_id, r.employee_id, COALESCE(r.add_time, r.create_time), 0, r.add_way, r.state
FROM follow_relation r WHERE r.customer_id = %s AND r.employee_id = %s AND NOT EXISTS (
    SELECT 1 FROM relation_episode e
    WHERE e.customer_id = r.customer_id AND e.employee_id = r.employee_id AND e.ended_at IS NULL)
"""


# Those of a customer who has just been made: nothing of the kind can be there.
_FIRST_FOLLOW = """
INSERT INTO follow_relation (corp_id, customer_id, employee_id, remark, description, remark_corp_name, remark_mobiles,
    state, oper_userid, personal_tags, fetch_seq, add_time, status, create_time, update_time)
VALUES """
_FOLLOW_ROW = "({:d}, {:d}, {:d}, '', '', '', '[]', '', '', '[]', 0, %s, {:d}, %s, %s)"
_FIRST_STAY = """
INSERT INTO relation_episode (corp_id, customer_id, employee_id, began_at, noticed, state)
VALUES """
_STAY_ROW = "({:d}, {:d}, {:d}, %s, 0, '')"


def insert_followed(customer: Customer) -> bool:
    """Insert a new customer; whether it has a follower, who is an employee of its corp and so can be given a relation.

    That the employee exists is asked by the same statement. One who doesn't is told by ``open_main``.

    Raises:
        IntegrityError: the corp has a customer with this external userid.
    """
    follower = customer.follow_user_id
    if follower and rows.insert_beside(customer, Employee, corp_id=customer.corp_id, id=follower):
        return True
    rows.insert(customer)
    return False


def open_first(customers: Sequence[Customer]) -> None:
    """The relations and stays of customers who have just been made, and whose followers are known: what ``open_main``
    leaves, but nobody has to wait for it."""
    moment, stored = now(), connection.ops.adapt_datetimefield_value
    made = stored(moment)
    pairs = [(c.corp_id, c.pk, c.follow_user_id) for c in customers]
    added = [stored(c.add_time or moment) for c in customers]
    follows = ", ".join(_FOLLOW_ROW.format(*pair, RelationStatus.ACTIVE) for pair in pairs)
    send(_FIRST_FOLLOW + follows, [value for began in added for value in (began, made, made)])
    send(_FIRST_STAY + ", ".join(_STAY_ROW.format(*pair) for pair in pairs), added)


def open_main(customer: Customer) -> None:
    """See that ``customer.follow_user_id`` has a living relation with the (locked) customer, and it an open episode.

    Raises:
        RuleViolation: ``employee_unknown``: no such employee in the customer's corp.
    """
    moment = now()
    tail = on_conflict(["customer_id", "employee_id"], {"status": str(int(RelationStatus.ACTIVE)), "ended_at": "NULL"})
    added, made = map(connection.ops.adapt_datetimefield_value, (customer.add_time or moment, moment))
    params = [customer.pk, added, RelationStatus.ACTIVE, made, made, customer.corp_id, customer.follow_user_id]
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW + tail, params)
        # Django's connections count found rows, so 0 means that the employee isn't there, not that nothing changed.
        if cursor.rowcount == 0:
            message = _("There is no such employee in this company.")
            raise RuleViolation("employee_unknown", message, [FieldError("followUserId", "employee_unknown", message)])
    again = on_conflict(
        ["customer_id", "employee_id", "began_at"], {"ended_at": "NULL", "ended_by": "NULL", "noticed": "0"}
    )
    send(_STAY + again, [customer.pk, customer.follow_user_id])
