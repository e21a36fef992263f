"""Views of the customer list: who may keep, change, share and begin with which; a refusal leaves all as it was."""

from typing import Any

import pytest

from core.errors import Conflict, Forbidden, PreconditionFailed, RuleViolation
from corps.choices import Role
from customers import listviews
from customers.listviews import checking, passing
from customers.models import CustomerView
from messaging.models import OutboxEvent
from tests import make
from tests.conftest import Cast

CONDITION = {"version": 1, "where": {"field": "name", "op": "contains", "value": "甲"}}


def rows() -> list[dict[str, Any]]:
    return list(CustomerView.objects.order_by("pk").values())


def test_a_view_keeps_what_a_list_asks_for_its_owner(cast: Cast) -> None:
    events = OutboxEvent.objects.count()
    view = listviews.save_view(
        corp_id=cast.corp.pk,
        name="  北京   客户 ",
        query={"tag": ["3"]},
        condition=CONDITION,
        columns=["heading", "gender"],
        sort="-update_time",
        by=cast.actor("owner"),
    )
    (row,) = rows()
    assert (row["name"], row["query"], row["condition"]) == ("北京 客户", {"tag": ["3"]}, CONDITION)
    assert (row["columns"], row["sort"], row["shared"], row["pinned"]) == (
        ["heading", "gender"],
        "-update_time",
        False,
        True,
    )
    assert (row["owner_id"], row["corp_id"], row["version"]) == (cast.users["owner"].pk, cast.corp.pk, 1)
    # It is the console's own: nothing outside hears of it.
    assert OutboxEvent.objects.count() == events
    assert list(CustomerView.objects.visible_to(cast.actor("owner"))) == [view]
    for other in ("colleague", "admin", "stranger"):
        assert not CustomerView.objects.visible_to(cast.actor(other)).exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"name": " "}, "name_invalid"),
        ({"name": "长" * 31}, "name_invalid"),
        ({"name": "a\x00b"}, "name_invalid"),
        ({"columns": ["heading", "password"]}, "column_unknown"),
        ({"sort": "mobile"}, "sort_unknown"),
        ({"query": {"q": ["长" * 3_000]}}, "view_too_large"),
        ({"query": ["tag"]}, "view_too_large"),
        ({"condition": {"where": "长" * 30_000}}, "view_too_large"),
        ({"condition": "x"}, "view_too_large"),
    ],
)
def test_what_a_view_can_not_hold_is_refused_and_nothing_is_kept(cast: Cast, fields: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleViolation) as refused:
        make.list_view(cast.users["owner"], **fields)
    assert refused.value.code == code
    assert rows() == []


def test_a_name_is_taken_among_ones_own_and_among_the_shared_ones(cast: Cast) -> None:
    make.list_view(cast.users["owner"], name="重点")
    shared = make.list_view(cast.users["manager"], name="重点", shared=True)
    for user, fields in (("owner", {}), ("admin", {"shared": True})):
        with pytest.raises(Conflict) as refused:
            make.list_view(cast.users[user], name="重点", **fields)
        assert refused.value.code == "view_exists"
    # Another one's own, and another company's.
    make.list_view(cast.users["colleague"], name="重点")
    make.list_view(cast.users["stranger"], name="重点", shared=True)
    own = make.list_view(cast.users["admin"], name="重点")
    before = rows()
    with pytest.raises(Conflict):
        listviews.change_view(view=own, shared=True, by=cast.actor("admin"))
    assert rows() == before
    assert shared.version == 1


