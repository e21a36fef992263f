"""Who sees what belongs to follow-ups, computed twice: by the code, and from the organisation in plain words."""

from typing import Any

import pytest

from corps.actors import SYSTEM
from customers import collaborating
from customers.models import Customer
from followups import revising
from followups.models import (
    Communication,
    FollowUpAttachment,
    FollowUpComment,
    FollowUpMention,
    FollowUpSetting,
    FollowUpTemplate,
    FollowUpVersion,
)
from tests import make
from tests.conftest import Cast

OF_CUSTOMERS = [Communication, FollowUpAttachment, FollowUpComment, FollowUpMention, FollowUpVersion]
OF_COMPANIES = [FollowUpSetting, FollowUpTemplate]


def filled(customer: Customer) -> None:
    """A row of each kind for the customer."""
    row = make.follow_up(customer)
    make.comment(row, mention_ids=[])
    make.attachment(row)
    make.communication(customer)
    about = {"corp_id": customer.corp_id, "customer": customer, "follow_up": row, "actor": "system"}
    whoever = customer.follow_user_id or make.employee(customer.corp).pk
    FollowUpMention.objects.create(**about, employee_id=whoever)
    revising.edit(follow_up=row, content="改", by=SYSTEM, source="api")


@pytest.fixture
def customers(cast: Cast) -> dict[str, Customer]:
    found = {
        "owner's": make.customer(cast.corp, cast.owner),
        "colleague's": make.customer(cast.corp, cast.colleague),
        "of one above": make.customer(cast.corp, make.employee(cast.corp, cast.department.parent)),
        "nobody's": make.customer(cast.corp),
        "a stranger's": make.customer(cast.other_corp, cast.stranger),
    }
    for customer in found.values():
        filled(customer)
    return found


SEEN = {
    "owner": {"owner's"},
    "colleague": {"colleague's"},
    "manager": {"owner's", "colleague's"},
    "admin": {"owner's", "colleague's", "of one above", "nobody's"},
    "stranger": {"a stranger's"},
}


def seen(model: Any, actor: Any, customers: dict[str, Customer]) -> set[str]:
    names = {customer.pk: name for name, customer in customers.items()}
    return {names[row.customer_id] for row in model.objects.visible_to(actor)}


@pytest.mark.parametrize("model", OF_CUSTOMERS)
def test_whoever_sees_the_customer_sees_it_and_nobody_else(
    cast: Cast, customers: dict[str, Customer], model: Any
) -> None:
    got = {who: seen(model, cast.actor(who), customers) for who in SEEN}
    assert got == SEEN
    assert seen(model, make.service(cast.corp), customers) == SEEN["admin"]
    assert seen(model, SYSTEM, customers) == set(customers)


@pytest.mark.parametrize("model", OF_CUSTOMERS)
def test_a_collaborator_sees_it_too(cast: Cast, customers: dict[str, Customer], model: Any) -> None:
    collaborating.add_collaborators(
        customer=customers["owner's"], employee_ids=[cast.colleague.pk], by=SYSTEM, source="system"
    )
    assert seen(model, cast.actor("colleague"), customers) == {"owner's", "colleague's"}


@pytest.mark.parametrize("model", OF_CUSTOMERS)
def test_it_goes_with_the_customer(cast: Cast, customers: dict[str, Customer], model: Any) -> None:
    customer = customers["owner's"]
    customer.relations.update(status=3)
    make.relation(customer, cast.colleague)
    assert seen(model, cast.actor("owner"), customers) == set()
    assert seen(model, cast.actor("colleague"), customers) == {"owner's", "colleague's"}


@pytest.mark.parametrize("model", OF_COMPANIES)
def test_what_is_the_companys_is_seen_by_all_of_it(cast: Cast, model: Any) -> None:
    for corp in (cast.corp, cast.other_corp):
        make.follow_up_template(corp)
        FollowUpSetting.objects.create(corp=corp)
    for who in SEEN:
        mine = cast.other_corp if who == "stranger" else cast.corp
        assert [row.corp_id for row in model.objects.visible_to(cast.actor(who))] == [mine.pk], who


@pytest.mark.parametrize("model", [*OF_CUSTOMERS, *OF_COMPANIES])
def test_a_user_without_a_company_sees_nothing(cast: Cast, customers: dict[str, Customer], model: Any) -> None:
    nobody = make.user(None)
    assert not model.objects.visible_to(nobody.actor).exists()
