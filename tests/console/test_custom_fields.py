"""Custom fields in the console: the company's set, a customer's values edited in place, their history."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers import collaborating, custom
from customers.choices import CustomKind
from customers.models import CustomChange, Customer, CustomField, CustomOption, CustomValue
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.custom.common import AS, K, everything, held, ids_of, one_of_each, put


def options_form(*labels: str, initial: int = 0, **more: Any) -> dict[str, Any]:
    """The part of a form that has the options."""
    found: dict[str, Any] = {"options-TOTAL_FORMS": len(labels), "options-INITIAL_FORMS": initial}
    for at, label in enumerate(labels):
        found |= {f"options-{at}-label": label, f"options-{at}-order": "", f"options-{at}-active": "on"}
    return found | more


def new(**fields: Any) -> dict[str, Any]:
    given = {"name": "等级", "key": "level", "subject": "customer", "kind": int(K.TEXT), "order": "", "active": "on"}
    return given | options_form() | fields


# --- The set ---


def test_the_set_is_shown_in_its_order_with_what_is_retired(cast: Cast) -> None:
    make.custom_field(cast.corp, "c", name="丙字段", order=2)
    make.custom_field(cast.corp, "a", name="甲字段", order=1, kind=K.NUMBER)
    make.custom_field(cast.corp, "b", name="旧字段", order=3, active=False)
    make.custom_field(cast.other_corp, "x", name="外人字段")
    content = entered(cast.users["owner"]).get(page(CustomField, "changelist")).content.decode()
    assert content.index("甲字段") < content.index("丙字段") < content.index("旧字段")
    assert "外人字段" not in content


def test_the_list_costs_the_same_for_few_and_for_many(cast: Cast) -> None:
    client, costs = entered(cast.users["admin"]), []
    for at in range(6):
        make.custom_field(cast.corp, f"f{at}", "甲", "乙")
        with CaptureQueriesContext(connection) as asked:
            client.get(page(CustomField, "changelist"))
        costs.append(len(asked))
    assert costs[-1] == costs[1]


def test_a_choice_is_made_with_its_options(cast: Cast, recorded: Any) -> None:
    client = entered(cast.users["admin"])
    sent = new(kind=int(K.CHOICE)) | options_form("重点", "一般", "")
    answer = client.post(page(CustomField, "add"), sent)
    assert answer.status_code == 302, answer.content.decode()
    field = CustomField.objects.get()
    assert (field.key, field.name, field.kind, field.corp_id, field.order) == (
        "level",
        "等级",
        K.CHOICE,
        cast.corp.pk,
        0,
    )
    assert [(o.label, o.order, o.active) for o in field.options.all()] == [("重点", 0, True), ("一般", 1, True)]
    assert [event[0] for event in recorded()] == ["custom_field.created"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"key": "Level"}, "小写字母"),
        ({"key": "taken"}, "已被使用"),
        ({"name": "已有"}, "已被使用"),
        ({"kind": int(K.CHOICE)}, "选项"),
    ],
)
def test_what_may_not_be_is_told_on_the_page(cast: Cast, fields: dict[str, Any], told: str) -> None:
    make.custom_field(cast.corp, "taken", name="已有")
    before = everything()
    answer = entered(cast.users["admin"]).post(page(CustomField, "add"), new(**fields))
    assert answer.status_code == 200
    assert told in answer.content.decode()
    assert everything() == before


def test_a_field_is_changed_with_its_options_by_one_act(cast: Cast, recorded: Any) -> None:
    field = make.custom_field(cast.corp, "level", "甲", "乙", name="等级")
    client, url = entered(cast.users["admin"]), page(field, "change")
    shown = client.get(url)
    sent = form_of(shown, name="级别", **{"options-0-label": "核心", "options-0-order": 5})
    assert client.post(url, sent).status_code == 302
    field.refresh_from_db()
    assert (field.name, field.version) == ("级别", 2)
    assert [o.label for o in CustomOption.objects.filter(field=field)] == ["乙", "核心"]
    assert recorded()[-1][2]["changed"] == ["name", "options"]
    assert "请重新打开" in client.post(url, form_of(shown, name="迟到")).content.decode()


def test_an_option_that_is_ticked_off_is_retired_where_somebody_has_it(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "level", "甲", "乙")
    ids, customer = ids_of(field), make.customer(cast.corp)
    put(customer, level=ids["甲"])
    client, url = entered(cast.users["admin"]), page(field, "change")
    sent = form_of(client.get(url), **{"options-2-label": "丙"})
    sent.pop("options-0-active")
    assert client.post(url, sent).status_code == 302
    found = [(o.label, o.active) for o in CustomOption.objects.filter(field=field)]
    assert found == [("甲", False), ("乙", True), ("丙", True)]
    assert held(customer, "level") == (ids["甲"],)


def test_another_kind_is_refused_with_the_number_and_taken_when_that_is_left(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "age", name="年龄")
    for text in ("3", "很多"):
        put(make.customer(cast.corp), age=text)
    client, url = entered(cast.users["admin"]), page(field, "change")
    shown = client.get(url)
    before = everything()
    refusal = client.post(url, form_of(shown, kind=int(K.NUMBER))).content.decode()
    assert "2 个值中有 1 个" in refusal
    assert everything() == before
    assert client.post(url, form_of(shown, kind=int(K.NUMBER), leave_old="on")).status_code == 302
    assert sorted(CustomValue.objects.values_list("kind", flat=True)) == [K.TEXT, K.NUMBER]


def test_key_and_subject_are_shown_and_not_changed(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "nick")
    client, url = entered(cast.users["admin"]), page(field, "change")
    client.post(url, form_of(client.get(url), key="other", subject="relation", name="新名"))
    field.refresh_from_db()
    assert (field.key, field.subject, field.name) == ("nick", "customer", "新名")


def test_one_that_holds_something_stays_and_the_page_says_why(cast: Cast) -> None:
    field = make.custom_field(cast.corp, "nick")
    spare = make.custom_field(cast.corp, "spare", "甲")
    put(make.customer(cast.corp), nick="x")
    client = entered(cast.users["admin"])
    answer = client.post(page(field, "delete"), {"post": "yes"}, follow=True)
    assert "停用" in answer.content.decode()
    client.post(page(spare, "delete"), {"post": "yes"})
    assert list(CustomField.objects.all()) == [field]


# --- A customer's values ---


def changed(client: Any, customer: Customer, **values: Any) -> Any:
    """Post the customer's page with some fields changed, by their keys."""
    url = page(customer, "change")
    fields = {field.key: f"custom_{field.pk}" for field in CustomField.objects.filter(corp=customer.corp_id)}
    sent = {fields.get(key.partition("__")[0], key) + key.partition("__")[2]: value for key, value in values.items()}
    return client.post(url, form_of(client.get(url)) | sent)


