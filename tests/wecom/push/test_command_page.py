"""The page of commands at its edges: what it says of a row, what it narrows, and how much one click does."""

from typing import Any

import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.messages import get_messages
from django.utils import translation
from django.utils.html import escape
from django.utils.translation import gettext

from core import console_acts
from core.time import now
from messaging import console
from messaging.models import Command
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, page
from wecom.admin import commands as pages
from wecom.push import reasons

LIST = page(Command, "changelist")
ABOUT = pages.CommandAdmin(Command, admin.site)


def dead(cast: Cast, **fields: Any) -> Command:
    return make.command(cast.corp, **{"state": "dead", "settled_at": now(), "error_code": 40126} | fields)


def listed(cast: Cast, query: dict[str, Any] | None = None, who: str = "admin") -> list[int]:
    found = entered(cast.users[who]).get(LIST, query or {}).context["cl"].result_list
    return [row.pk for row in found]


def shown(cast: Cast, row: Command) -> str:
    return entered(cast.users["admin"]).get(page(row, "change")).content.decode()


def sent_again(cast: Cast, rows: list[Command]) -> list[str]:
    """Choose these on the list and send them again. Returns what is said about it."""
    posted = {"action": "send_selected_again", "_selected_action": [row.pk for row in rows]}
    answer = entered(cast.users["admin"]).post(LIST, posted)
    return [str(message) for message in get_messages(answer.wsgi_request)]


def told(*, asked: int, refused: int) -> list[str]:
    with translation.override(settings.LANGUAGE_CODE):
        text = gettext("%(asked)d commands will be sent again, %(refused)d refused.")
    return [text % {"asked": asked, "refused": refused}]


class TestWhatIsSaid:
    @pytest.mark.parametrize("kind", pages._KINDS)
    def test_each_kind_has_a_name_of_its_own(self, cast: Cast, kind: str) -> None:
        names = {str(name) for name in pages._KINDS.values()}
        assert len(names) == len(pages._KINDS)
        assert escape(ABOUT.label(make.command(cast.corp, kind=kind))) in names

    def test_a_kind_of_a_later_release_is_shown_by_its_word(self, cast: Cast) -> None:
        assert "customer.greeting" in shown(cast, make.command(cast.corp, kind="customer.greeting"))

    @pytest.mark.parametrize("subject", [{}, {"tagId": None}, {"tagId": 0}, {"somethingElse": 7}, {"field": "remark"}])
    def test_a_subject_that_names_no_row_leads_nowhere(self, cast: Cast, subject: dict[str, Any]) -> None:
        row = make.command(cast.corp, subject=subject)
        assert ABOUT.about(row) == "–"
        assert listed(cast) == [row.pk]

    def test_everything_that_the_subject_names_is_linked(self, cast: Cast) -> None:
        customer, tag = make.customer(cast.corp, cast.owner), make.tag(make.group(cast.corp))
        subject = {"customerId": customer.pk, "employeeId": cast.owner.pk, "tagId": tag.pk}
        content = shown(cast, make.command(cast.corp, kind="customer.tag", subject=subject))
        for row in (customer, cast.owner, tag):
            assert f'href="{page(row, "change")}"' in content

    def test_a_subject_is_no_html(self, cast: Cast) -> None:
        row = make.command(cast.corp, subject={"tagId": "<script>alert(1)</script>"})
        assert "<script>alert(1)" not in shown(cast, row)

    def test_an_error_of_wecoms_is_shown_as_text(self, cast: Cast) -> None:
        row = dead(cast, last_error="<b>hint: [17]</b>")
        assert "<b>hint" not in shown(cast, row)
        assert "hint: [17]" in shown(cast, row)

    @pytest.mark.parametrize("word", reasons._WORDS)
    def test_each_reason_of_ours_is_a_sentence(self, cast: Cast, word: str) -> None:
        row = make.command(cast.corp, last_error=f"{word} more of it")
        assert str(reasons.sentence(row)) == str(reasons._WORDS[word])
        assert str(reasons.sentence(row)) in shown(cast, row)

    def test_where_nothing_went_wrong_nothing_is_said(self, cast: Cast) -> None:
        assert reasons.sentence(make.command(cast.corp)) == ""

    @pytest.mark.parametrize("state", Command.State)
    def test_each_state_has_a_colour(self, state: Command.State) -> None:
        assert pages.COLOURS[state]


class TestNarrowing:
    def test_a_kind_that_is_none_narrows_nothing(self, cast: Cast) -> None:
        row = make.command(cast.corp)
        assert listed(cast, {"kind": "nonsense"}) == [row.pk]

    def test_a_kind_is_looked_for_among_the_newest(self, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = [make.command(cast.corp, kind="tag_group") for _ in range(3)]
        monkeypatch.setattr(console, "NAME_WINDOW", 2)
        assert listed(cast, {"kind": "tag_group"}) == [rows[2].pk, rows[1].pk]

    def test_no_commands_are_no_trouble(self, cast: Cast) -> None:
        assert listed(cast, {"kind": "tag"}) == []

    def test_the_newest_come_first(self, cast: Cast) -> None:
        rows = [make.command(cast.corp) for _ in range(3)]
        assert listed(cast) == [row.pk for row in reversed(rows)]

    def test_another_company_sees_its_own(self, cast: Cast) -> None:
        make.command(cast.corp)
        theirs = make.command(cast.other_corp)
        assert listed(cast, who="stranger") == [theirs.pk]


class TestSendingManyAgain:
    def test_it_is_said_how_many_were_sent_and_how_many_refused(self, cast: Cast) -> None:
        done = make.command(cast.corp, state="done", settled_at=now())
        assert sent_again(cast, [dead(cast), dead(cast), done]) == told(asked=2, refused=1)
        done.refresh_from_db()
        assert (done.state, done.revision) == ("done", 1)

    def test_one_click_sends_so_many_and_leaves_the_others_as_they_are(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(console_acts, "_MOST_SELECTED", 2)
        rows = [dead(cast) for _ in range(3)]
        assert sent_again(cast, rows) == told(asked=2, refused=0)
        assert list(Command.objects.filter(state="dead").values_list("pk", flat=True)) == [rows[2].pk]

    def test_two_that_were_about_the_same_become_one(self, cast: Cast) -> None:
        sent_again(cast, [dead(cast, key="tag:7"), dead(cast, key="tag:7")])
        row = Command.objects.get()
        assert (row.state, row.revision, row.source) == ("waiting", 2, "operator")
        assert row.actor == cast.actor("admin").label

    def test_those_of_another_company_are_not_to_be_chosen(self, cast: Cast) -> None:
        theirs = make.command(cast.other_corp, state="dead", settled_at=now())
        sent_again(cast, [theirs])
        theirs.refresh_from_db()
        assert (theirs.state, theirs.revision) == ("dead", 1)
        assert Command.objects.count() == 1
