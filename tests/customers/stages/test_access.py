"""Who may see and move whom, and that a request sent twice is one."""

from typing import Any

import pytest

from customers import collaborating, listing
from customers.models import Customer, Stage, StageChange
from customers.querysets import OfVisibleCustomers
from customers.selection import Wanted
from customers.stages import bulk
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.customers.channels.test_plans import plans
from tests.customers.stages.test_setting import everything
from tests.doors import refused

URL, CUSTOMERS = "/api/v1/stages", "/api/v1/customers"


def status_of(cast: Cast, who: str, customer: Customer, stage: Stage) -> str:
    (result,) = bulk.set_stages(customer_ids=[customer.pk], stage=stage, by=cast.actor(who), source="operator")
    return result.get("code", result["status"])


def test_one_moves_the_customers_that_one_may_change(cast: Cast) -> None:
    mine = make.customer(cast.corp, cast.owner)
    found = {
        who: status_of(cast, who, mine, make.stage(cast.corp))
        for who in ("owner", "manager", "admin", "colleague", "stranger")
    }
    assert found == {
        "owner": "changed",
        "manager": "changed",
        "admin": "changed",
        "colleague": "not_found",
        "stranger": "not_found",
    }
    assert StageChange.objects.count() == 3


def test_a_collaborator_reads_the_steps_and_takes_none(cast: Cast) -> None:
    mine = make.staged(make.customer(cast.corp, cast.owner), make.stage(cast.corp))
    admin = cast.actor("admin")
    collaborating.add_collaborators(customer=mine, employee_ids=[cast.colleague.pk], by=admin, source="api")
    assert status_of(cast, "colleague", mine, make.stage(cast.corp)) == "collaborator_reads"
    seen = {who: StageChange.objects.visible_to(cast.actor(who)).count() for who in ("colleague", "owner", "stranger")}
    assert seen == {"colleague": 1, "owner": 1, "stranger": 0}
    assert isinstance(StageChange.objects.all(), OfVisibleCustomers)


def test_a_service_needs_the_scope(cast: Cast) -> None:
    customer, stage = make.customer(cast.corp), make.stage(cast.corp)
    before = everything()
    for scopes, sent in (
        (("read",), [("put", f"{CUSTOMERS}/{customer.pk}/stage"), ("post", URL), ("delete", f"{URL}/{stage.pk}")]),
        (("write",), [("get", URL), ("get", f"{CUSTOMERS}/{customer.pk}/stage")]),
        (("tags",), [("get", URL), ("post", f"{CUSTOMERS}/bulk/stage")]),
    ):
        client = api.client(cast.corp, *scopes)
        for method, url in sent:
            refused(getattr(client, method)(url, {}, format="json"), 403, "permission_denied")
    assert everything() == before


def test_what_is_sent_twice_under_one_key_is_done_once(cast: Cast) -> None:
    customer, stage = make.customer(cast.corp), make.stage(cast.corp)
    client = api.client(cast.corp, **{"Idempotency-Key": "k-1"})
    once, twice = (client.post(URL, {"name": "意向"}, format="json") for _time in range(2))
    assert (once.status_code, once.json()) == (twice.status_code, twice.json())
    assert Stage.objects.filter(name="意向").count() == 1
    client = api.client(cast.corp, **{"Idempotency-Key": "k-2"})
    body = {"customerIds": [customer.pk], "stageId": stage.pk}
    answers = [client.post(f"{CUSTOMERS}/bulk/stage", body, format="json").json() for _time in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["changed"] == 1
    assert OutboxEvent.objects.filter(name="customer.stage.changed").count() == 1


def test_a_cached_detail_shows_the_new_stage_at_once(cast: Cast) -> None:
    customer, stage = make.customer(cast.corp), make.stage(cast.corp)
    client, url = api.client(cast.corp), f"{CUSTOMERS}/{customer.pk}"
    first = client.get(url)
    assert first.json()["stageId"] is None
    make.staged(customer, stage)
    again = client.get(url, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.json()["stageId"]) == (200, stage.pk)


@pytest.fixture
def many(cast: Cast) -> list[Customer]:
    """Enough rows that a key is worth it."""
    rows = [make.customer(cast.corp) for _n in range(25)]
    offered = [make.stage(cast.corp) for _n in range(5)]
    Customer.objects.filter(pk__in=[row.pk for row in rows[:20]]).update(stage=offered[0])
    for row in rows[20:]:
        make.staged(row, offered[1])
    return rows


def test_lists_by_stage_and_the_steps_of_one_are_read_along_their_keys(cast: Cast, many: list[Customer]) -> None:
    client = api.client(cast.corp)
    stage = Stage.objects.order_by("id")[2]
    for query in (f"stageId={stage.pk}", f"stageId={stage.pk}&page=2"):
        for plan in plans(lambda query=query: client.get(f"{CUSTOMERS}?{query}"), "stage_id"):
            assert "ix_customer_stage" in plan, plan
    customer = many[-1]
    for plan in plans(lambda: client.get(f"{CUSTOMERS}/{customer.pk}/stage"), "customer_stage_change"):
        assert "ix_stage_change_customer" in plan, plan


def test_whether_anybody_was_ever_in_a_stage_is_asked_of_two_keys(cast: Cast, many: list[Any]) -> None:
    client, stage = api.client(cast.corp), Stage.objects.order_by("id")[1]
    for plan in plans(lambda: client.delete(f"{URL}/{stage.pk}"), "customer_stage_change"):
        assert "ix_stage_change_" in plan, plan


def test_a_list_by_stage_holds_what_the_caller_may_see(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    mine = make.staged(make.customer(cast.corp, cast.owner), stage)
    theirs = make.staged(make.customer(cast.corp, cast.colleague), stage)
    make.customer(cast.corp, cast.owner)
    found = {
        who: [
            row["id"] for row in listing.page(Wanted(cast.actor(who), {"stageId": stage.pk}), number=1, size=9)["list"]
        ]
        for who in ("owner", "manager", "admin", "stranger")
    }
    assert found == {"owner": [mine.pk], "manager": [theirs.pk, mine.pk], "admin": [theirs.pk, mine.pk], "stranger": []}
    total = listing.page(Wanted(cast.actor("admin"), {"stageId": stage.pk}), number=1, size=1)
    assert (total["total"], total["totalExact"]) == (2, True)