def test_a_value_of_each_kind_is_filled_in_on_the_customer_s_page(cast: Cast, recorded: Any) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp, cast.owner)
    one, some = ids_of(fields[K.CHOICE]), ids_of(fields[K.CHOICES])
    answer = changed(
        entered(cast.users["owner"]),
        customer,
        f1="深圳",
        f2="一\r\n二",
        f3="12.5",
        f4="1990-05-01",
        f5___0="2026-01-31",
        f5___1="08:30:00",
        f6="false",
        f7=one["乙"],
        f8=[some["甲"], some["丙"]],
        f9="4008",
        f10="https://example.com",
        f11="a@example.com",
    )
    assert answer.status_code == 302, answer.context["errors"]
    found = {kind: held(customer, f"f{kind}") for kind in K}
    assert found[K.TEXT] == "深圳"
    assert found[K.LONG_TEXT] == "一\n二"
    assert found[K.NUMBER] == 12.5
    assert f"{found[K.DATE]:%Y-%m-%d}" == "1990-05-01"
    assert f"{found[K.DATE_TIME]:%Y-%m-%dT%H:%M}" == "2026-01-31T00:30"
    assert found[K.FLAG] == 0
    assert found[K.CHOICE] == (one["乙"],)
    assert found[K.CHOICES] == (some["甲"], some["丙"])
    assert (found[K.PHONE], found[K.LINK], found[K.EMAIL]) == ("4008", "https://example.com", "a@example.com")
    assert [event[0] for event in recorded()].count("customer.field.changed") == 1
    assert set(CustomValue.objects.values_list("source", "actor")) == {("operator", cast.actor("owner").label)}


def test_saving_the_page_as_it_is_changes_nothing(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp, cast.owner)
    values: dict[str, Any] = {"f1": "x", "f2": "一\n二", "f3": 1.5, "f4": "1990-05-01", "f5": "2026-01-31T00:30:00Z"}
    values |= {"f6": True, "f7": ids_of(fields[K.CHOICE])["乙"], "f8": list(ids_of(fields[K.CHOICES]).values())}
    put(customer, **values)
    client, before = entered(cast.users["owner"]), everything()
    assert changed(client, customer).status_code == 302
    assert everything() == before


def test_a_value_is_emptied_on_the_page(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp, cast.owner)
    put(customer, f1="x", f3=1.5, f6=True, f7=ids_of(fields[K.CHOICE])["乙"], f8=[ids_of(fields[K.CHOICES])["甲"]])
    assert changed(entered(cast.users["owner"]), customer, f1="", f3="", f6="", f7="", f8=[]).status_code == 302
    assert not CustomValue.objects.exists()
    assert CustomChange.objects.filter(after="").count() == 5


