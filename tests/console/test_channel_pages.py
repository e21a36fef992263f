"""The pages of channels and codes: who sees which button, both languages, hostile names, and links that lead on."""

from typing import Any

import pytest
from django.urls import reverse

from customers.models import Channel, ContactWay
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.customers.channels.test_figures import came

HOSTILE = "<script>alert(1)</script>"
NAMING = "admin:customers_channel_name_states"


def text(client: Any, address: str, **options: Any) -> str:
    answer = client.get(address, **options)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.fixture
def way(cast: Cast) -> ContactWay:
    return make.contact_way(cast.corp, cast.owner, name="展位一号", channel=make.channel(cast.corp, name="上海展会"))


class TestRoles:
    def test_a_manager_looks_and_an_administrator_changes(self, cast: Cast, way: ContactWay) -> None:
        for row in (way, way.channel):
            assert 'name="_save"' in text(entered(cast.users["admin"]), page(row, "change"))
            assert 'name="_save"' not in text(entered(cast.users["manager"]), page(row, "change"))

    def test_a_manager_finds_no_button_to_name_or_to_try_again(self, cast: Cast, way: ContactWay) -> None:
        retry = reverse("admin:customers_contactway_retry", args=[way.pk])
        for address, link in ((page(Channel, "changelist"), reverse(NAMING)), (page(way, "change"), retry)):
            assert link in text(entered(cast.users["admin"]), address)
            assert link not in text(entered(cast.users["manager"]), address)
            assert entered(cast.users["manager"]).get(link).status_code == 403

    @pytest.mark.parametrize("kind", ["changelist", "add"])
    @pytest.mark.parametrize("model", [Channel, ContactWay])
    def test_staff_find_nothing_of_it(self, cast: Cast, model: Any, kind: str) -> None:
        assert entered(cast.users["owner"]).get(page(model, kind)).status_code == 403

    def test_another_companys_rows_lead_away(self, cast: Cast, way: ContactWay) -> None:
        client = entered(cast.users["stranger"])
        for row in (way, way.channel):
            assert client.get(page(row, "change")).status_code == 302
            assert client.post(page(row, "delete"), {"post": "yes"}).status_code == 302
        assert ContactWay.objects.get().status == "draft"
        assert Channel.objects.filter(pk=way.channel_id).exists()

    def test_another_companys_unnamed_states_are_not_shown(self, cast: Cast, way: ContactWay) -> None:
        came(cast, 1, state="flyer")
        assert "flyer" in text(entered(cast.users["admin"]), reverse(NAMING))
        assert "flyer" not in text(entered(cast.users["stranger"]), reverse(NAMING))

    def test_a_channel_of_another_company_is_not_offered_for_a_code(self, cast: Cast, way: ContactWay) -> None:
        client = entered(cast.users["stranger"])
        data = form_of(client.get(page(ContactWay, "add")), name="x", channel=way.channel_id, type="2")
        answer = client.post(page(ContactWay, "add"), data | {"members-0-employee": cast.stranger.pk})
        assert "channel" in answer.context["adminform"].form.errors
        assert ContactWay.objects.count() == 1


class TestWords:
    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("zh-hans", ["渠道活码", "二维码", "近 30 天新增", "7 天留存", "尚未创建"]),
            ("en", ["Contact ways", "Picture of the code", "Added in 30 days", "not in WeCom yet"]),
        ],
    )
    def test_the_list_of_codes_speaks_both(self, cast: Cast, way: ContactWay, language: str, said: list[str]) -> None:
        client = entered(cast.users["admin"])
        client.cookies["django_language"] = language
        shown = text(client, page(ContactWay, "changelist"))
        for words in said:
            assert words.lower() in shown.lower(), words

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("zh-hans", ["未命名渠道", "渠道参数", "好友关系", "命名"]),
            ("en", ["Unnamed states", "Channel state", "Relations", "Name it"]),
        ],
    )
    def test_the_page_of_unnamed_states_speaks_both(self, cast: Cast, language: str, said: list[str]) -> None:
        came(cast, 1, state="flyer")
        client = entered(cast.users["admin"])
        client.cookies["django_language"] = language
        shown = text(client, reverse(NAMING))
        for words in said:
            assert words in shown, words

    def test_with_nothing_to_name_it_says_so(self, cast: Cast) -> None:
        assert "近 90 天的渠道参数都已归入渠道" in text(entered(cast.users["admin"]), reverse(NAMING))

    def test_whatever_a_channel_or_a_state_is_called_is_text(self, cast: Cast) -> None:
        channel = make.channel(cast.corp, HOSTILE, name=HOSTILE)
        way = make.contact_way(cast.corp, cast.owner, channel=channel, name=HOSTILE[:30])
        ContactWay.objects.filter(pk=way.pk).update(last_error=HOSTILE, error_code=1, qr_code='"><script>')
        came(cast, 1, state=f"other{HOSTILE}")
        client = entered(cast.users["admin"])
        pages = [page(model, "changelist") for model in (Channel, ContactWay)]
        pages += [page(channel, "change"), page(way, "change"), reverse(NAMING)]
        for address in pages:
            shown = text(client, address)
            assert HOSTILE not in shown, address
            assert '"><script>' not in shown, address


class TestActs:
    def test_a_channel_without_codes_is_deleted_and_one_with_codes_is_not(self, cast: Cast, way: ContactWay) -> None:
        free = make.channel(cast.corp)
        client = entered(cast.users["admin"])
        client.post(page(free, "delete"), {"post": "yes"})
        refused = client.post(page(way.channel, "delete"), {"post": "yes"}, follow=True)
        assert list(Channel.objects.all()) == [way.channel]
        assert "不能删除" in refused.content.decode()

    def test_a_retry_in_a_company_that_is_not_connected_is_refused_on_its_page(
        self, cast: Cast, way: ContactWay
    ) -> None:
        url = reverse("admin:customers_contactway_retry", args=[way.pk])
        assert "尚未接入企业微信" in entered(cast.users["admin"]).post(url).content.decode()

    def test_a_code_is_found_by_its_name_and_by_its_state(self, cast: Cast, way: ContactWay) -> None:
        other = make.contact_way(cast.corp, cast.owner, name="别的")
        client = entered(cast.users["admin"])
        for term in ("展位", way.state):
            listed = client.get(page(ContactWay, "changelist"), {"q": term}).context["cl"].result_list
            assert [row.pk for row in listed] == [way.pk]
        narrowed = client.get(page(ContactWay, "changelist"), {"status__exact": "draft"}).context["cl"].result_list
        assert {row.pk for row in narrowed} == {way.pk, other.pk}

    def test_an_unusual_set_of_weekdays_outlives_the_form(self, cast: Cast) -> None:
        way = make.contact_way(cast.corp, cast.owner)
        way.members.update(weekdays="246")
        client = entered(cast.users["admin"])
        assert "周二, 周四, 周六" in text(client, page(way, "change"))
        client.post(page(way, "change"), form_of(client.get(page(way, "change")), name="二号"))
        assert way.members.get().weekdays == "246"

    def test_who_acted_stands_in_the_history(self, cast: Cast, way: ContactWay) -> None:
        client = entered(cast.users["admin"])
        client.post(page(way, "change"), form_of(client.get(page(way, "change")), name="二号"))
        assert ContactWay.objects.get().name == "二号"
        assert client.get(page(way, "history")).status_code == 200
