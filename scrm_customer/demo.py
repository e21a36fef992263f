"""A company to try the service with: the same rows each time, made in seconds.

Rows go in by the thousand, so they pass by the rules; they are the rows that the rules would have made, search grams,
relations and versions included. Only the events are left out: nobody waits for the history of a company that never was.
"""

from django.db import transaction

from corps.models import Corp, Employee
from scrm_customer import demo_customers, demo_house
from scrm_customer import demo_words as words
from scrm_customer.demo_customers import Plan

CUSTOMERS, EMPLOYEES, FOLLOW_UPS = 2_000, 20, 600
NEIGHBOURS = 12


def company() -> Corp | None:
    """The demo company, if it is there."""
    return Corp.objects.filter(wecom_corpid=words.COMPANY[1]).first()


@transaction.atomic
def fill() -> Corp:
    """Make the demo company and its small neighbour; both or nothing.

    Raises:
        IntegrityError: they are there already, or somebody is making them at this moment.
    """
    corp = demo_house.make_company(*words.COMPANY, departments=words.DEPARTMENTS, employees=EMPLOYEES)
    plan = Plan(corp, demo_house.people_of(corp), demo_house.make_tags(corp, words.TAGS))
    demo_customers.make_customers(plan, CUSTOMERS)
    demo_customers.make_follow_ups(plan, FOLLOW_UPS)
    other = demo_house.make_company(*words.NEIGHBOUR, departments=["业务部"], employees=2)
    group = dict(list(words.TAGS.items())[:1])
    demo_customers.make_customers(
        Plan(other, demo_house.people_of(other), demo_house.make_tags(other, group)), NEIGHBOURS
    )
    return corp


def leader_and_member(corp: Corp) -> tuple[Employee, Employee]:
    """The head of the first department and somebody who works there: whom the demo's manager and staff logins are."""
    people = demo_house.people_of(corp)
    return people[0], people[len(words.DEPARTMENTS)]
