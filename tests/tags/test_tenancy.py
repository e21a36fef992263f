"""A stranger's ids in every position of every act on tags: they are not there, and nothing changes on either side."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from core.errors import NotFound, RuleViolation
from corps.actors import SYSTEM
from corps.choices import Role
from customers import tagging
from tags import catalog, finding, ordering
from tags.models import Tag, TagGroup
from tests import api, make
from tests.conftest import Cast
from tests.doors import refused
from tests.tags.test_api import GROUPS, TAGS, state

AS: dict[str, Any] = {"by": SYSTEM, "source": "api"}


@pytest.fixture
def mine(cast: Cast) -> Tag:
    return make.tag(make.group(cast.corp, order=0), name="重点")


@pytest.fixture
def theirs(cast: Cast) -> Tag:
    return make.tag(make.group(cast.other_corp, order=7), name="机密")


# What is asked with a stranger's id somewhere, and how it is answered.
Ask = Callable[[Any, Tag, Tag], Any]
ASKED: dict[str, tuple[Ask, int, str]] = {
    "read a tag": (lambda c, m, t: c.get(f"{TAGS}/{t.pk}"), 404, "not_found"),
    "read a group": (lambda c, m, t: c.get(f"{GROUPS}/{t.group_id}"), 404, "not_found"),
    "replace a tag": (lambda c, m, t: c.put(f"{TAGS}/{t.pk}", {"name": "新"}), 404, "not_found"),
    "change a tag": (lambda c, m, t: c.patch(f"{TAGS}/{t.pk}", {"order": 0}), 404, "not_found"),
    "delete a tag": (lambda c, m, t: c.delete(f"{TAGS}/{t.pk}"), 404, "not_found"),
    "replace a group": (lambda c, m, t: c.put(f"{GROUPS}/{t.group_id}", {"name": "新"}), 404, "not_found"),
    "change a group": (lambda c, m, t: c.patch(f"{GROUPS}/{t.group_id}", {"order": 0}), 404, "not_found"),
    "delete a group": (lambda c, m, t: c.delete(f"{GROUPS}/{t.group_id}"), 404, "not_found"),
    "create below": (lambda c, m, t: c.post(TAGS, {"groupId": t.group_id, "name": "新"}), 422, "tag_group_unknown"),
    "move mine to theirs": (
        lambda c, m, t: c.post(f"{TAGS}/{m.pk}/move", {"groupId": t.group_id}),
        422,
        "tag_group_unknown",
    ),
    "move theirs to mine": (lambda c, m, t: c.post(f"{TAGS}/{t.pk}/move", {"groupId": m.group_id}), 404, "not_found"),
    "merge mine into theirs": (lambda c, m, t: c.post(f"{TAGS}/{m.pk}/merge", {"intoTagId": t.pk}), 422, "tag_unknown"),
    "merge theirs into mine": (lambda c, m, t: c.post(f"{TAGS}/{t.pk}/merge", {"intoTagId": m.pk}), 404, "not_found"),
    "order their tags": (
        lambda c, m, t: c.put(f"{GROUPS}/{t.group_id}/order", {"tagIds": [t.pk]}),
        404,
        "not_found",
    ),
    "order theirs among mine": (
        lambda c, m, t: c.put(f"{GROUPS}/{m.group_id}/order", {"tagIds": [m.pk, t.pk]}),
        422,
        "order_incomplete",
    ),
    "order theirs instead of mine": (
        lambda c, m, t: c.put(f"{GROUPS}/{m.group_id}/order", {"tagIds": [t.pk]}),
        422,
        "order_incomplete",
    ),
    "order their groups among mine": (
        lambda c, m, t: c.put(f"{GROUPS}/order", {"groupIds": [t.group_id, m.group_id]}),
        422,
        "order_incomplete",
    ),
}


@pytest.mark.parametrize("asked", ASKED)
def test_a_strangers_id_is_answered_like_an_id_that_isnt_and_changes_nothing(
    cast: Cast, mine: Tag, theirs: Tag, asked: str
) -> None:
    ask, status, code = ASKED[asked]
    client = api.client(cast.corp)
    before = state()
    told = refused(ask(client, mine, theirs), status, code)
    nobody = Tag(pk=10**9, group_id=10**9)
    alike = refused(ask(client, mine, nobody), status, code)
    assert (told["message"], told["errors"]) == (alike["message"], alike["errors"])
    assert "机密" not in str(told)
    assert state() == before


def test_the_version_of_a_strangers_tag_cant_be_guessed(cast: Cast, mine: Tag, theirs: Tag) -> None:
    client = api.client(cast.corp)
    for version in ('"1"', '"2"'):
        refused(client.delete(f"{TAGS}/{theirs.pk}", headers={"If-Match": version}), 404, "not_found")


def test_lists_and_filters_show_no_stranger(cast: Cast, mine: Tag, theirs: Tag) -> None:
    client = api.client(cast.corp)
    for url in (TAGS, f"{TAGS}?keyword=机", f"{TAGS}?groupId={theirs.group_id}", f"{GROUPS}?withTags=true"):
        answer = client.get(url)
        assert answer.status_code == 200
        assert "机密" not in answer.content.decode()
    assert client.get(TAGS).json()["total"] == client.get(GROUPS).json()["total"] == 1


def test_names_limits_and_places_are_each_companys_own(cast: Cast, mine: Tag, theirs: Tag, settings) -> None:
    settings.TAG_LIMIT = 2
    client = api.client(cast.corp)
    made = client.post(GROUPS, {"name": theirs.group.name, "tagNames": ["机密"]})
    assert (made.status_code, made.json()["order"]) == (201, 1)
    refused(client.post(TAGS, {"groupId": mine.group_id, "name": "三"}), 422, "tag_limit")
    assert api.client(cast.other_corp).post(TAGS, {"groupId": theirs.group_id, "name": "三"}).status_code == 201


def test_a_change_outdates_the_copies_of_its_own_company_alone(cast: Cast, mine: Tag, theirs: Tag) -> None:
    catalog.update_tag(tag=mine, name="新", **AS)
    for corp, version in ((cast.corp, 2), (cast.other_corp, 1)):
        corp.refresh_from_db()
        assert corp.tags_version == version


def test_the_rules_themselves_know_their_company_whoever_acts(cast: Cast, mine: Tag, theirs: Tag) -> None:
    """The system and a superuser see every company; across two of them they still do nothing."""
    customer = make.customer(cast.corp)
    root = make.user(None, Role.ADMIN, is_superuser=True).actor
    before = state()
    for by in (SYSTEM, root):
        acts: list[Callable[..., Any]] = [
            lambda **kw: catalog.move_tag(tag=mine, group=theirs.group, **kw),
            lambda **kw: catalog.merge_tag(tag=mine, into=theirs, **kw),
            lambda **kw: catalog.merge_tag(tag=theirs, into=mine, **kw),
            lambda **kw: ordering.order_tags(group=mine.group, tag_ids=[mine.pk, theirs.pk], **kw),
            lambda **kw: ordering.order_groups(corp_id=cast.corp.pk, group_ids=[theirs.group_id], **kw),
            lambda **kw: tagging.add_tags(customer=customer, tag_ids=[theirs.pk], **kw),
        ]
        for act in acts:
            with pytest.raises(RuleViolation):
                act(by=by, source="operator")
    assert state() == before


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
def test_nobody_of_a_company_finds_a_strangers_or_an_ended_tag(cast: Cast, mine: Tag, theirs: Tag, who: str) -> None:
    actor = cast.actor(who)
    assert finding.tag(mine.pk, actor) == mine
    assert finding.group(mine.group_id, actor) == mine.group
    ended = make.tag(make.group(cast.corp, deleted_at="2026-01-01T00:00Z"), deleted_at="2026-01-01T00:00Z")
    for tag in (theirs, ended):
        for look, number in ((finding.tag, tag.pk), (finding.group, tag.group_id)):
            with pytest.raises(NotFound):
                look(number, actor)
        for name, number, code in (
            (finding.named_tag, tag.pk, "tag_unknown"),
            (finding.named_group, tag.group_id, "tag_group_unknown"),
        ):
            with pytest.raises(RuleViolation, match=f"^{code}$"):
                name(number, actor)


def test_a_superuser_without_a_company_is_told_so_by_the_api(cast: Cast, mine: Tag) -> None:
    client = APIClient()
    client.force_authenticate(user=make.user(None, Role.ADMIN, is_superuser=True).actor)
    before = state()
    for answer in (client.get(TAGS), client.post(GROUPS, {"name": "新"}), client.delete(f"{TAGS}/{mine.pk}")):
        refused(answer, 403, "no_corp")
    assert state() == before


def test_a_superuser_of_a_company_acts_in_that_one(cast: Cast, mine: Tag, theirs: Tag) -> None:
    client = APIClient()
    client.force_authenticate(user=make.user(cast.corp, Role.ADMIN, is_superuser=True).actor)
    assert [t["id"] for t in client.get(TAGS).json()["list"]] == [mine.pk]
    refused(client.delete(f"{TAGS}/{theirs.pk}"), 404, "not_found")
    assert client.post(GROUPS, {"name": "新"}).status_code == 201
    assert TagGroup.objects.latest("id").corp_id == cast.corp.pk
