"""The employee and the customer that a command is about."""

from dataclasses import dataclass

from corps import tickets
from corps.models import Employee
from customers.models import Customer, FollowRelation
from messaging.models import Command


@dataclass(frozen=True, slots=True)
class Pair:
    corp_id: int
    customer: Customer
    employee: Employee

    def outdate_readings(self) -> None:
        """Have the mirror refuse what was read before this moment, at which WeCom knows what we told."""
        ticket = tickets.draw(self.corp_id)
        rows = FollowRelation.objects.filter(customer=self.customer, employee=self.employee)
        rows.filter(fetch_seq__lt=ticket).update(fetch_seq=ticket)


def of(command: Command) -> Pair | None:
    """The pair of a customer's command; None where one of them is gone, or it is about something else."""
    customers = Customer.objects.of_corp(command.corp_id).only("pk", "corp_id", "external_userid", "type")
    customer = customers.filter(pk=command.subject.get("customerId")).first()
    employee = Employee.objects.of_corp(command.corp_id).filter(pk=command.subject.get("employeeId")).first()
    return Pair(command.corp_id, customer, employee) if customer and employee else None
