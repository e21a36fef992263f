"""A rule of the company's that warns: the warning opens by the event, and is the same when it is built anew."""

from typing import Any

from core.rendering import dumps
from customers.models import Customer
from insights.models import RiskAlert
from insights.risks import settling
from messaging import dispatch, inbox
from messaging.models import OutboxEvent
from segments.models import TagRule
from tests import make
from tests.conftest import Cast
from tests.segments.rules.played import followed, rule


def spread() -> None:
    """Let arrive what rules have told."""
    events = OutboxEvent.objects.filter(name="tag_rule.warned").order_by("id")
    inbox.store([inbox.parse(event.name, dumps(event.payload)) for event in events])
    dispatch.sweep()


def warns(cast: Cast, level: int = 3) -> TagRule:
    return rule(cast.corp, {"do": "warn", "level": level}, name="老客户回来了")


def warnings() -> list[dict[str, Any]]:
    return list(RiskAlert.objects.order_by("id").values("kind", "subject", "customer", "employee", "level", "state"))


def test_a_rule_that_warns_opens_a_warning_as_serious_as_it_says_and_tells_it(cast: Cast, recorded: Any) -> None:
    customer, row = make.customer(cast.corp, cast.owner), warns(cast)
    followed(customer)
    assert warnings() == []
    spread()
    told = {"kind": "rule", "subject": f"c{customer.pk}:r{row.pk}", "level": 3, "state": "open"}
    assert warnings() == [told | {"customer": customer.pk, "employee": cast.owner.pk}]
    assert RiskAlert.objects.get().facts == {"ruleId": row.pk, "rule": "老客户回来了"}
    assert [data["kind"] for name, _subject, data in recorded() if name == "risk.opened"] == ["rule"]


def test_warned_of_again_by_the_same_rule_one_warning_is_open_and_by_another_rule_two(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    warns(cast, 1)
    followed(customer)
    spread()
    followed(customer)
    spread()
    assert [row["state"] for row in warnings()] == ["passed", "open"]
    rule(cast.corp, {"do": "warn", "level": 2}, name="另一条")
    followed(customer)
    spread()
    assert sorted(row["level"] for row in warnings() if row["state"] == "open") == [1, 2]


def test_built_anew_from_the_record_the_warnings_are_the_same(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    warns(cast)
    followed(customer)
    spread()
    before = warnings()
    settling.settle_customers(corp_id=cast.corp.pk, customer_ids=[customer.pk])
    assert warnings() == before
    RiskAlert.objects.all().delete()
    settling.settle_customers(corp_id=cast.corp.pk, customer_ids=[customer.pk])
    assert warnings() == before


def test_a_rule_that_warns_of_a_customer_who_is_gone_opens_nothing(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    warns(cast)
    followed(customer)
    Customer.objects.filter(pk=customer.pk).update(status=0)
    spread()
    assert warnings() == []


def test_another_companys_event_about_this_customer_opens_nothing(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner)
    warns(cast)
    followed(customer)
    settling.settle_customers(corp_id=make.corp().pk, customer_ids=[customer.pk])
    assert warnings() == []
