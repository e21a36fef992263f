"""Codes made, changed and deleted in WeCom: each once, whatever gets lost on the way."""

from typing import Any

import pytest

from core.time import now
from customers import contact_ways
from customers.contact_ways.checking import Shift
from customers.models import ContactWay
from messaging.models import Command
from tests import make
from tests.wecom.push.conftest import BY_HAND, Shop
from wecom.client import contact_ways as client
from wecom.client.errors import Unreachable
from wecom.push import contact_ways as pushing

ADD, UPDATE, LIST = "add_contact_way", "update_contact_way", "list_contact_way"


def create(shop: Shop, *userids: str, **fields: Any) -> ContactWay:
    return make.contact_way(shop.box.corp, *(shop.employee(one) for one in userids or ("lina",)), **fields)


def fresh(way: ContactWay) -> ContactWay:
    return ContactWay.objects.get(pk=way.pk)


def theirs(shop: Shop) -> list[dict[str, Any]]:
    return [way.fields for way in shop.box.company.contact_ways.values()]


def catch_up(shop: Shop) -> None:
    """WeCom's clock, which stands in these tests, is set by ours."""
    clock = shop.box.company.clock
    clock.advance(int(now().timestamp()) - clock.now())


def due(**fields: Any) -> None:
    Command.objects.filter(settled_at=None).update(due_at=now(), **fields)


def test_a_code_is_made_as_it_was_asked_for(shop: Shop) -> None:
    way = create(shop, "lina", "wang", name="展位", skip_verify=False)
    shop.push()
    (made,) = theirs(shop)
    assert made == {
        "type": 2,
        "scene": 2,
        "state": way.state,
        "remark": "展位",
        "skip_verify": False,
        "user": ["lina", "wang"],
        "party": [],
        "is_temp": False,
    }
    row = fresh(way)
    assert row.status == "active"
    assert row.config_id in shop.box.company.contact_ways
    assert row.qr_code.startswith("https://")
    assert row.serving == {"employees": [shop.employee().pk, shop.employee("wang").pk], "departments": []}
    assert shop.states() == [("contact_way", "done")]


def test_a_change_is_told_and_what_is_only_ours_is_not(shop: Shop) -> None:
    way = create(shop)
    shop.push()
    contact_ways.update_way(way=way, name="二号", members=[Shift(shop.employee("wang").pk)], **BY_HAND)
    contact_ways.update_way(way=way, welcome_text="您好", **BY_HAND)
    shop.push()
    (told,) = theirs(shop)
    assert (told["remark"], told["user"]) == ("二号", ["wang"])
    assert (shop.calls(ADD), shop.calls(UPDATE)) == (1, 1)


def test_a_deleted_one_is_deleted_there_and_twice_is_once(shop: Shop) -> None:
    way = create(shop)
    shop.push()
    contact_ways.delete_way(way=way, **BY_HAND)
    shop.push()
    assert theirs(shop) == []
    row = fresh(way)
    assert (row.status, row.config_id, row.qr_code) == ("deleted", None, "")
    assert shop.states() == [("contact_way", "done"), ("contact_way", "done")]


def test_one_deleted_before_wecom_heard_of_it_is_never_made(shop: Shop) -> None:
    contact_ways.delete_way(way=create(shop), **BY_HAND)
    shop.push()
    assert shop.calls(ADD) == 0
    assert shop.states() == [("contact_way", "done")]


def test_one_that_somebody_deleted_there_is_deleted_here_without_trouble(shop: Shop) -> None:
    way = create(shop)
    shop.push()
    shop.box.company.contact_ways.clear()
    contact_ways.delete_way(way=way, **BY_HAND)
    shop.push()
    assert shop.states()[-1] == ("contact_way", "done")


