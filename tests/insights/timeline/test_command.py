"""``manage.py rebuild_timeline`` as an operator runs it."""

import io
from typing import Any

import pytest
from django.core.management import call_command

from customers.models import Customer
from followups.models import TimelineEntry
from insights.timeline import rebuilding
from tests import make
from tests.conftest import Cast


@pytest.fixture
def people(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Customer]:
    monkeypatch.setattr(rebuilding, "AT_ONCE", 1)
    return [make.customer(cast.corp, cast.owner), make.customer(cast.other_corp, cast.stranger)]


def run(**options: Any) -> list[str]:
    out = io.StringIO()
    call_command("rebuild_timeline", stdout=out, **options)
    return out.getvalue().splitlines()


def told() -> set[int]:
    return set(TimelineEntry.objects.values_list("customer", flat=True))


def test_it_says_after_each_piece_how_to_go_on_and_in_the_end_what_it_did(people: list[Customer]) -> None:
    lines = run()
    assert lines[0] == f"1 customers, 1 entries added. Go on: --after {people[0].pk}"
    assert lines[-1] == "Done: 2 customers looked through, 2 entries added."
    assert told() == {one.pk for one in people}


def test_a_second_time_it_adds_nothing(people: list[Customer]) -> None:
    run()
    assert run()[-1] == "Done: 2 customers looked through, 0 entries added."


def test_it_takes_one_company(cast: Cast, people: list[Customer]) -> None:
    run(corp=cast.other_corp.pk)
    assert told() == {people[1].pk}


def test_it_goes_on_behind_a_customer(people: list[Customer]) -> None:
    run(after=people[0].pk)
    assert told() == {people[1].pk}


def test_where_there_is_nobody_it_says_so(db: None) -> None:
    assert run() == ["Done: 0 customers looked through, 0 entries added."]
