"""Commands as people see them: what waits, what was given up and why, and what they can have done about it."""

from typing import Any

import pytest
from django.urls import reverse

from core.errors import Conflict
from core.time import now
from corps.models import User
from messaging import commands
from messaging.models import Command
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from wecom.push import asking, reasons


def dead(cast: Cast, **fields: Any) -> Command:
    return make.command(
        cast.corp, **{"state": "dead", "settled_at": now(), "error_code": 40126, "attempts": 3} | fields
    )


def act(user: User, row: Command, what: str) -> Any:
    return entered(user).post(reverse(f"admin:messaging_command_{what}", args=[row.pk]), {}, follow=True)


class TestSendingAgain:
    def test_one_that_was_given_up_makes_room_for_a_new_one(self, cast: Cast) -> None:
        row = dead(cast)
        asking.send_again(command=row, by=cast.actor("admin"))
        new = Command.objects.get()
        assert (new.key, new.state, new.attempts, new.source) == (row.key, "waiting", 0, "operator")
        assert new.actor == cast.actor("admin").label
        assert new.pk != row.pk

    def test_one_that_waits_is_due_at_once(self, cast: Cast) -> None:
        row = make.command(cast.corp, due_at=now().replace(year=2100), attempts=7)
        asking.send_again(command=row, by=cast.actor("admin"))
        row.refresh_from_db()
        assert (row.attempts, row.revision, row.due_at <= now()) == (0, 2, True)

    def test_where_it_is_wanted_anew_already_the_two_become_one(self, cast: Cast) -> None:
        row = dead(cast, key="tag:7")
        make.command(cast.corp, key="tag:7")
        asking.send_again(command=row, by=cast.actor("admin"))
        assert Command.objects.get().revision == 2

    def test_what_has_reached_wecom_is_not_sent_again(self, cast: Cast) -> None:
        row = make.command(cast.corp, state="done", settled_at=now())
        with pytest.raises(Conflict) as refusal:
            asking.send_again(command=row, by=cast.actor("admin"))
        assert refusal.value.code == "command_done"
        assert Command.objects.get().revision == 1

    def test_of_two_who_send_the_same_one_again_the_second_is_told(self, cast: Cast) -> None:
        row = dead(cast)
        asking.send_again(command=row, by=cast.actor("admin"))
        before = list(Command.objects.values())
        with pytest.raises(Conflict) as refusal:
            asking.send_again(command=row, by=cast.actor("manager"))
        assert refusal.value.code == "command_settled"
        assert list(Command.objects.values()) == before


class TestGivingUp:
    def test_from_then_on_the_mirror_takes_wecoms_word(self, cast: Cast) -> None:
        row = make.command(cast.corp)
        asking.give_up(command=row, by=cast.actor("admin"))
        row.refresh_from_db()
        assert (row.state, row.settled_at is None) == ("dead", False)
        assert commands.open_keys(corp_id=cast.corp.pk, lanes=["catalogue"]) == set()
        assert str(reasons.sentence(row))

    def test_what_is_settled_stays_as_it_is(self, cast: Cast) -> None:
        row = dead(cast)
        with pytest.raises(Conflict) as refusal:
            asking.give_up(command=row, by=cast.actor("admin"))
        assert refusal.value.code == "command_settled"
        assert Command.objects.get().error_code == 40126


class TestPages:
    def test_the_list_shows_what_is_wrong_and_narrows_by_state_and_kind(self, cast: Cast) -> None:
        gone, waiting = dead(cast), make.command(cast.corp, kind="tag_group", key="tag_group:1")
        client = entered(cast.users["admin"])
        assert "40126" in client.get(page(Command, "changelist")).content.decode()
        for query, found in (({"state__exact": "dead"}, gone), ({"kind": "tag_group"}, waiting)):
            listed = client.get(page(Command, "changelist"), query).context["cl"].result_list
            assert [row.pk for row in listed] == [found.pk]

    def test_a_command_leads_to_what_it_is_about(self, cast: Cast) -> None:
        customer = make.customer(cast.corp, cast.owner)
        row = make.command(
            cast.corp, kind="customer.tag", lane=f"customer:{customer.pk}", subject={"customerId": customer.pk}
        )
        content = entered(cast.users["admin"]).get(page(row, "change")).content.decode()
        assert f'href="{page(customer, "change")}"' in content

    def test_an_administrator_sends_again_and_gives_up(self, cast: Cast) -> None:
        act(cast.users["admin"], dead(cast), "send_again")
        row = Command.objects.get()
        assert row.state == "waiting"
        act(cast.users["admin"], row, "give_up")
        row.refresh_from_db()
        assert row.state == "dead"

    def test_many_are_sent_again_at_once(self, cast: Cast) -> None:
        rows = [dead(cast), dead(cast), make.command(cast.corp, state="done", settled_at=now())]
        posted = {"action": "send_selected_again", "_selected_action": [row.pk for row in rows]}
        entered(cast.users["admin"]).post(page(Command, "changelist"), posted)
        assert sorted(Command.objects.values_list("state", flat=True)) == ["done", "waiting", "waiting"]

    @pytest.mark.parametrize("who", ["owner", "manager", "stranger"])
    def test_nobody_else_does(self, cast: Cast, who: str) -> None:
        row = dead(cast)
        for what in ("send_again", "give_up"):
            act(cast.users[who], row, what)
        assert Command.objects.values_list("pk", "state").get() == (row.pk, "dead")
