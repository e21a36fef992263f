"""The doors of channels: REST and console."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from corps.actors import SYSTEM
from customers import channels
from customers.models import Channel, RelationEpisode
from messaging.models import OutboxEvent
from tests import api, make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.channels.test_figures import came
from tests.customers.channels.test_naming import everything

URL = "/api/v1/channels"
NAMING = "admin:customers_channel_name_states"


class TestApi:
    def test_a_channel_is_made_read_changed_and_taken_away(self, cast: Cast) -> None:
        client = api.client(cast.corp)
        body = {"name": "展会", "states": ["expo"], "addWays": [16], "note": "上海"}
        made = client.post(URL, body, format="json")
        assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
        url = made.headers["Location"]
        assert made.json() | body == made.json()
        assert client.get(url).json() == made.json()
        assert client.get(URL).json()["list"] == [made.json()]
        changed = client.patch(url, {"active": False}, format="json", HTTP_IF_MATCH='"1"')
        assert (changed.json()["active"], changed.json()["states"], changed.headers["ETag"]) == (False, ["expo"], '"2"')
        assert client.delete(url, HTTP_IF_MATCH='"1"').status_code == 412
        assert client.delete(url).status_code == 204
        assert client.get(url).status_code == 404

    def test_a_repeat_by_the_same_key_makes_one(self, cast: Cast) -> None:
        client = api.client(cast.corp)
        answers = [client.post(URL, {"name": "展会"}, format="json", HTTP_IDEMPOTENCY_KEY="k") for _n in range(2)]
        assert answers[0].json() == answers[1].json()
        assert Channel.objects.count() == OutboxEvent.objects.filter(name="channel.created").count() == 1

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"name": ""},
            {"name": "x", "states": "expo"},
            {"name": "x", "addWays": [-1]},
            {"name": "x", "addWays": [70_000]},
            {"name": "x", "order": -1},
            {"name": "x", "colour": "red"},
        ],
    )
    def test_a_wrong_body_is_refused(self, cast: Cast, body: Any) -> None:
        before = everything()
        assert api.client(cast.corp).post(URL, body, format="json").status_code == 400
        assert everything() == before

    def test_the_list_costs_the_same_however_long(self, cast: Cast) -> None:
        client = api.client(cast.corp)
        for n in range(5):
            make.channel(cast.corp, f"a{n}", f"b{n}")
        client.get(URL)
        with CaptureQueriesContext(connection) as seen:
            assert len(client.get(URL).json()["list"]) == 5
        assert len(seen) == 2, [q["sql"] for q in seen.captured_queries]

    def test_statistics_name_the_channel_and_the_days(self, cast: Cast) -> None:
        channel = make.channel(cast.corp, "expo", name="展会")
        came(cast, 1, state="expo")
        came(cast, 1, state="unheard")
        told = api.client(cast.corp).get(f"{URL}/statistics").json()
        assert set(told) == {"from", "to", "list"}
        mine, unknown, none = told["list"]
        assert (mine["kind"], mine["channelId"], mine["name"], mine["added"], mine["net"]) == (
            *("channel", channel.pk, "展会"),
            *(1, 1),
        )
        assert [row["days"] for row in mine["retention"]] == [7, 30, 90]
        assert (unknown["kind"], unknown["channelId"], unknown["added"]) == ("unknown", None, 1)
        assert (none["kind"], none["added"]) == ("none", 0)

    @pytest.mark.parametrize(
        "query", ["from=yesterday", "from=2026-02-30", "to=0001-01-01", "from=2024-01-01&to=2026-01-01", "form=1"]
    )
    @pytest.mark.parametrize("path", ["statistics", "unknown-states"])
    def test_days_that_make_no_sense_are_refused(self, cast: Cast, path: str, query: str) -> None:
        assert api.client(cast.corp).get(f"{URL}/{path}?{query}").status_code == 400

    def test_an_unknown_state_is_listed_and_named(self, cast: Cast) -> None:
        client = api.client(cast.corp)
        came(cast, 1, state="flyer")
        (row,) = client.get(f"{URL}/unknown-states").json()["list"]
        assert row == {"state": "flyer", "added": 1, "addedPeople": 1}
        named = client.post(f"{URL}/name-state", {"state": "flyer", "name": "传单"}, format="json")
        assert (named.json()["name"], named.json()["states"]) == ("传单", ["flyer"])
        assert client.get(f"{URL}/unknown-states").json()["list"] == []

    @pytest.mark.parametrize("more", [{}, {"name": "x", "channelId": 1}])
    def test_it_is_named_by_one_thing(self, cast: Cast, more: Any) -> None:
        answer = api.client(cast.corp).post(f"{URL}/name-state", {"state": "s"} | more, format="json")
        assert (answer.status_code, answer.json()["code"]) == (400, "channel_or_name")

    def test_the_dictionary_of_add_ways_has_both_languages(self, cast: Cast) -> None:
        rows = api.client(cast.corp).get("/api/v1/add-ways").json()["list"]
        assert {"addWay": 1, "nameZh": "扫描二维码", "nameEn": "QR code"} in rows


class TestConsole:
    def test_a_channel_is_made_and_changed_by_its_form(self, cast: Cast) -> None:
        client = entered(cast.users["admin"])
        data = form_of(client.get(page(Channel, "add")), name="展会", states=" expo-1 \n\nexpo-2", add_ways=["16", "1"])
        assert client.post(page(Channel, "add"), data).status_code == 302
        row = Channel.objects.get()
        assert (row.states, row.add_ways, row.corp_id) == (["expo-1", "expo-2"], [1, 16], cast.corp.pk)
        shown = client.get(page(row, "change"))
        client.post(page(row, "change"), form_of(shown, states="expo-2", note="改"))
        row = Channel.objects.get()
        assert (row.states, row.note, row.version) == (["expo-2"], "改", 2)

    def test_what_the_rule_refuses_is_told_beside_the_field(self, cast: Cast) -> None:
        make.channel(cast.corp, "expo", name="展会")
        client = entered(cast.users["admin"])
        before = everything()
        data = form_of(client.get(page(Channel, "add")), name="别的", states="expo")
        answer = client.post(page(Channel, "add"), data)
        assert "已属于" in answer.context["adminform"].form.errors["states"][0]
        assert everything() == before

    def test_a_form_that_somebody_overtook_is_refused(self, cast: Cast) -> None:
        row = make.channel(cast.corp, "expo")
        client = entered(cast.users["admin"])
        data = form_of(client.get(page(row, "change")), note="mine")
        Channel.objects.filter(pk=row.pk).update(version=5)
        assert client.post(page(row, "change"), data).status_code == 200
        assert Channel.objects.get().note == ""

    def test_the_list_shows_what_came_of_each(self, cast: Cast) -> None:
        make.channel(cast.corp, "expo", name="展会")
        for left in (None, None, 4.0):
            came(cast, 9, state="expo", left=left)
        text = entered(cast.users["admin"]).get(page(Channel, "changelist")).content.decode()
        assert "+2" in text
        assert "67%" in text

    def test_what_the_list_shows_is_remembered_until_something_is_named(self, cast: Cast) -> None:
        channel = make.channel(cast.corp, "expo")
        came(cast, 1, state="flyer")
        client, url = entered(cast.users["admin"]), page(Channel, "changelist")

        def shown() -> int:
            return client.get(url).context["cl"].result_list[0].figures.added

        assert shown() == 0
        came(cast, 1, state="expo")
        assert shown() == 0
        channels.name_state(corp_id=cast.corp.pk, state="flyer", channel=channel, by=SYSTEM, source="operator")
        assert shown() == 2

    def test_an_unnamed_state_is_shown_and_named(self, cast: Cast) -> None:
        channel = make.channel(cast.corp, name="展会")
        came(cast, 1, state="flyer")
        client = entered(cast.users["admin"])
        assert "flyer" in client.get(reverse(NAMING)).content.decode()
        posted = {"state": f"{cast.corp.pk}:flyer", "channel": channel.pk}
        told = client.post(reverse(NAMING), posted, follow=True).content.decode()
        assert Channel.objects.get().states == ["flyer"]
        assert "都已归入渠道" in told

    @pytest.mark.parametrize("more", [{}, {"name": "x", "channel": "own"}, {"name": "展会"}, {"state": "9:flyer"}])
    def test_what_makes_no_sense_is_told_and_names_nothing(self, cast: Cast, more: Any) -> None:
        channel = make.channel(cast.corp, name="展会")
        came(cast, 1, state="flyer")
        more = {name: channel.pk if value == "own" else value for name, value in more.items()}
        before = everything()
        posted = {"state": f"{cast.corp.pk}:flyer"} | more
        assert entered(cast.users["admin"]).post(reverse(NAMING), posted).status_code == 200
        assert everything() == before

    def test_a_customers_page_names_the_channel_of_each_relation(self, cast: Cast) -> None:
        make.channel(cast.corp, "expo", name="上海展会")
        customer = make.customer(cast.corp, cast.owner)
        customer.relations.update(state="expo")
        assert "上海展会" in entered(cast.users["owner"]).get(page(customer, "tab_relations")).content.decode()

    def test_staff_have_nothing_to_do_with_channels(self, cast: Cast) -> None:
        client = entered(cast.users["owner"])
        assert client.get(page(Channel, "changelist")).status_code == 403
        assert not RelationEpisode.objects.exists()
