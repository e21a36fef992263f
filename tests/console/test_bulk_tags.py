"""Tags in bulk: a page that asks which, each customer for itself, and a sentence that counts what happened."""

from typing import Any

from django.contrib.messages import get_messages

from customers import lifecycle
from customers.models import Customer, CustomerTag
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page


def act(client: Any, action: str, customers: list[Customer], **more: Any) -> Any:
    posted = {"action": action, "_selected_action": [c.pk for c in customers], **more}
    return client.post(page(Customer, "changelist"), posted)


def told(response: Any) -> list[str]:
    return [str(m) for m in get_messages(response.wsgi_request)]


def pairs() -> set[tuple[int, int]]:
    return set(CustomerTag.objects.values_list("customer_id", "tag_id"))


def test_first_the_page_asks_and_writes_nothing(cast: Cast, recorded: Any) -> None:
    customers = [make.customer(cast.corp, name="张一"), make.customer(cast.corp, name="张二")]
    before = recorded()
    answer = act(entered(cast.users["admin"]), "add_tags", customers)
    content = answer.content.decode()
    assert "为 2 个客户" in content
    assert "张一" in content
    assert recorded() == before


def test_the_tags_are_added_with_an_event_each_and_the_result_is_counted(cast: Cast, recorded: Any) -> None:
    tag = make.tag(make.group(cast.corp))
    new, had = make.customer(cast.corp), make.tagged(make.customer(cast.corp), tag)
    before = len(recorded())
    answer = act(entered(cast.users["admin"]), "add_tags", [new, had], apply="1", tags=[tag.pk])
    assert answer.status_code == 302
    assert pairs() == {(new.pk, tag.pk), (had.pk, tag.pk)}
    assert [(e[0], e[1]) for e in recorded()[before:]] == [("customer.tag.added", new.pk)]
    row = CustomerTag.objects.get(customer=new)
    assert (row.source, row.actor) == ("operator", f"user:{cast.users['admin'].pk}")
    assert told(answer) == ["1 个客户已修改，1 个无需修改，0 个被拒绝。"]


def test_one_refusal_spoils_no_other_and_its_reason_is_told(cast: Cast, recorded: Any) -> None:
    tag = make.tag(make.group(cast.corp))
    fine, gone = make.customer(cast.corp), make.customer(cast.corp)
    lifecycle.delete(customer=gone, by=cast.actor("admin"), source="api")
    client = entered(cast.users["admin"])
    # The deleted are on no list but their own, so the selection comes from there.
    posted = {"action": "add_tags", "_selected_action": [gone.pk], "apply": "1", "tags": [tag.pk]}
    answer = client.post(f"{page(Customer, 'changelist')}?status=0", posted)
    assert told(answer) == ["0 个客户已修改，0 个无需修改，1 个被拒绝。 该客户已被删除。 (1)"]
    act(client, "add_tags", [fine, gone], apply="1", tags=[tag.pk])
    assert pairs() == {(fine.pk, tag.pk)}


def test_tags_are_taken_off_in_bulk(cast: Cast, recorded: Any) -> None:
    group = make.group(cast.corp)
    off, stays = make.tag(group), make.tag(group)
    customer, other = make.tagged(make.customer(cast.corp), off, stays), make.customer(cast.corp)
    answer = act(entered(cast.users["admin"]), "remove_tags", [customer, other], apply="1", tags=[off.pk])
    assert pairs() == {(customer.pk, stays.pk)}
    assert recorded()[-1][:2] == ("customer.tag.removed", customer.pk)
    assert told(answer) == ["1 个客户已修改，1 个无需修改，0 个被拒绝。"]


def test_a_foreign_customer_in_the_selection_is_left_alone(cast: Cast, recorded: Any) -> None:
    tag = make.tag(make.group(cast.other_corp))
    customer = make.customer(cast.corp)
    before = recorded()
    act(entered(cast.users["stranger"]), "add_tags", [customer], apply="1", tags=[tag.pk])
    assert pairs() == set()
    assert recorded() == before


def test_a_foreign_tag_is_no_choice(cast: Cast, recorded: Any) -> None:
    tag = make.tag(make.group(cast.other_corp))
    customer = make.customer(cast.corp)
    before = recorded()
    answer = act(entered(cast.users["admin"]), "add_tags", [customer], apply="1", tags=[tag.pk])
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert pairs() == set()
    assert recorded() == before


def test_a_forged_select_all_changes_no_more_than_a_page(cast: Cast, settings: Any, recorded: Any) -> None:
    from core import console_bulk

    tag = make.tag(make.group(cast.corp))
    customers = [make.customer(cast.corp) for _n in range(console_bulk.MOST_AT_ONCE + 1)]
    before = recorded()
    answer = act(entered(cast.users["admin"]), "add_tags", customers[:1], apply="1", tags=[tag.pk], select_across="1")
    assert told(answer) == ["一次最多选择 100 个客户。"]
    assert pairs() == set()
    assert recorded() == before


def test_one_customers_tags_are_changed_in_both_directions_at_once(cast: Cast, recorded: Any) -> None:
    group = make.group(cast.corp)
    old, new = make.tag(group), make.tag(group)
    customer = make.tagged(make.customer(cast.corp, cast.owner), old)
    client = entered(cast.users["owner"])
    answer = client.post(page(customer, "change_tags"), {"add": [new.pk], "remove": [old.pk]})
    assert pairs() == {(customer.pk, new.pk)}
    assert [e[0] for e in recorded()[-2:]] == ["customer.tag.removed", "customer.tag.added"]
    assert told(answer) == ["添加了 1 个标签，移除了 1 个。"]


def test_the_same_tag_in_both_directions_is_refused_on_the_page(cast: Cast, recorded: Any) -> None:
    tag = make.tag(make.group(cast.corp))
    customer = make.customer(cast.corp, cast.owner)
    before = recorded()
    answer = entered(cast.users["owner"]).post(page(customer, "change_tags"), {"add": [tag.pk], "remove": [tag.pk]})
    assert "同一标签不能同时添加和移除" in answer.content.decode()
    assert recorded() == before