def test_what_is_wrong_is_told_beside_its_field_and_nothing_of_the_page_is_written(cast: Cast) -> None:
    one_of_each(cast.corp)
    customer = make.customer(cast.corp, cast.owner)
    before = everything()
    answer = changed(entered(cast.users["owner"]), customer, f9="无", f10="example", name="新名")
    assert answer.status_code == 200
    form = answer.context["adminform"].form
    wrong = {CustomField.objects.get(pk=int(name.removeprefix("custom_"))).key for name in form.errors}
    assert wrong == {"f9", "f10"}
    assert everything() == before


def test_a_version_that_has_passed_is_refused_also_where_only_values_were_changed(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick")
    customer = make.customer(cast.corp, cast.owner)
    client, url = entered(cast.users["owner"]), page(customer, "change")
    shown = client.get(url)
    put(Customer.objects.get(pk=customer.pk), nick="一")
    name = f"custom_{CustomField.objects.get().pk}"
    answer = client.post(url, form_of(shown) | {name: "二"})
    assert answer.status_code == 200
    assert held(customer, "nick") == "一"


def test_only_fields_in_use_of_the_customer_s_own_company_are_on_the_page(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick", name="昵称字段", required=True)
    make.custom_field(cast.corp, "old", name="停用字段", active=False)
    make.custom_field(cast.corp, "mood", name="关系字段", subject="relation")
    make.custom_field(cast.other_corp, "x", name="外人字段")
    customer = make.customer(cast.corp, cast.owner)
    form = entered(cast.users["owner"]).get(page(customer, "change")).context["adminform"].form
    labels = {str(field.label) for field in form.fields.values()}
    assert "昵称字段" in labels
    assert not labels & {"停用字段", "关系字段", "外人字段"}
    assert form.fields[f"custom_{CustomField.objects.get(key='nick').pk}"].help_text
    assert not form.fields[f"custom_{CustomField.objects.get(key='nick').pk}"].required


def test_a_retired_option_is_offered_to_whoever_has_it(cast: Cast) -> None:
    level = make.custom_field(cast.corp, "level", "甲", "乙")
    ids, mine, other = ids_of(level), make.customer(cast.corp), make.customer(cast.corp)
    put(mine, level=ids["甲"])
    level.options.filter(label="甲").update(active=False)
    client, name = entered(cast.users["admin"]), f"custom_{level.pk}"
    offered = {
        row.pk: [
            value for value, _label in client.get(page(row, "change")).context["adminform"].form.fields[name].choices
        ]
        for row in (mine, other)
    }
    assert offered == {mine.pk: ["", str(ids["甲"]), str(ids["乙"])], other.pk: ["", str(ids["乙"])]}


def test_the_page_lists_all_values_and_what_became_of_them(cast: Cast) -> None:
    nick, customer = make.custom_field(cast.corp, "nick", name="昵称"), make.customer(cast.corp, cast.owner)
    make.custom_field(cast.corp, "mood", name="心情", subject="relation")
    put(customer, nick="很多")
    put(customer, cast.owner.pk, mood="晴朗")
    custom.update_field(field=CustomField.objects.get(pk=nick.pk), kind=K.NUMBER, leave_old=True, **AS)
    content = entered(cast.users["owner"]).get(page(customer, "tab_custom_values")).content.decode()
    assert "晴朗" in content
    assert "很多" in content
    assert "旧类型" in content
    assert "王小明" in content


def test_a_collaborator_sees_the_values_and_has_nothing_to_fill_in(cast: Cast) -> None:
    make.custom_field(cast.corp, "nick", name="昵称")
    customer = make.filled(make.customer(cast.corp, cast.owner), nick="阿明")
    who = {"employee_ids": [cast.colleague.pk], "by": cast.actor("admin"), "source": "operator"}
    collaborating.add_collaborators(customer=customer, **who)
    client = entered(cast.users["colleague"])
    assert "阿明" in client.get(page(customer, "tab_custom_values")).content.decode()
    answer = client.get(page(customer, "change"))
    assert not [name for name in answer.context["adminform"].form.fields if name.startswith("custom_")]


def test_a_customer_s_page_costs_the_same_whatever_it_holds(cast: Cast) -> None:
    fields, customer = one_of_each(cast.corp), make.customer(cast.corp, cast.owner)
    client, costs = entered(cast.users["admin"]), []
    options = list(ids_of(fields[K.CHOICES]).values())
    client.get(page(customer, "change"))
    for values in ({"f8": options[:1]}, {"f1": "x", "f3": 2, "f8": options}):
        put(Customer.objects.get(pk=customer.pk), **values)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(page(customer, "change")).status_code == 200
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_company_without_custom_fields_sees_none_of_this(cast: Cast) -> None:
    make.custom_field(cast.other_corp, "x", name="外人字段")
    customer = make.customer(cast.corp, cast.owner)
    form = entered(cast.users["owner"]).get(page(customer, "change")).context["adminform"].form
    assert not [name for name in form.fields if name.startswith("custom_")]
    assert len(CustomKind) == 12
