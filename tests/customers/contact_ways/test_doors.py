"""The doors of contact ways: REST and console."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from corps import mirrored
from customers.contact_ways import checking
from customers.contact_ways.checking import Shift
from customers.models import ContactWay
from messaging.models import Command, OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.channels.test_figures import came
from tests.customers.contact_ways.test_changing import everything

URL = "/api/v1/contact-ways"


@pytest.fixture
def connected(cast: Cast) -> Cast:
    cast.corp.mirrored = True
    cast.corp.save()
    mirrored.forget()
    return cast


def body(cast: Cast, **fields: Any) -> dict[str, Any]:
    member = {"employeeId": cast.owner.pk, "weekdays": [1, 5], "start": "09:00", "end": "18:00", "dayCap": 50}
    given = {"channelId": make.channel(cast.corp).pk, "name": "展位", "members": [member], "welcomeText": "您好"}
    return given | {"remarkTemplate": "{name}-展会", "spareEmployeeId": cast.colleague.pk} | fields


class TestApi:
    def test_a_way_is_made_read_changed_and_ended(self, connected: Cast) -> None:
        client, sent = api.client(connected.corp), body(connected)
        made = client.post(URL, sent, format="json")
        told = made.json()
        assert (made.status_code, told["status"], told["qrCode"]) == (201, "draft", "")
        assert told | sent | {"members": [sent["members"][0] | {"departmentId": None}]} == told
        url = made.headers["Location"]
        assert client.get(url).json() == told
        assert client.get(URL).json()["list"] == [told]
        changed = client.patch(url, {"name": "二号"}, format="json", HTTP_IF_MATCH='"1"')
        assert (changed.json()["name"], changed.json()["members"]) == ("二号", told["members"])
        assert client.put(url, sent, format="json", HTTP_IF_MATCH='"1"').status_code == 412
        assert client.delete(url).status_code == 204
        assert client.get(URL).json()["list"] == []
        assert [row["id"] for row in client.get(URL, {"status": "deleted"}).json()["list"]] == [told["id"]]
        assert client.get(url).json()["status"] == "deleted"

    def test_a_repeat_by_the_same_key_makes_one(self, cast: Cast) -> None:
        client, sent = api.client(cast.corp), body(cast)
        answers = [client.post(URL, sent, format="json", HTTP_IDEMPOTENCY_KEY="k") for _n in range(2)]
        assert answers[0].json() == answers[1].json()
        assert ContactWay.objects.count() == OutboxEvent.objects.filter(name="contact_way.created").count() == 1

    @pytest.mark.parametrize(
        "wrong",
        [
            {"members": [{"employeeId": "x"}]},
            {"members": [{"employeeId": 1, "start": "9 o'clock"}]},
            {"members": [{"employeeId": 1, "weekdays": [0]}]},
            {"members": [{"employeeId": 1, "weekdays": []}]},
            {"members": [{"employeeId": 1, "colour": "red"}]},
            {"members": None},
            {"type": 3},
            {"state": "mine"},
            {"name": "x" * 31},
        ],
    )
    def test_a_wrong_body_is_refused(self, cast: Cast, wrong: Any) -> None:
        sent = body(cast, **wrong)
        before = everything()
        assert api.client(cast.corp).post(URL, sent, format="json").status_code == 400
        assert everything() == before

    def test_what_makes_no_sense_is_refused_by_the_rule(self, cast: Cast) -> None:
        for wrong in ({"members": []}, {"channelId": 10**9}, {"spareEmployeeId": cast.stranger.pk}, {"tagIds": [9]}):
            sent = body(cast, **wrong)
            before = everything()
            assert api.client(cast.corp).post(URL, sent, format="json").status_code == 422
            assert everything() == before

    def test_of_which_channel_and_in_which_state(self, cast: Cast) -> None:
        one, _other = make.contact_way(cast.corp, cast.owner), make.contact_way(cast.corp, cast.owner)
        client = api.client(cast.corp)
        assert [w["id"] for w in client.get(URL, {"channelId": one.channel_id}).json()["list"]] == [one.pk]
        assert client.get(URL, {"status": "active"}).json()["list"] == []
        assert client.get(URL, {"status": "broken"}).status_code == 400

    def test_a_retry_asks_again(self, connected: Cast) -> None:
        way = make.contact_way(connected.corp, connected.owner)
        Command.objects.all().delete()
        assert api.client(connected.corp).post(f"{URL}/{way.pk}/retry").status_code == 200
        assert Command.objects.get().subject == {"contactWayId": way.pk}

    def test_statistics_are_of_each_code(self, cast: Cast) -> None:
        way, _other = make.contact_way(cast.corp, cast.owner), make.contact_way(cast.corp, cast.owner)
        came(cast, 9, state=way.state)
        came(cast, 9, state=way.state, left=2)
        (row,) = api.client(cast.corp).get(f"{URL}/statistics").json()["list"]
        assert (row["contactWayId"], row["added"], row["lost"], row["net"]) == (way.pk, 2, 1, 1)
        assert row["retention"][0] == {"days": 7, "of": 2, "stayed": 2, "rate": 1.0}

    def test_the_list_costs_the_same_however_long(self, cast: Cast) -> None:
        for _n in range(5):
            make.contact_way(cast.corp, cast.owner, cast.colleague)
        client = api.client(cast.corp)
        client.get(URL)
        with CaptureQueriesContext(connection) as seen:
            assert len(client.get(URL).json()["list"]) == 5
        assert len(seen) == 2, [q["sql"] for q in seen.captured_queries]


class TestConsole:
    def filled(self, client: Any, cast: Cast, **fields: Any) -> dict[str, Any]:
        """The form of a new code, with one shift."""
        shown = form_of(client.get(page(ContactWay, "add")), name="展位", channel=make.channel(cast.corp).pk, type="2")
        row = {"employee": cast.owner.pk, "weekdays": "12345", "start": "09:00", "end": "18:00", "day_cap": "50"}
        return shown | {f"members-0-{name}": value for name, value in row.items()} | fields

    def test_a_code_is_made_by_its_form(self, connected: Cast) -> None:
        client, tag = entered(connected.users["admin"]), make.tag(make.group(connected.corp))
        data = self.filled(client, connected, tags=[tag.pk], welcome_text="您好")
        answer = client.post(page(ContactWay, "add"), data)
        assert answer.status_code == 302, answer.context["adminform"].form.errors
        way = ContactWay.objects.get()
        assert (way.name, way.tag_ids, way.welcome_text, way.corp_id) == ("展位", [tag.pk], "您好", connected.corp.pk)
        assert checking.shifts_of(way) == [Shift(connected.owner.pk, None, "12345", dt.time(9), dt.time(18), 50)]
        assert Command.objects.count() == 1

    def test_it_is_changed_by_its_form_and_saving_it_unchanged_changes_nothing(self, cast: Cast) -> None:
        way = make.contact_way(cast.corp, members=[Shift(cast.owner.pk, None, "15", dt.time(9), dt.time(18), 50)])
        client, url = entered(cast.users["admin"]), page(way, "change")
        before = everything()
        client.post(url, form_of(client.get(url)))
        assert everything() == before
        data = form_of(client.get(url), name="二号") | {
            "members-1-employee": cast.colleague.pk,
            "members-1-weekdays": "67",
        }
        client.post(url, data | {"members-0-DELETE": "on"})
        way = ContactWay.objects.get()
        assert (way.name, way.version) == ("二号", 2)
        assert checking.shifts_of(way) == [Shift(cast.colleague.pk, None, "67")]

    def test_what_the_rule_refuses_is_told_and_nothing_is_written(self, cast: Cast) -> None:
        client = entered(cast.users["admin"])
        for wrong in ({"members-0-employee": ""}, {"remark_template": "x" * 21}, {"members-0-end": ""}):
            data = self.filled(client, cast, **wrong)
            before = everything()
            answer = client.post(page(ContactWay, "add"), data)
            assert answer.status_code == 200
            assert answer.context["adminform"].form.errors
            assert everything() == before

    def test_its_page_shows_the_code_who_is_on_it_and_what_went_wrong(self, cast: Cast) -> None:
        way = make.contact_way(cast.corp, cast.owner)
        told = {
            "status": "failed",
            "qr_code": "https://wework.qpic.cn/x",
            "error_code": 41054,
            "last_error": "api: 41054",
        }
        ContactWay.objects.update(serving={"employees": [cast.owner.pk]}, **told)
        text = entered(cast.users["admin"]).get(page(way, "change")).content.decode()
        for said in ("https://wework.qpic.cn/x", "王小明", "41054", "重新提交", "失败"):
            assert said in text, said

    def test_the_list_shows_what_came_by_each(self, cast: Cast) -> None:
        way = make.contact_way(cast.corp, cast.owner, name="展位")
        came(cast, 9, state=way.state)
        text = entered(cast.users["admin"]).get(page(ContactWay, "changelist")).content.decode()
        assert "展位" in text
        assert "100%" in text

    def test_wecom_is_told_again_by_a_button(self, connected: Cast) -> None:
        way = make.contact_way(connected.corp, connected.owner)
        Command.objects.all().delete()
        url = reverse("admin:customers_contactway_retry", args=[way.pk])
        entered(connected.users["admin"]).post(url)
        assert Command.objects.count() == 1

    def test_a_deleted_one_is_only_looked_at(self, cast: Cast) -> None:
        way = make.contact_way(cast.corp, cast.owner)
        client = entered(cast.users["admin"])
        client.post(page(way, "delete"), {"post": "yes"})
        assert ContactWay.objects.get().status == "deleted"
        shown = client.get(page(way, "change"))
        assert shown.status_code == 200
        assert 'name="_save"' not in shown.content.decode()

    def test_another_companys_tag_is_not_put_on_a_code(self, cast: Cast) -> None:
        tag = make.tag(make.group(cast.other_corp, name="外组"), name="外签")
        client = entered(cast.users["admin"])
        answer = client.post(page(ContactWay, "add"), self.filled(client, cast, tags=[tag.pk]))
        assert answer.status_code == 200
        assert "外签" not in answer.content.decode()
        assert not ContactWay.objects.exists()
