"""Rivals among channels, codes and collaborators, on a database that has real row locks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction

from core.errors import Conflict
from core.retry import atomic_retry
from corps import mirrored
from corps.actors import SYSTEM
from corps.models import Corp
from customers import channels, collaborating, contact_ways
from customers.contact_ways.checking import Shift
from customers.models import Channel, ChannelKey, Collaborator, ContactWay, ContactWayMember, Customer
from messaging.models import Command, OutboxEvent
from tests import make
from tests.customers.test_concurrency import at_once

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.DATABASE_URL.startswith("sqlite"), reason="needs row locks"),
]
AS: Any = {"by": SYSTEM, "source": "operator"}


def told(name: str) -> int:
    return OutboxEvent.objects.filter(name=name).count()


def codes(raised: list[BaseException]) -> list[str]:
    """The codes of the refusals; anything else that was raised fails the test."""
    assert all(isinstance(error, Conflict) for error in raised), raised
    return sorted(error.code for error in raised if isinstance(error, Conflict))


def test_of_eight_who_name_one_state_one_wins() -> None:
    corp = make.corp()

    def name(n: int) -> Callable[[], object]:
        return lambda: atomic_retry(channels.name_state)(corp_id=corp.pk, state="flyer", name=f"渠道{n}", **AS)

    raised = at_once([name(n) for n in range(8)])
    assert codes(raised) == ["state_taken"] * 7
    assert Channel.objects.count() == ChannelKey.objects.count() == told("channel.created") == 1


def test_of_eight_who_take_one_name_one_wins() -> None:
    corp = make.corp()

    def create(n: int) -> Callable[[], object]:
        return lambda: atomic_retry(channels.create_channel)(corp_id=corp.pk, name="展会", states=[f"s{n}"], **AS)

    assert codes(at_once([create(n) for n in range(8)])) == ["channel_exists"] * 7
    assert Channel.objects.get().states == [ChannelKey.objects.get().state]


def test_eight_who_name_a_state_each_for_one_channel_lose_none() -> None:
    channel = make.channel(make.corp())

    def name(n: int) -> Callable[[], object]:
        return lambda: atomic_retry(channels.name_state)(
            corp_id=channel.corp_id, state=f"s{n}", channel=Channel.objects.get(pk=channel.pk), **AS
        )

    assert at_once([name(n) for n in range(8)]) == []
    row = Channel.objects.get()
    assert sorted(row.states) == [f"s{n}" for n in range(8)]
    assert row.version == 9
    versions = OutboxEvent.objects.filter(aggregate_id=row.pk).values_list("aggregate_version", flat=True)
    assert sorted(versions) == list(range(1, 10))


def test_codes_made_at_once_for_one_channel_each_have_their_state() -> None:
    corp = make.corp()
    channel, employee = make.channel(corp), make.employee(corp)

    def create(n: int) -> Callable[[], object]:
        return lambda: atomic_retry(contact_ways.create_way)(
            channel=Channel.objects.get(pk=channel.pk), name=f"码{n}", members=[Shift(employee.pk)], **AS
        )

    assert at_once([create(n) for n in range(6)]) == []
    states = set(ContactWay.objects.values_list("state", flat=True))
    assert len(states) == 6
    assert set(Channel.objects.get().states) == states


def test_a_code_that_is_changed_from_two_sides_has_the_members_of_one() -> None:
    corp = make.corp()
    people = [make.employee(corp) for _n in range(4)]
    way = make.contact_way(corp, people[0])

    def change(members: list[Any]) -> Callable[[], object]:
        shifts = [Shift(one.pk) for one in members]
        return lambda: atomic_retry(contact_ways.update_way)(
            way=ContactWay.objects.get(pk=way.pk), members=shifts, **AS
        )

    assert at_once([change(people[:2]), change(people[2:])]) == []
    held = set(ContactWayMember.objects.values_list("employee_id", flat=True))
    assert held in ({one.pk for one in people[:2]}, {one.pk for one in people[2:]})
    assert ContactWay.objects.get().version == 3


def test_of_a_change_and_an_end_the_end_stays() -> None:
    corp = make.corp()
    Corp.objects.filter(pk=corp.pk).update(mirrored=True)
    mirrored.forget()
    way = make.contact_way(corp, make.employee(corp))

    def change() -> None:
        atomic_retry(contact_ways.update_way)(way=ContactWay.objects.get(pk=way.pk), name="二号", **AS)

    def end() -> None:
        atomic_retry(contact_ways.delete_way)(way=ContactWay.objects.get(pk=way.pk), **AS)

    raised = at_once([change, end])
    assert codes(raised) in ([], ["contact_way_deleted"])
    assert ContactWay.objects.get().status == "deleted"
    assert Command.objects.filter(open_mark=1).count() == 1


def test_two_who_look_after_duty_at_once_want_a_code_once() -> None:
    corp = make.corp()
    Corp.objects.filter(pk=corp.pk).update(mirrored=True)
    mirrored.forget()
    way = make.contact_way(corp, make.employee(corp))
    Command.objects.all().delete()
    ContactWay.objects.filter(pk=way.pk).update(status="active", config_id="c")

    def keep() -> None:
        atomic_retry(contact_ways.keep_duty)(corp_id=corp.pk)

    assert at_once([keep] * 4) == []
    assert Command.objects.get().subject == {"contactWayId": way.pk}


def test_a_channel_is_not_deleted_under_a_code_that_is_being_made() -> None:
    corp = make.corp()
    channel, employee = make.channel(corp), make.employee(corp)

    def create() -> None:
        with transaction.atomic():
            contact_ways.create_way(
                channel=Channel.objects.get(pk=channel.pk), name="码", members=[Shift(employee.pk)], **AS
            )

    def delete() -> None:
        atomic_retry(channels.delete_channel)(channel=Channel.objects.get(pk=channel.pk), **AS)

    at_once([create, delete])
    # Whoever was faster: never a code without its channel, nor a key without its channel.
    assert ContactWay.objects.count() == ContactWay.objects.filter(channel__in=Channel.objects.all()).count()
    assert set(ChannelKey.objects.values_list("channel_id", flat=True)) <= {row.pk for row in Channel.objects.all()}


def test_collaborators_let_in_by_eight_at_once_are_all_in_and_each_told_once() -> None:
    corp = make.corp()
    customer = make.customer(corp, make.employee(corp))
    people = [make.employee(corp).pk for _n in range(8)]

    def let_in(n: int) -> Callable[[], object]:
        # Each names two, so that every one is named twice.
        ids = [people[n], people[(n + 1) % 8]]
        return lambda: atomic_retry(collaborating.add_collaborators)(
            customer=Customer(pk=customer.pk), employee_ids=ids, **AS
        )

    assert at_once([let_in(n) for n in range(8)]) == []
    assert sorted(Collaborator.objects.values_list("employee_id", flat=True)) == people
    events = OutboxEvent.objects.filter(name="customer.collaborator.added")
    assert sorted(pk for event in events for pk in event.payload["data"]["employeeIds"]) == people
    assert Customer.objects.get().version == 1 + events.count()


def test_let_in_and_taken_off_at_once_ends_as_one_of_the_two() -> None:
    corp = make.corp()
    customer, employee = make.customer(corp, make.employee(corp)), make.employee(corp)

    def act(rule: Any) -> Callable[[], object]:
        return lambda: atomic_retry(rule)(customer=Customer(pk=customer.pk), employee_ids=[employee.pk], **AS)

    assert at_once([act(collaborating.add_collaborators), act(collaborating.remove_collaborators)]) == []
    there = Collaborator.objects.exists()
    assert told("customer.collaborator.added") == 1
    assert told("customer.collaborator.removed") == int(not there)
