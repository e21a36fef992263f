"""What employees noted of customers, on its way to WeCom."""

import pytest

from customers.models import Customer, FollowRelation
from messaging.models import Command
from tests.wecom.push.conftest import Shop


def test_all_that_changed_of_a_pair_goes_in_one_call(shop: Shop) -> None:
    shop.note(remark="张总", description="老客户", remark_corp_name="甲公司", remark_mobiles=["13800000001"])
    assert shop.push() == 1
    follow = shop.follow()
    assert (follow.remark, follow.description, follow.remark_corp_name, list(follow.remark_mobiles)) == (
        "张总", "老客户", "甲公司", ["13800000001"],
    )  # fmt: skip
    assert (shop.calls("remark"), shop.states()) == (1, [("customer.remark", "done")] * 4)


def test_only_what_changed_is_sent(shop: Shop) -> None:
    shop.box.company.edit_follow("lina", shop.externals[0], description="在那边写的")
    shop.note(remark="张总")
    shop.push()
    assert (shop.follow().remark, shop.follow().description) == ("张总", "在那边写的")


@pytest.mark.parametrize("field", ["remark", "description"])
def test_a_note_is_emptied(shop: Shop, field: str) -> None:
    shop.note(**{field: "有"})
    shop.push()
    shop.note(**{field: ""})
    shop.push()
    assert getattr(shop.follow(), field) == ""
    assert set(Command.objects.values_list("state", flat=True)) == {"done"}


def test_emptying_one_note_leaves_the_numbers(shop: Shop) -> None:
    shop.note(remark="张总", remark_mobiles=["13800000001"])
    shop.push()
    shop.note(remark="")
    shop.push()
    assert (shop.follow().remark, list(shop.follow().remark_mobiles)) == ("", ["13800000001"])


def test_the_numbers_are_emptied(shop: Shop) -> None:
    shop.note(remark_mobiles=["13800000001"])
    shop.push()
    shop.note(remark_mobiles=[])
    shop.push()
    assert list(shop.follow().remark_mobiles) == []


def test_a_wecom_users_company_is_not_sent(shop: Shop) -> None:
    Customer.objects.filter(pk=shop.customer().pk).update(type=2)
    shop.note(remark_corp_name="甲公司")
    shop.push()
    assert (shop.calls("remark"), shop.states()) == (0, [("customer.remark", "done")])


def test_of_a_relation_that_is_gone_nothing_is_sent(shop: Shop) -> None:
    shop.note(remark="张总")
    FollowRelation.objects.filter(customer=shop.customer(), employee=shop.employee()).delete()
    shop.push()
    assert (shop.calls("remark"), shop.states()) == (0, [("customer.remark", "done")])


def test_commands_hold_no_note(shop: Shop) -> None:
    shop.note(remark="张总", remark_mobiles=["13800000001"])
    told = str(list(Command.objects.values()))
    assert "张总" not in told
    assert "13800000001" not in told
