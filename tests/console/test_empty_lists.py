"""What a list says where it has nothing to show: what to do next."""

from django.urls import reverse

from customers.models import Customer
from tags.models import Tag
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from tests.console.test_list_filters import found

URL = page(Customer, "changelist")


def test_who_looks_after_wecom_is_led_to_connect_it_and_to_sync(cast: Cast) -> None:
    text = entered(cast.users["admin"]).get(URL).content.decode()
    assert "客户来自企业微信" in text
    for name in ("wecom_wecomapp", "wecom_syncrun"):
        assert f'href="{reverse(f"admin:{name}_changelist")}"' in text
    assert "清除筛选" not in text


def test_who_doesnt_is_told_how_customers_come(cast: Cast) -> None:
    make.customer(cast.corp, cast.colleague)
    text = entered(cast.users["owner"]).get(URL).content.decode()
    assert "会自动出现在这里" in text
    assert "1. 接入企业微信" not in text


def test_where_what_is_asked_leaves_nobody_all_of_it_can_be_taken_away(cast: Cast) -> None:
    make.customer(cast.corp, cast.owner, gender=1)
    client = entered(cast.users["owner"])
    answer = client.get(URL, {"gender__exact": 2, "q": "无"})
    text = answer.content.decode()
    assert "请去掉部分筛选条件" in text
    assert "会自动出现在这里" not in text
    assert f'href="{answer.context["cl"].cleared}"' in text


def test_whoever_begins_with_a_view_comes_to_the_whole_list_by_clearing(cast: Cast) -> None:
    from customers import listviews

    make.customer(cast.corp, cast.owner, name="甲", gender=1)
    view = make.list_view(cast.users["owner"], query={"gender__exact": ["2"]})
    listviews.make_default(view=view, by=cast.actor("owner"))
    client = entered(cast.users["owner"])
    assert found(client.get(URL)) == []
    # Another question than the view's, and then none.
    cleared = client.get(URL, {"channel": "展会"}).context["cl"].cleared
    assert cleared == "?view=all"
    assert found(client.get(URL + cleared)) == ["甲"]
    # Within the view, what it asks itself goes too.
    of_view = client.get(URL, {"view": view.pk}).context["cl"].cleared
    assert of_view == f"?asked=1&view={view.pk}"
    assert found(client.get(URL + of_view)) == ["甲"]


def test_other_lists_say_what_they_said(cast: Cast) -> None:
    text = entered(cast.users["admin"]).get(page(Tag, "changelist")).content.decode()
    assert "还没有数据" in text or "暂无" in text
    assert "客户来自企业微信" not in text
