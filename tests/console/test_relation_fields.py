"""The custom fields of a relation, filled in from the relations' tab of a customer's page."""

from typing import Any

import pytest

from corps.choices import Masking
from customers import collaborating
from customers.choices import RelationStatus
from customers.models import CustomChange, Customer, CustomField, CustomValue, FollowRelation
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.customers.custom.common import K, everything, held, ids_of, put
from tests.customers.privacy.people import choose


@pytest.fixture
def mood(cast: Cast) -> CustomField:
    return make.custom_field(cast.corp, "mood", "晴", "雨", subject="relation", name="心情")


@pytest.fixture
def customer(cast: Cast) -> Customer:
    return make.customer(cast.corp, cast.owner, name="张三丰")


def place(customer: Customer, employee: Any = None) -> str:
    return page(customer, "relation_fields") + (f"?employee={employee.pk}" if employee else "")


def fill(client: Any, address: str, **fields: Any) -> Any:
    """Post the page with some fields changed."""
    form = client.get(address).context["form"]
    shown = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    return client.post(address, shown | fields)


def test_the_tab_leads_to_the_fields_of_those_relations_that_one_may_change(
    cast: Cast, mood: CustomField, customer: Customer
) -> None:
    make.relation(customer, cast.colleague)
    ended = make.relation(customer, make.employee(cast.corp, cast.department))
    FollowRelation.objects.filter(pk=ended.pk).update(status=RelationStatus.ENDED_BY_EMPLOYEE)
    led = {
        who: [
            employee
            for employee in (cast.owner, cast.colleague, ended.employee)
            if f'href="{place(customer, employee)}"'
            in entered(cast.users[who]).get(page(customer, "tab_relations")).content.decode()
        ]
        for who in ("owner", "manager", "admin")
    }
    assert led == {
        "owner": [cast.owner],
        "manager": [cast.owner, cast.colleague],
        "admin": [cast.owner, cast.colleague],
    }


def test_a_relation_s_fields_are_filled_in_with_history_and_event(
    cast: Cast, mood: CustomField, customer: Customer, recorded: Any
) -> None:
    make.relation(customer, cast.colleague)
    make.custom_field(cast.corp, "since", kind=K.DATE, subject="relation")
    make.custom_field(cast.corp, "own", name="客户自己的")
    since = CustomField.objects.get(key="since")
    client, address = entered(cast.users["owner"]), place(customer, cast.owner)
    assert "客户自己的" not in client.get(address).content.decode()
    sent = {f"custom_{mood.pk}": ids_of(mood)["晴"], f"custom_{since.pk}": "2026-01-31"}
    answer = fill(client, address, **sent)
    assert (answer.status_code, answer["Location"]) == (302, page(customer, "change"))
    assert held(customer, "mood", cast.owner.pk) == (ids_of(mood)["晴"],)
    assert CustomValue.objects.count() == 2
    changes = CustomChange.objects.order_by("field")
    assert {(c.relation.employee_id, c.actor, c.source) for c in changes if c.relation} == {
        (cast.owner.pk, cast.actor("owner").label, "operator")
    }
    name, _subject, data = recorded()[-1][:3]
    assert (name, data["employeeId"], data["fieldKeys"]) == (
        "customer.field.changed",
        cast.owner.pk,
        ["mood", "since"],
    )
    before = everything()
    assert fill(client, address).status_code == 302
    assert everything() == before


def test_what_is_wrong_is_told_beside_its_field(cast: Cast, customer: Customer) -> None:
    phone = make.custom_field(cast.corp, "phone", kind=K.PHONE, subject="relation")
    before = everything()
    answer = fill(entered(cast.users["owner"]), place(customer), **{f"custom_{phone.pk}": "无"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, [f"custom_{phone.pk}"])
    assert everything() == before


def test_a_change_since_it_was_shown_is_not_overwritten(cast: Cast, mood: CustomField, customer: Customer) -> None:
    client, ids = entered(cast.users["owner"]), ids_of(mood)
    shown = client.get(place(customer)).context["form"]["if_version"].value()
    put(customer, cast.owner.pk, mood=ids["雨"])
    answer = client.post(place(customer), {"if_version": shown, f"custom_{mood.pk}": ids["晴"]})
    assert (answer.status_code, "请重新打开" in answer.content.decode()) == (200, True)
    assert held(customer, "mood", cast.owner.pk) == (ids["雨"],)


def test_of_others_a_staff_member_fills_in_nothing(cast: Cast, mood: CustomField, customer: Customer) -> None:
    make.relation(customer, cast.colleague)
    before = everything()
    client = entered(cast.users["owner"])
    asked = [place(customer, cast.colleague), place(customer, cast.stranger), f"{place(customer)}?employee=x"]
    assert [client.get(address).status_code for address in asked] == [404, 404, 404]
    assert client.post(asked[0], {f"custom_{mood.pk}": ids_of(mood)["晴"]}).status_code == 404
    assert everything() == before


def test_who_reads_a_customer_along_fills_in_nothing(cast: Cast, mood: CustomField, customer: Customer) -> None:
    who: Any = {"employee_ids": [cast.colleague.pk], "by": cast.actor("admin"), "source": "operator"}
    collaborating.add_collaborators(customer=customer, **who)
    before, client = everything(), entered(cast.users["colleague"])
    assert "relation-fields" not in client.get(page(customer, "tab_relations")).content.decode()
    assert client.post(place(customer), {f"custom_{mood.pk}": ids_of(mood)["晴"]}).status_code == 403
    assert everything() == before


def test_personal_values_are_starred_out_to_read_and_stay_as_they_are(cast: Cast, customer: Customer) -> None:
    home = make.custom_field(cast.corp, "home", subject="relation", personal=True)
    mood = make.custom_field(cast.corp, "mood", subject="relation")
    put(customer, cast.owner.pk, home="某街一号")
    choose(cast, Masking.PEOPLE)
    client = entered(cast.users["manager"])
    assert "某街一号" not in client.get(place(customer)).content.decode()
    sent = {f"custom_{home.pk}": "别处", f"custom_{mood.pk}": "好"}
    assert fill(client, place(customer), **sent).status_code == 302
    assert [held(customer, key, cast.owner.pk) for key in ("home", "mood")] == ["某街一号", "好"]


def test_where_there_is_nothing_to_fill_in_the_page_says_so(cast: Cast, customer: Customer) -> None:
    client = entered(cast.users["owner"])
    assert "没有启用的" in client.get(place(customer)).content.decode()
    assert "relation-fields" not in client.get(page(customer, "tab_relations")).content.decode()
