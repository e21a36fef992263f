"""The statements of figures and scopes are answered by the keys that were made for them."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import collaborating, contact_ways
from customers.channels import figures
from customers.contact_ways import receiving
from customers.contact_ways.checking import Shift
from customers.models import Customer
from tests import make
from tests.conftest import Cast
from tests.customers.channels.test_figures import came


def plans(act: Any, table: str) -> list[str]:
    """How the database goes about each statement of the act that reads this table, in its own words."""
    with CaptureQueriesContext(connection) as seen:
        act()
    read = [q["sql"] for q in seen.captured_queries if table in q["sql"] and q["sql"].lstrip().startswith("SELECT")]
    assert read
    words = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
    found = []
    with connection.cursor() as cursor:
        for sql in read:
            cursor.execute(words + sql.replace("%", "%%"))
            found.append(" / ".join(str(part) for row in cursor.fetchall() for part in row))
    return found


@pytest.fixture
def busy(cast: Cast) -> Any:
    """Enough rows that a key is worth it."""
    way = make.contact_way(cast.corp, members=[Shift(cast.owner.pk, day_cap=3), Shift(cast.colleague.pk)])
    for n in range(30):
        came(cast, n * 11, state=way.state if n % 2 else f"s{n}", left=n if n % 3 else None)
    return way


@pytest.mark.parametrize("act", [figures.by_channel, figures.by_way, figures.unknown_states])
def test_figures_read_the_days_they_are_asked_for(cast: Cast, busy: Any, act: Any) -> None:
    days = figures.days_of(cast.corp, None, None)
    for plan in plans(lambda: act(cast.corp, days), "relation_episode"):
        assert "ix_episode_" in plan, plan


def test_who_came_today_is_read_along_today(cast: Cast, busy: Any) -> None:
    type(busy).objects.update(status="active", config_id="c")
    for plan in plans(lambda: contact_ways.keep_duty(corp_id=cast.corp.pk), "relation_episode"):
        assert "ix_episode_began" in plan, plan


def test_a_state_is_looked_up_by_its_key(cast: Cast, busy: Any) -> None:
    for plan in plans(lambda: receiving.way_of(cast.corp.pk, busy.state), "contact_way"):
        # SQLite names the key of a constraint by its own number.
        assert "uk_contact_way_state" in plan or "(corp_id=? AND state=?)" in plan, plan


def test_a_channel_is_looked_up_by_the_keys_of_its_states_and_ways(cast: Cast, busy: Any) -> None:
    make.channel(cast.corp, "s2", add_ways=[1, 16])
    days = figures.days_of(cast.corp, None, None)
    for plan in plans(lambda: figures.by_channel(cast.corp, days), "channel_key"):
        # Twice in each statement: by the state, and by the add way.
        by_key = plan.count("uk_channel_") or plan.count("(corp_id=? AND state=?)") + plan.count("AND add_way=?)")
        assert by_key >= 2, plan
        assert "SCAN s" not in plan, plan


def test_the_codes_of_a_company_are_read_by_its_key(cast: Cast, busy: Any) -> None:
    type(busy).objects.update(status="active", config_id="c")
    for plan in plans(lambda: contact_ways.keep_duty(corp_id=cast.corp.pk), "contact_way"):
        assert "SCAN contact_way" not in plan, plan


def test_a_list_of_who_collaborates_nowhere_is_read_as_ever(cast: Cast) -> None:
    """The look at the collaborators is by their key, and the customers' statement is the plain one."""
    make.customer(cast.corp, cast.owner)
    with CaptureQueriesContext(connection) as seen:
        assert len(Customer.objects.visible_to(cast.actor("owner"))) == 1
    look, read = (q["sql"] for q in seen.captured_queries)
    assert "customer_collaborator" in look
    assert look.lstrip().startswith("SELECT EXISTS (")
    assert "UNION" not in read
    assert "customer_collaborator" not in read


def test_where_somebody_collaborates_is_looked_up_by_its_key(cast: Cast) -> None:
    customers = [make.customer(cast.corp, cast.owner) for _n in range(5)]
    for customer in customers:
        collaborating.add_collaborators(
            customer=customer, employee_ids=[cast.colleague.pk], by=cast.actor("owner"), source="api"
        )
    seen = Customer.objects.visible_to(cast.actor("colleague"))
    for plan in plans(lambda: list(seen.filter(pk=customers[0].pk)), "customer_collaborator"):
        assert "collaborator" in plan, plan
        assert "SCAN customer_collaborator" not in plan, plan
    assert seen.count() == 5