class TestDoubt:
    @pytest.fixture(autouse=True)
    def _same_day(self, shop: Shop) -> None:
        catch_up(shop)

    def lose(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """WeCom makes the code and its answer gets lost, once."""

        def lost(*args: Any, **fields: Any) -> Any:
            client.add_contact_way(*args, **fields)
            monkeypatch.undo()
            raise Unreachable(0, "externalcontact/add_contact_way", "timeout")

        monkeypatch.setattr(pushing, "add_contact_way", lost)

    def test_after_a_lost_answer_the_code_is_looked_for_and_not_made_again(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shop.box.company.make_way({"type": 2, "scene": 2, "state": "somebody else's", "user": ["lina"]})
        way = create(shop)
        self.lose(monkeypatch)
        shop.push()
        assert fresh(way).config_id is None
        due()
        shop.push()
        row = fresh(way)
        assert (row.status, shop.calls(LIST)) == ("active", 1)
        assert [told["state"] for told in theirs(shop)] == ["somebody else's", way.state]
        assert shop.box.company.contact_ways[row.config_id or ""].fields["state"] == way.state
        assert row.qr_code
        assert (row.error_code, row.last_error) == (None, "")

    def test_wanted_anew_meanwhile_it_is_still_looked_for(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        """A renewed command counts its tries from nothing; the doubt is noted on the code itself."""
        way = create(shop)
        self.lose(monkeypatch)
        shop.push()
        contact_ways.update_way(way=way, name="二号", **BY_HAND)
        shop.push()
        (told,) = theirs(shop)
        assert told["remark"] == "二号"

    def test_deleted_in_doubt_it_is_looked_for_and_deleted(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        way = create(shop)
        self.lose(monkeypatch)
        shop.push()
        contact_ways.delete_way(way=way, **BY_HAND)
        shop.push()
        assert theirs(shop) == []
        assert fresh(way).status == "deleted"

    def test_where_none_was_made_one_is_made(self, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(*args: Any, **fields: Any) -> Any:
            monkeypatch.undo()
            raise Unreachable(0, "externalcontact/add_contact_way", "connect")

        way = create(shop)
        monkeypatch.setattr(pushing, "add_contact_way", away)
        shop.push()
        assert fresh(way).last_error
        due()
        shop.push()
        assert len(theirs(shop)) == 1
        assert fresh(way).status == "active"


class TestTrouble:
    def test_a_refusal_is_shown_on_the_code_and_a_retry_mends_it(self, shop: Shop) -> None:
        shop.box.company.employees["lina"].contact = False
        way = create(shop)
        shop.push()
        row = fresh(way)
        assert (row.status, row.error_code) == ("failed", 41054)
        assert "41054" in row.last_error
        assert shop.states() == [("contact_way", "dead")]
        shop.box.company.employees["lina"].contact = True
        contact_ways.retry_way(way=way, **BY_HAND)
        shop.push()
        row = fresh(way)
        assert (row.status, row.error_code, row.last_error) == ("active", None, "")

    def test_one_that_wecom_no_longer_knows_has_failed_and_a_retry_makes_another(self, shop: Shop) -> None:
        way = create(shop)
        shop.push()
        shop.box.company.contact_ways.clear()
        contact_ways.update_way(way=way, name="二号", **BY_HAND)
        shop.push()
        row = fresh(way)
        assert (row.status, row.error_code, row.config_id, row.qr_code) == ("failed", 41044, None, "")
        contact_ways.retry_way(way=way, **BY_HAND)
        shop.push()
        (made,) = theirs(shop)
        assert made["state"] == way.state
        assert fresh(way).status == "active"

    def test_a_command_about_a_code_that_is_gone_is_done(self, shop: Shop) -> None:
        way = create(shop)
        ContactWay.objects.all().delete()
        shop.push()
        assert shop.states() == [("contact_way", "done")]
        assert shop.calls(ADD) == 0
        assert way.pk


def test_whom_it_leads_to_follows_the_day(shop: Shop) -> None:
    lina, wang = shop.employee(), shop.employee("wang")
    way = create(shop, members=[Shift(lina.pk, day_cap=1), Shift(wang.pk)])
    shop.push()
    catch_up(shop)
    shop.box.company.scan(fresh(way).config_id or "", userid="lina")
    shop.box.sync("customers")
    assert contact_ways.keep_duty(corp_id=shop.corp_id) == 1
    shop.push()
    (told,) = theirs(shop)
    assert told["user"] == ["wang"]
    assert contact_ways.keep_duty(corp_id=shop.corp_id) == 0
