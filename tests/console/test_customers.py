"""The customer pages write by the same rules as the API: rows, versions and events, or nothing at all."""

from typing import Any

from django.contrib.messages import get_messages
from django.urls import reverse

from customers import lifecycle
from customers.choices import CustomerStatus
from customers.models import Customer, CustomerTag, FollowRelation
from followups.models import FollowUp
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page


def told(response: Any) -> str:
    return " ".join(str(m) for m in get_messages(response.wsgi_request))


def names(response: Any) -> list[str]:
    return [row.name for row in response.context["cl"].result_list]


def test_a_customer_added_by_hand_has_a_relation_an_event_and_the_users_company(cast: Cast, recorded: Any) -> None:
    client = entered(cast.users["admin"])
    posted = form_of(
        client.get(page(Customer, "add")),
        external_userid="wmNew",
        name="陈一",
        follow_user=cast.owner.pk,
        channel="展会",
    )
    assert client.post(page(Customer, "add"), posted).status_code == 302
    row = Customer.objects.get(external_userid="wmNew")
    assert (row.corp_id, row.name, row.channel, row.version) == (cast.corp.pk, "陈一", "展会", 1)
    assert FollowRelation.objects.get(customer=row).employee_id == cast.owner.pk
    assert [event[:2] for event in recorded()] == [("customer.created", row.pk)]


def test_an_id_that_is_taken_is_told_beside_its_field_and_nothing_is_written(cast: Cast, recorded: Any) -> None:
    make.customer(cast.corp, external_userid="wmTaken")
    client, before = entered(cast.users["admin"]), recorded()
    posted = form_of(client.get(page(Customer, "add")), external_userid="wmTaken", name="另一个")
    answer = client.post(page(Customer, "add"), posted)
    assert answer.status_code == 200
    assert Customer.objects.count() == 1
    assert recorded() == before
    assert "已存在使用此 ID 的客户" in answer.content.decode()
    assert answer.context["adminform"].form.data["name"] == "另一个"


def test_a_change_names_what_differs_and_raises_the_version_once(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, name="旧名")
    client = entered(cast.users["owner"])
    posted = form_of(client.get(page(customer, "change")), name="新名", city="杭州")
    assert client.post(page(customer, "change"), posted).status_code == 302
    row = Customer.objects.get(pk=customer.pk)
    assert (row.name, row.city, row.version) == ("新名", "杭州", customer.version + 1)
    name, subject, data = recorded()[-1]
    assert (name, subject, data["changed"]) == ("customer.updated", row.pk, ["city", "name"])


def test_saving_what_has_not_changed_records_nothing(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    client, before = entered(cast.users["owner"]), recorded()
    client.post(page(customer, "change"), form_of(client.get(page(customer, "change"))))
    assert recorded() == before
    assert Customer.objects.get(pk=customer.pk).version == customer.version


def test_whoever_saves_a_page_that_has_passed_is_told_and_overwrites_nothing(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, name="旧名")
    client = entered(cast.users["owner"])
    posted = form_of(client.get(page(customer, "change")), name="我的")
    lifecycle.update(customer=customer, by=cast.actor("admin"), source="api", name="别人的")
    before = recorded()
    answer = client.post(page(customer, "change"), posted)
    assert "您打开之后该客户已被修改" in answer.content.decode()
    assert Customer.objects.get(pk=customer.pk).name == "别人的"
    assert recorded() == before


def test_deleting_hides_the_customer_and_keeps_its_tags(cast: Cast, recorded: Any) -> None:
    customer = make.tagged(make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp)))
    client = entered(cast.users["manager"])
    assert client.post(page(customer, "delete"), {"post": "yes"}).status_code == 302
    assert Customer.objects.get(pk=customer.pk).status == CustomerStatus.DELETED
    assert CustomerTag.objects.filter(customer=customer).exists()
    assert recorded()[-1][:2] == ("customer.deleted", customer.pk)
    assert names(client.get(page(Customer, "changelist"))) == []


