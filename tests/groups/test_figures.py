"""WeCom's figures as they are kept and added up."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from groups import figures
from groups.analysis import owners
from groups.analysis.scope import Scope
from groups.figures import Figures
from groups.models import FiguresDay, OwnerFigures
from tests import api
from tests.conftest import Cast
from tests.console.conftest import entered

FIRST, SECOND = dt.date(2026, 11, 1), dt.date(2026, 11, 2)
NOTHING = {
    "newChats": 0,
    "chats": 0,
    "activeChats": 0,
    "newMembers": 0,
    "members": 0,
    "activeMembers": 0,
    "messages": 0,
}


def store(cast: Cast, day: dt.date = FIRST, final: bool = False, **counted: int) -> None:
    """``owner=7, colleague=3``: messages."""
    found = {getattr(cast, name).pk: Figures(messages=n, chats=1) for name, n in counted.items()}
    figures.store_day(corp_id=cast.corp.pk, day=day, asked=list(found), found=found, final=final)


def scope(cast: Cast, who: str = "admin", **narrow: Any) -> Scope:
    return Scope(cast.actor(who), ZoneInfo("Asia/Shanghai"), FIRST, SECOND, **narrow)


def kept() -> dict[tuple[str, int], int]:
    return {(str(row.day), row.owner_id): row.messages for row in OwnerFigures.objects.all()}


def test_a_second_reading_replaces_the_first_and_the_same_again_changes_nothing(cast: Cast, recorded: Any) -> None:
    store(cast, owner=7, colleague=3)
    store(cast, owner=9, colleague=3, final=True)
    again = kept()
    store(cast, owner=9, colleague=3, final=True)
    assert kept() == again == {("2026-11-01", cast.owner.pk): 9, ("2026-11-01", cast.colleague.pk): 3}
    row = FiguresDay.objects.get()
    assert (row.final, row.pulls, row.error_code) == (True, 3, None)
    assert recorded() == []


def test_what_is_known_of_owners_who_were_not_asked_stays(cast: Cast) -> None:
    store(cast, owner=7, colleague=3)
    figures.store_day(corp_id=cast.corp.pk, day=FIRST, asked=[cast.owner.pk], found={}, final=False, error_code=60011)
    assert kept() == {("2026-11-01", cast.colleague.pk): 3}
    assert FiguresDay.objects.get().error_code == 60011


def test_a_failure_leaves_the_figures_and_keeps_the_code(cast: Cast) -> None:
    store(cast, owner=7)
    figures.note_failure(corp_id=cast.corp.pk, day=FIRST, error_code=48002)
    assert (kept(), FiguresDay.objects.get().error_code) == ({("2026-11-01", cast.owner.pk): 7}, 48002)


def test_days_are_added_up_over_the_owners_the_newest_first(cast: Cast) -> None:
    store(cast, FIRST, owner=7, colleague=3, final=True)
    store(cast, SECOND, owner=1)
    figures.note_failure(corp_id=cast.other_corp.pk, day=SECOND, error_code=-1)
    assert owners.by_day(scope(cast)) == [
        {"day": SECOND, "final": False, "errorCode": None} | NOTHING | {"messages": 1, "chats": 1},
        {"day": FIRST, "final": True, "errorCode": None} | NOTHING | {"messages": 10, "chats": 2},
    ]
    assert owners.by_day(scope(cast, "stranger")) == [{"day": SECOND, "final": False, "errorCode": -1} | NOTHING]


def test_owners_are_added_up_over_the_days_the_busiest_first(cast: Cast) -> None:
    store(cast, FIRST, owner=7, colleague=3)
    store(cast, SECOND, colleague=9)
    found = [(row["name"], row["messages"]) for row in owners.by_owner(scope(cast), 10)]
    assert found == [("李小红", 12), ("王小明", 7)]
    assert len(owners.by_owner(scope(cast), 1)) == 1


def test_each_sees_the_figures_of_their_own_people(cast: Cast) -> None:
    store(cast, FIRST, owner=7, colleague=3)
    seen = {who: [day["messages"] for day in owners.by_day(scope(cast, who))] for who in ("owner", "manager", "admin")}
    assert seen == {"owner": [7], "manager": [10], "admin": [10]}
    assert owners.by_day(scope(cast, owner_id=cast.colleague.pk))[0]["messages"] == 3
    assert owners.by_day(scope(cast, department_id=cast.department.pk))[0]["messages"] == 10


def test_the_api_shows_days_and_owners(cast: Cast) -> None:
    store(cast, FIRST, owner=7, final=True)
    client = api.client(cast.corp)
    answer = client.get("/api/v1/groups/figures?fromDay=2026-11-01&toDay=2026-11-02").json()
    assert answer["list"] == [
        {"day": "2026-11-01", "final": True, "errorCode": None} | NOTHING | {"messages": 7, "chats": 1}
    ]
    assert answer["owners"] == [
        {"ownerId": cast.owner.pk, "name": "王小明", "newChats": 0, "newMembers": 0, "messages": 7}
    ]
    assert client.get("/api/v1/groups/figures?fromDay=x").status_code == 400
    assert api.client(cast.other_corp).get("/api/v1/groups/figures?fromDay=2026-11-01").json()["list"] == []


def test_the_console_marks_what_is_provisional_and_what_failed(cast: Cast) -> None:
    store(cast, FIRST, owner=7, final=True)
    store(cast, SECOND, owner=4321)
    figures.note_failure(corp_id=cast.corp.pk, day=FIRST, error_code=48002)
    address = reverse("admin:groups_groupchat_analysis")
    answer = entered(cast.users["admin"]).get(address, {"first": "2026-11-01", "last": "2026-11-02"})
    assert [row["messages"] for row in answer.context["figures"]] == [4321, 7]
    content = answer.content.decode()
    assert "48002" in content and "暂定" in content and "4321" in content