def test_only_who_may_share_shares_and_everybody_of_the_company_sees_it(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        make.list_view(cast.users["owner"], shared=True)
    mine = make.list_view(cast.users["owner"])
    with pytest.raises(Forbidden):
        listviews.change_view(view=mine, shared=True, by=cast.actor("owner"))
    assert [row["shared"] for row in rows()] == [False]
    view = make.list_view(cast.users["manager"], shared=True)
    for other in ("owner", "colleague", "admin"):
        assert view in CustomerView.objects.visible_to(cast.actor(other))
    assert view not in CustomerView.objects.visible_to(cast.actor("stranger"))


def test_a_view_is_changed_and_deleted_by_its_owner_and_a_shared_one_by_administrators(cast: Cast) -> None:
    own, shared = make.list_view(cast.users["manager"]), make.list_view(cast.users["manager"], shared=True)
    before = rows()
    for view, who in ((own, "owner"), (own, "admin"), (shared, "owner"), (shared, "colleague")):
        with pytest.raises(Forbidden):
            listviews.change_view(view=view, name="改名", by=cast.actor(who))
        with pytest.raises(Forbidden):
            listviews.delete_view(view=view, by=cast.actor(who))
    assert rows() == before
    assert listviews.change_view(view=shared, name="改名", by=cast.actor("admin")).version == 2
    assert listviews.change_view(view=own, name="我的", by=cast.actor("manager")).name == "我的"
    listviews.delete_view(view=shared, by=cast.actor("admin"))
    listviews.delete_view(view=own, by=cast.actor("manager"))
    assert rows() == []


def test_a_repeat_changes_nothing_and_an_older_version_is_refused(cast: Cast) -> None:
    view = make.list_view(cast.users["owner"], name="重点")
    assert listviews.change_view(view=view, name="重点", if_version=1, by=cast.actor("owner")).version == 1
    changed = listviews.change_view(view=view, pinned=False, if_version=1, by=cast.actor("owner"))
    assert (changed.version, changed.pinned) == (2, False)
    before = rows()
    with pytest.raises(PreconditionFailed):
        listviews.change_view(view=view, name="旧", if_version=1, by=cast.actor("owner"))
    with pytest.raises(PreconditionFailed):
        listviews.delete_view(view=view, if_version=1, by=cast.actor("owner"))
    assert rows() == before


def test_there_is_an_end_to_them(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(checking, "MOST_OWN", 1)
    monkeypatch.setattr(checking, "MOST_SHARED", 1)
    make.list_view(cast.users["manager"])
    make.list_view(cast.users["manager"], shared=True)
    for fields in ({}, {"shared": True}):
        with pytest.raises(Conflict) as refused:
            make.list_view(cast.users["manager"], **fields)
        assert refused.value.code == "too_many_views"
    assert CustomerView.objects.count() == 2
    make.list_view(cast.users["owner"])


class TestBeginnings:
    def test_one_of_ones_own_is_the_beginning_until_another_is_or_it_is_asked_again(self, cast: Cast) -> None:
        first, second = make.list_view(cast.users["owner"]), make.list_view(cast.users["owner"])
        make.list_view(cast.users["colleague"], name="别人的")
        for view, marks in ((first, [1, None]), (second, [None, 1]), (second, [None, None])):
            listviews.make_default(view=view, by=cast.actor("owner"))
            assert [row["own_default"] for row in rows()][:2] == marks
        with pytest.raises(Forbidden):
            listviews.make_default(view=first, by=cast.actor("colleague"))
        assert [row["own_default"] for row in rows()] == [None, None, None]

    def test_an_administrator_says_with_what_a_role_begins(self, cast: Cast) -> None:
        first, second = (make.list_view(cast.users["manager"], shared=True) for _n in range(2))
        private = make.list_view(cast.users["admin"])
        with pytest.raises(Forbidden):
            listviews.make_default(view=first, role=Role.STAFF, by=cast.actor("manager"))
        with pytest.raises(Conflict) as refused:
            listviews.make_default(view=private, role=Role.STAFF, by=cast.actor("admin"))
        assert refused.value.code == "view_private"
        assert {row["default_for"] for row in rows()} == {None}
        for view, expected in ((first, ["staff", None]), (second, [None, "staff"]), (second, [None, None])):
            listviews.make_default(view=view, role=Role.STAFF, by=cast.actor("admin"))
            assert [row["default_for"] for row in rows()][:2] == expected

    def test_one_that_is_shared_no_more_is_no_roles_beginning(self, cast: Cast) -> None:
        view = make.list_view(cast.users["manager"], shared=True)
        listviews.make_default(view=view, role=Role.STAFF, by=cast.actor("admin"))
        listviews.change_view(view=view, shared=False, by=cast.actor("manager"))
        assert [(row["default_for"], row["shared"], row["version"]) for row in rows()] == [(None, False, 3)]


def test_kept_conditions_are_their_writers_and_only_the_last_of_them_stay(cast: Cast, monkeypatch: Any) -> None:
    monkeypatch.setattr(passing, "MOST_KEPT", 2)
    theirs = listviews.keep_condition(corp_id=cast.corp.pk, condition=CONDITION, by=cast.actor("colleague"))
    kept = [
        listviews.keep_condition(corp_id=cast.corp.pk, condition=CONDITION, by=cast.actor("owner")).pk
        for _n in range(4)
    ]
    assert [row["id"] for row in rows()] == [theirs.pk, *kept[2:]]
    assert not CustomerView.objects.visible_to(cast.actor("owner")).named().exists()
    with pytest.raises(RuleViolation):
        listviews.keep_condition(corp_id=cast.corp.pk, condition="x", by=cast.actor("owner"))
    assert len(rows()) == 3


def test_ones_columns_are_one_row_that_changes(cast: Cast) -> None:
    for columns in (["gender", "heading", "gender"], ["heading"], []):
        listviews.lay_out(corp_id=cast.corp.pk, columns=columns, by=cast.actor("owner"))
        (row,) = rows()
        assert (row["kind"], row["columns"]) == ("layout", list(dict.fromkeys(columns)))
    with pytest.raises(RuleViolation):
        listviews.lay_out(corp_id=cast.corp.pk, columns=["secret"], by=cast.actor("owner"))
    assert rows()[0]["columns"] == []


def test_an_erasure_finds_the_person_whom_a_condition_names(cast: Cast) -> None:
    from core.personal import tables

    table = tables()[CustomerView]
    assert (table.personal, table.within) == ("condition", "condition")