def test_staff_may_not_delete(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    before = recorded()
    assert entered(cast.users["owner"]).post(page(customer, "delete"), {"post": "yes"}).status_code == 403
    assert Customer.objects.get(pk=customer.pk).status == CustomerStatus.NORMAL
    assert recorded() == before


def test_a_deleted_customer_is_found_by_its_status_and_revived_by_another(cast: Cast) -> None:
    customer = make.customer(cast.corp, name="走了")
    lifecycle.delete(customer=customer, by=cast.actor("admin"), source="api")
    client = entered(cast.users["admin"])
    assert names(client.get(page(Customer, "changelist"), {"status": "0"})) == ["走了"]
    posted = form_of(client.get(page(customer, "change")), status="1")
    assert client.post(page(customer, "change"), posted).status_code == 302
    assert names(client.get(page(Customer, "changelist"))) == ["走了"]


def test_two_characters_find_a_customer_and_a_stranger_keyword_none(cast: Cast) -> None:
    make.customer(cast.corp, name="欧阳娜娜")
    make.customer(cast.corp, name="王小二", mobile="13800001234")
    client = entered(cast.users["admin"])
    found = {
        word: names(client.get(page(Customer, "changelist"), {"q": word})) for word in ("阳娜", "二", "0123", "赵")
    }
    assert found == {"阳娜": ["欧阳娜娜"], "二": ["王小二"], "0123": ["王小二"], "赵": []}


def test_each_filter_narrows_the_list(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    make.tagged(
        make.customer(cast.corp, cast.owner, name="甲", channel="展会", gender=1, type=2, blacklisted=True), tag
    )
    make.customer(cast.corp, cast.colleague, name="乙", channel="官网", gender=2)
    FollowRelation.objects.filter(employee=cast.owner).update(add_way=1)
    client = entered(cast.users["admin"])
    for query in [
        {"follow_user__id__exact": cast.owner.pk},
        {"tag": tag.pk},
        {"channel": "展会"},
        {"gender__exact": "1"},
        {"type__exact": "2"},
        {"blacklisted__exact": "1"},
        {"way": "1"},
    ]:
        assert names(client.get(page(Customer, "changelist"), query)) == ["甲"], query
    assert names(client.get(page(Customer, "changelist"), {"status": "2"})) == []


def test_a_range_of_days_is_the_companys_days_and_holds_both_ends(cast: Cast) -> None:
    from datetime import UTC, datetime

    # In Shanghai the second of March begins at 16:00 UTC of the first.
    make.customer(cast.corp, name="前", add_time=datetime(2026, 3, 1, 15, 59, tzinfo=UTC))
    make.customer(cast.corp, name="始", add_time=datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    make.customer(cast.corp, name="末", add_time=datetime(2026, 3, 2, 15, 59, tzinfo=UTC))
    make.customer(cast.corp, name="后", add_time=datetime(2026, 3, 2, 16, 0, tzinfo=UTC))
    client = entered(cast.users["admin"])
    day = {"add_time_from": "2026-03-02", "add_time_to": "2026-03-02"}
    assert names(client.get(page(Customer, "changelist"), day)) == ["末", "始"]
    wrong = client.get(page(Customer, "changelist"), {"add_time_from": "2026-02-30"})
    assert len(names(wrong)) == 4


def test_the_list_can_be_sorted_by_the_indexed_times_and_by_nothing_else(cast: Cast) -> None:
    client = entered(cast.users["admin"])
    listed = client.get(page(Customer, "changelist"))
    assert listed.context["cl"].sortable_by == ["add_time", "update_time"]


def test_a_follow_up_is_written_on_the_customers_page(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner)
    client = entered(cast.users["owner"])
    shown = client.get(page(customer, "change"), {"tab": "follow_ups"})
    posted = form_of(shown, **{"follow_ups-0-content": "电话沟通，下周报价"})
    assert client.post(page(customer, "change"), posted).status_code == 302
    row = FollowUp.objects.get()
    assert (row.customer_id, row.content, row.employee_id, row.corp_id) == (
        customer.pk,
        "电话沟通，下周报价",
        cast.owner.pk,
        cast.corp.pk,
    )
    assert recorded()[-1][0] == "customer.followup.created"
    assert "电话沟通，下周报价" in client.get(page(customer, "tab_follow_ups")).content.decode()


def test_a_refused_follow_up_takes_the_rest_of_the_page_back_with_it(cast: Cast, recorded: Any) -> None:
    customer = make.customer(cast.corp, cast.owner, name="旧名")
    client, before = entered(cast.users["owner"]), recorded()
    long = "字" * 10_001
    shown = client.get(page(customer, "change"), {"tab": "follow_ups"})
    posted = form_of(shown, name="新名", **{"follow_ups-0-content": long})
    answer = client.post(page(customer, "change"), posted)
    assert answer.status_code == 200
    assert not FollowUp.objects.exists()
    assert Customer.objects.get(pk=customer.pk).name == "旧名"
    assert recorded() == before


def test_the_page_tells_who_put_a_tag_and_when_and_why(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp), name="重要")
    customer = make.customer(cast.corp, cast.owner)
    client = entered(cast.users["owner"])
    client.post(page(customer, "change_tags"), {"add": [tag.pk]})
    assert "重要" in client.get(page(customer, "change")).content.decode()
    content = client.get(page(customer, "tab_tag_rows")).content.decode()
    assert "重要" in content
    assert cast.users["owner"].username in content
    assert "操作员" in content


def test_the_events_button_leads_to_the_events_of_this_customer_alone(cast: Cast) -> None:
    customer = make.customer(cast.corp)
    make.customer(cast.corp)
    answer = entered(cast.users["admin"]).get(page(customer, "events"), follow=True)
    assert [(e.name, e.aggregate_id) for e in answer.context["cl"].result_list] == [("customer.created", customer.pk)]
    assert answer.request["PATH_INFO"] == reverse("admin:messaging_outboxevent_changelist")
    assert entered(cast.users["manager"]).get(page(customer, "events")).status_code == 403
