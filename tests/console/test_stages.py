"""Stages in the console: the ordered set, one customer, many, and the filter."""

from typing import Any

from django.contrib.messages import get_messages

from customers import stages
from customers.models import Customer, Stage, StageChange
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.stages.test_setting import everything


def told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_the_set_is_shown_in_its_order_with_what_is_retired(cast: Cast) -> None:
    make.stage(cast.corp, name="成交", outcome="won", order=2)
    make.stage(cast.corp, name="新客", order=1)
    make.stage(cast.corp, name="旧阶段", order=3, active=False)
    make.stage(cast.other_corp, name="外人阶段")
    content = entered(cast.users["owner"]).get(page(Stage, "changelist")).content.decode()
    assert content.index("新客") < content.index("成交") < content.index("旧阶段")
    assert "赢单" in content
    assert "外人阶段" not in content


def test_a_stage_is_made_behind_the_others_changed_and_taken_away(cast: Cast, recorded: Any) -> None:
    client = entered(cast.users["admin"])
    make.stage(cast.corp, order=4)
    client.post(page(Stage, "add"), {"name": "意向", "outcome": "", "order": "", "active": "on"})
    row = Stage.objects.get(name="意向")
    assert (row.order, row.corp_id, row.active) == (5, cast.corp.pk, True)
    url = page(row, "change")
    shown = client.get(url)
    assert client.post(url, form_of(shown, name="成交", outcome="won")).status_code == 302
    row.refresh_from_db()
    assert (row.name, row.outcome, row.version) == ("成交", "won", 2)
    assert "请重新打开" in client.post(url, form_of(shown, name="迟到")).content.decode()
    client.post(page(row, "delete"), {"post": "yes"})
    assert not Stage.objects.filter(pk=row.pk).exists()
    assert [event[0] for event in recorded()[-3:]] == ["stage.created", "stage.updated", "stage.deleted"]


def test_one_in_which_somebody_is_stays_and_the_page_says_why(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    make.staged(make.customer(cast.corp), stage)
    answer = entered(cast.users["admin"]).post(page(stage, "delete"), {"post": "yes"}, follow=True)
    assert "可改为停用" in answer.content.decode()
    assert Stage.objects.filter(pk=stage.pk).exists()


def test_a_customer_s_page_shows_the_stage_and_its_steps_and_changes_it(cast: Cast) -> None:
    first, second = make.stage(cast.corp, name="新客"), make.stage(cast.corp, name="意向")
    make.stage(cast.corp, name="停用的", active=False)
    customer = make.staged(make.customer(cast.corp, cast.owner), first)
    client = entered(cast.users["owner"])
    assert "新客" in client.get(page(customer, "change")).content.decode()
    asked = client.get(page(customer, "change_stage")).content.decode()
    assert "意向" in asked
    assert "停用的" not in asked
    answer = client.post(page(customer, "change_stage"), {"stage": second.pk})
    assert told(answer) == ["现在处于阶段「意向」。"]
    step = StageChange.objects.get(to_stage=second)
    assert (step.from_stage, step.source, step.actor) == (first, "operator", f"user:{cast.users['owner'].pk}")
    assert "王小明" not in told(answer)
    again = client.post(page(customer, "change_stage"), {"stage": second.pk})
    assert told(again)[-1:] == ["原本就处于阶段「意向」。"]
    client.post(page(customer, "change_stage"), {"stage": ""})
    assert Customer.objects.get(pk=customer.pk).stage is None


def test_foreign_stages_and_customers_are_not_to_be_had(cast: Cast) -> None:
    foreign = make.stage(cast.other_corp)
    mine, theirs = make.customer(cast.corp, cast.owner), make.customer(cast.corp, cast.colleague)
    before = everything()
    client = entered(cast.users["owner"])
    assert client.post(page(mine, "change_stage"), {"stage": foreign.pk}).status_code == 200
    client.post(page(theirs, "change_stage"), {"stage": ""})
    posted = {"action": "set_stage", "_selected_action": [theirs.pk], "apply": "1", "stage": foreign.pk}
    client.post(page(Customer, "changelist"), posted)
    assert everything() == before


def test_many_are_shown_by_present_stage_before_anything_changes_then_moved(cast: Cast) -> None:
    first, second = make.stage(cast.corp, name="新客"), make.stage(cast.corp, name="意向")
    rows = [make.staged(make.customer(cast.corp), first), make.staged(make.customer(cast.corp), first)]
    rows += [make.customer(cast.corp), make.staged(make.customer(cast.corp), second)]
    client, address = entered(cast.users["admin"]), page(Customer, "changelist")
    before = everything()
    posted = {"action": "set_stage", "_selected_action": [row.pk for row in rows]}
    asked = client.post(address, posted).content.decode()
    assert "新客 2" in asked
    assert everything() == before
    answer = client.post(address, posted | {"apply": "1", "stage": second.pk})
    assert told(answer) == ["3 个客户已修改，1 个无需修改，0 个被拒绝。"]
    assert Customer.objects.filter(stage=second).count() == 4


def test_the_list_is_narrowed_by_stage(cast: Cast) -> None:
    stage = make.stage(cast.corp)
    inside = make.staged(make.customer(cast.corp, name="在内"), stage)
    make.customer(cast.corp, name="在外")
    answer = entered(cast.users["admin"]).get(page(Customer, "changelist"), {"stage__id__exact": stage.pk})
    assert [row.pk for row in answer.context["cl"].result_list] == [inside.pk]
    stages.update_stage(stage=stage, active=False, by=cast.actor("admin"), source="operator")
    assert str(stage) in entered(cast.users["admin"]).get(page(Customer, "changelist")).content.decode()
