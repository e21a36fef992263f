"""Views above the customer list: applied, changed, kept from the list; columns, sorting and what costs them."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from corps.choices import Masking, Role
from corps.models import Corp, User
from customers import listviews
from customers.models import Customer, CustomerView
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.console.test_list_filters import chips, found
from tests.console.test_query_counts import statements

URL = page(Customer, "changelist")
COLUMNS = reverse("admin:customers_customer_columns")
MEN = {"query": {"gender__exact": ["1"]}}
NAMED = {"version": 1, "where": {"field": "name", "op": "contains", "value": "甲"}}


@pytest.fixture(autouse=True)
def people(cast: Cast) -> None:
    for name, gender in (("甲", 1), ("乙", 2), ("丙", 1)):
        make.customer(cast.corp, cast.owner, name=name, gender=gender)


def heads(answer: Any) -> list[str]:
    return [str(name) for name in answer.context["cl"].list_display if name != "action_checkbox"]


def tabs(answer: Any) -> list[tuple[str, bool]]:
    return [(str(tab["name"]), tab["current"]) for tab in answer.context["cl"].tabs]


class TestLooking:
    def test_a_view_asks_what_it_keeps_and_every_link_says_all_of_it(self, cast: Cast) -> None:
        view = make.list_view(cast.users["owner"], name="男客户", condition=NAMED, **MEN)
        answer = entered(cast.users["owner"]).get(URL, {"view": view.pk})
        assert found(answer) == ["甲"]
        assert tabs(answer) == [("全部", False), ("男客户", True)]
        without = parse_qs(urlsplit(answer.context["cl"].chips[0]["without"]).query)
        assert without == {"view": [str(view.pk)], "asked": ["1"], "kept": [str(view.pk)]}
        # What the condition says of a person is in no address of the page.
        assert "%E7%94%B2" not in answer.content.decode()

    def test_what_the_address_says_besides_goes_before_the_view(self, cast: Cast) -> None:
        view = make.list_view(cast.users["owner"], **MEN)
        client = entered(cast.users["owner"])
        assert found(client.get(URL, {"view": view.pk, "gender__exact": "2"})) == ["乙"]
        assert found(client.get(URL, {"view": view.pk, "asked": "1"})) == ["丙", "乙", "甲"]
        assert found(client.get(URL, {"view": view.pk, "q": "甲"})) == ["甲"]

    def test_the_list_begins_with_ones_own_view_then_with_the_roles(self, cast: Cast) -> None:
        client = entered(cast.users["owner"])
        shared = make.list_view(cast.users["admin"], shared=True, query={"gender__exact": ["2"]})
        listviews.make_default(view=shared, role=Role.STAFF, by=cast.actor("admin"))
        assert found(client.get(URL)) == ["乙"]
        listviews.make_default(view=make.list_view(cast.users["owner"], **MEN), by=cast.actor("owner"))
        assert found(client.get(URL)) == ["丙", "甲"]
        # Whoever asks something else, or for everybody, gets that.
        assert found(client.get(URL, {"view": "all"})) == ["丙", "乙", "甲"]
        assert found(client.get(URL, {"channel": "展会"})) == []
        assert found(entered(cast.users["admin"]).get(URL)) == ["丙", "乙", "甲"]

    def test_an_act_on_the_beginning_is_on_the_rows_that_it_shows(self, cast: Cast) -> None:
        listviews.make_default(view=make.list_view(cast.users["admin"], **MEN), by=cast.actor("admin"))
        woman = Customer.objects.get(name="乙")
        posted = {"action": "add_tags", "_selected_action": [woman.pk], "index": 0}
        answer = entered(cast.users["admin"]).post(URL, posted)
        assert [row.name for row in (answer.context or {}).get("chosen", [])] == []

    def test_others_views_and_foreign_ones_are_not_there(self, cast: Cast) -> None:
        mine = make.list_view(cast.users["owner"], name="我的视图甲")
        for other in ("colleague", "admin", "stranger"):
            client = entered(cast.users[other])
            assert client.get(URL, {"view": mine.pk}).status_code == 404
            assert "我的视图甲" not in client.get(URL).content.decode()
            assert client.get(page(mine, "change")).status_code == 302
        assert entered(cast.users["owner"]).get(URL, {"view": "x"}).status_code == 404

    def test_those_that_are_no_tabs_stand_behind_them(self, cast: Cast) -> None:
        aside = make.list_view(cast.users["owner"], name="不固定", pinned=False)
        client = entered(cast.users["owner"])
        answer = client.get(URL)
        assert tabs(answer) == [("全部", True)]
        assert [tab["name"] for tab in answer.context["cl"].other_views] == ["不固定"]
        assert tabs(client.get(URL, {"view": aside.pk})) == [("全部", False), ("不固定", True)]

    def test_a_superuser_of_no_company_has_none_and_is_offered_none(self, cast: Cast) -> None:
        make.list_view(cast.users["admin"], shared=True, name="共享")
        client = entered(User.objects.create_superuser("root", "correct horse battery"))
        assert tabs(client.get(URL)) == []
        assert client.get(COLUMNS).status_code == 403


class TestKeeping:
    def test_a_list_becomes_a_view_without_what_was_searched_for(self, cast: Cast) -> None:
        client = entered(cast.users["owner"])
        shown = client.get(URL, {"gender__exact": 1, "q": "甲", "p": 1, "sort": "-update_time"})
        address = shown.context["cl"].kept_address
        assert "%E7%94%B2" not in address
        form = client.get(page(CustomerView, "add"), {"list": address})
        answer = client.post(page(CustomerView, "add"), form_of(form, name="男客户"))
        view = CustomerView.objects.get()
        assert (view.query, view.sort, view.condition) == (MEN["query"], "-update_time", None)
        assert (view.owner_id, view.corp_id, view.shared) == (cast.users["owner"].pk, cast.corp.pk, False)
        assert answer["Location"] == f"{URL}?view={view.pk}"
        assert LogEntry.objects.filter(object_id=str(view.pk), user=cast.users["owner"]).exists()

    def test_a_condition_comes_along_from_the_address_and_from_the_server(self, cast: Cast) -> None:
        client = entered(cast.users["admin"])
        kept = listviews.keep_condition(corp_id=cast.corp.pk, condition=NAMED, by=cast.actor("admin"))
        city = {"version": 1, "where": {"field": "city", "op": "in", "value": ["北京"]}}
        for name, address, expected in (
            ("一", f"kept={kept.pk}", NAMED),
            ("二", f"condition={json.dumps(city)}", city),
            ("三", "condition={", None),
        ):
            form = client.get(page(CustomerView, "add"), {"list": address})
            client.post(page(CustomerView, "add"), form_of(form, name=name))
            assert CustomerView.objects.get(name=name).condition == expected

    def test_anothers_kept_condition_does_not_come_along(self, cast: Cast) -> None:
        kept = listviews.keep_condition(corp_id=cast.corp.pk, condition=NAMED, by=cast.actor("admin"))
        client = entered(cast.users["owner"])
        form = client.get(page(CustomerView, "add"), {"list": f"kept={kept.pk}"})
        client.post(page(CustomerView, "add"), form_of(form, name="一"))
        assert CustomerView.objects.get(name="一").condition is None

    def test_a_view_takes_over_what_the_list_asks_now(self, cast: Cast) -> None:
        view = make.list_view(cast.users["owner"], name="我的", **MEN)
        client = entered(cast.users["owner"])
        assert client.get(URL, {"view": view.pk}).context["cl"].keeps == ""
        changed = client.get(URL, {"view": view.pk, "gender__exact": 2}).context["cl"]
        answer = client.post(changed.keeps, {"list": changed.kept_address})
        assert answer["Location"] == f"{URL}?view={view.pk}"
        view.refresh_from_db()
        assert (view.query, view.version, view.name) == ({"gender__exact": ["2"]}, 2, "我的")

    def test_who_may_not_change_it_is_offered_nothing_and_refused(self, cast: Cast) -> None:
        view = make.list_view(cast.users["manager"], shared=True, **MEN)
        client = entered(cast.users["owner"])
        shown = client.get(URL, {"view": view.pk, "gender__exact": 2}).context["cl"]
        assert shown.keeps == ""
        refused = client.post(reverse("admin:customers_customerview_keep", args=[view.pk]), {"list": "gender__exact=2"})
        assert "您没有权限执行此操作。" in refused.content.decode()
        assert client.post(page(view, "delete"), {"post": "yes"}).status_code == 403
        view.refresh_from_db()
        assert (view.query, view.version) == (MEN["query"], 1)

    def test_renaming_with_an_old_version_is_refused_and_shown(self, cast: Cast) -> None:
        view = make.list_view(cast.users["owner"], name="旧名")
        client = entered(cast.users["owner"])
        form = form_of(client.get(page(view, "change")), name="新名")
        listviews.change_view(view=view, pinned=False, by=cast.actor("owner"))
        assert client.post(page(view, "change"), form).status_code == 200
        assert CustomerView.objects.get().name == "旧名"
        client.post(page(view, "change"), form_of(client.get(page(view, "change")), name="新名"))
        assert CustomerView.objects.get().name == "新名"

    def test_it_is_made_the_beginning_on_its_page(self, cast: Cast) -> None:
        view = make.list_view(cast.users["admin"], shared=True)
        client = entered(cast.users["admin"])
        client.post(reverse("admin:customers_customerview_begin", args=[view.pk]))
        client.post(reverse("admin:customers_customerview_begin_role", args=[view.pk]), {"role": "staff"})
        view.refresh_from_db()
        assert (view.own_default, view.default_for) == (1, "staff")
        staff = entered(cast.users["owner"])
        answer = staff.post(reverse("admin:customers_customerview_begin_role", args=[view.pk]), {"role": "staff"})
        assert answer.status_code == 403
        client.post(page(view, "delete"), {"post": "yes"})
        assert not CustomerView.objects.exists()


class TestColumns:
    def test_ones_columns_stand_in_the_order_of_their_numbers(self, cast: Cast) -> None:
        client = entered(cast.users["owner"])
        posted = {"columns_gender": "2", "columns_heading": "1", "columns_update_time": "7", "columns_type": "x"}
        assert client.post(f"{COLUMNS}?status=1", posted)["Location"] == f"{URL}?status=1"
        answer = client.get(URL)
        assert heads(answer) == ["heading", "gender", "update_time"]
        assert "男" in answer.content.decode()
        assert heads(entered(cast.users["colleague"]).get(URL))[-1] == "add_time"
        client.post(COLUMNS, {})
        assert heads(client.get(URL))[-1] == "add_time"

    def test_a_views_columns_go_before_ones_own_and_who_it_is_always_stands_there(self, cast: Cast) -> None:
        listviews.lay_out(corp_id=cast.corp.pk, columns=["heading", "type"], by=cast.actor("owner"))
        view = make.list_view(cast.users["owner"], columns=["gender"])
        client = entered(cast.users["owner"])
        assert heads(client.get(URL, {"view": view.pk})) == ["heading", "gender"]
        assert heads(client.get(URL)) == ["heading", "type"]
        assert client.get(URL, {"view": view.pk}).context["cl"].columns_page == page(view, "change")

    def test_all_of_them_show_and_cost_nothing_more(self, cast: Cast) -> None:
        from customers.listviews.columns import COLUMNS as EVERY

        client = entered(cast.users["admin"])
        usual = len(statements(client, URL))
        listviews.lay_out(corp_id=cast.corp.pk, columns=list(EVERY), by=cast.actor("admin"))
        assert heads(client.get(URL)) == list(EVERY)
        assert len(statements(client, URL)) == usual

    def test_only_what_has_an_index_can_be_sorted_by(self, cast: Cast) -> None:
        listviews.lay_out(
            corp_id=cast.corp.pk, columns=["heading", "gender", "update_time", "add_time"], by=cast.actor("admin")
        )
        client = entered(cast.users["admin"])
        Customer.objects.filter(name="乙").update(update_time="2020-01-01T00:00Z")
        assert found(client.get(URL, {"sort": "update_time"}))[0] == "乙"
        assert found(client.get(URL, {"o": "3"}))[0] == "乙"
        assert found(client.get(URL, {"sort": "mobile"})) == ["丙", "乙", "甲"]
        assert found(client.get(URL, {"o": "2"})) == ["丙", "乙", "甲"]
        sorts = [sql for sql in statements(client, f"{URL}?sort=-update_time") if "search_text" in sql]
        assert [sql.count("DESC") for sql in sorts if "COUNT" not in sql] == [2]

    def test_numbers_are_starred_out_for_who_sees_stars(self, cast: Cast) -> None:
        Customer.objects.filter(name="甲").update(mobile="13800001111")
        for name in ("owner", "admin"):
            listviews.lay_out(corp_id=cast.corp.pk, columns=["heading", "mobile_label"], by=cast.actor(name))
        Corp.objects.filter(pk=cast.corp.pk).update(masking=Masking.PEOPLE)
        staff = entered(User.objects.get(pk=cast.users["owner"].pk)).get(URL).content.decode()
        assert "138****1111" in staff
        assert "13800001111" not in staff
        assert "13800001111" in entered(cast.users["admin"]).get(URL).content.decode()


def test_a_view_with_a_condition_costs_no_more_than_twelve_statements(cast: Cast) -> None:
    tag = make.tag(make.group(cast.corp))
    asked = {"version": 1, "where": {"field": "tags", "op": "none", "value": [tag.pk]}}
    view = make.list_view(cast.users["admin"], condition=asked, columns=["heading", "tag_labels"])
    make.list_view(cast.users["admin"], shared=True)
    seen = statements(entered(cast.users["admin"]), f"{URL}?view={view.pk}")
    assert len(seen) <= 12, "\n".join(seen)


def test_a_view_keeps_its_chips_when_it_can_not_be_asked_any_more(cast: Cast) -> None:
    view = make.list_view(cast.users["owner"], condition={"version": 9}, **MEN)
    answer = entered(cast.users["owner"]).get(URL, {"view": view.pk})
    assert (answer.status_code, found(answer)) == (400, [])
    assert chips(answer) == [("性别", "男"), ("高级筛选", "无法查询")]
