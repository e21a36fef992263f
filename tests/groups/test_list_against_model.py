"""The list of group chats, narrowed by any of its filters together, against the same asked of each chat in Python."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corps.actors import SYSTEM
from groups import tagging
from groups.models import ChatTag, GroupChat, GroupMember
from tests import api, make
from tests.conftest import Cast
from tests.groups.story import START, at

NAMES = ["华北客户群", "华南客户群", "VIP 群", "", "100% 群"]


@pytest.fixture
def furnished(cast: Cast) -> dict[str, Any]:
    """Chats that differ in everything that the list can be narrowed by."""
    tags = [make.group_tag(home) for home in [make.group_tag_set(cast.corp)] for _n in range(3)]
    customer = make.customer(cast.corp, cast.owner)
    owners = [cast.owner, cast.colleague, make.employee(cast.corp), None]
    for n in range(12):
        people: list[Any] = [f"wm{k}" for k in range(n % 4 * 3)]
        chat = make.chat(
            cast.corp,
            owners[n % 4],
            *(people + [customer] * (n % 3 == 0)),
            name=NAMES[n % 5],
            opened_at=at(n * 60),
            status=n % 3,
        )
        chosen = [tag.pk for k, tag in enumerate(tags) if n >> k & 1]
        if chosen:
            tagging.change_tags(chat=chat, add=chosen, by=SYSTEM, source="api")
        if n % 5 == 4:
            GroupChat.objects.filter(pk=chat.pk).update(status=9)
        if n % 4 == 3:
            first = chat.members.order_by("id").first()
            GroupMember.objects.filter(pk=first.pk if first else 0).update(left_at=at(n * 60 + 30), quit_scene=0)
    return {"tags": [tag.pk for tag in tags], "customer": customer.pk, "owners": [o.pk for o in owners if o]}


def queries(facts: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    moments = st.integers(-30, 60 * 13).map(
        lambda minute: (START + dt.timedelta(minutes=minute)).isoformat()[:19] + "Z"
    )
    some = st.lists(st.sampled_from(facts["tags"]), min_size=1, max_size=2).map(lambda ids: ",".join(map(str, ids)))
    optional = {
        "keyword": st.sampled_from(["群", "vip", "%", "华"]),
        "ownerId": st.sampled_from(facts["owners"]),
        "status": st.sampled_from([0, 1, 2, 9]),
        "customerId": st.just(facts["customer"]),
        "openedFrom": moments,
        "openedTo": moments,
        "tagIdsAll": some,
        "tagIdsAny": some,
        "tagIdsNone": some,
        "minMembers": st.integers(0, 10),
        "maxMembers": st.integers(0, 10),
        "joinedSince": moments,
        "leftSince": moments,
    }
    return st.fixed_dictionaries({}, optional=optional)


def wanted(chat: GroupChat, query: dict[str, Any]) -> bool:
    """Whether a chat is one that the query means."""
    tags = set(ChatTag.objects.filter(chat=chat).values_list("tag_id", flat=True))
    stays = list(chat.members.all())
    asked = {name: {int(one) for one in value.split(",")} for name, value in query.items() if name.startswith("tagIds")}
    moments = {
        name: dt.datetime.fromisoformat(value)
        for name, value in query.items()
        if name in ("openedFrom", "openedTo", "joinedSince", "leftSince")
    }
    found = [
        chat.status == query["status"] if "status" in query else chat.status != 9,
        "keyword" not in query or query["keyword"] in chat.name.lower(),
        "ownerId" not in query or chat.owner_id == query["ownerId"],
        "minMembers" not in query or chat.member_count >= query["minMembers"],
        "maxMembers" not in query or chat.member_count <= query["maxMembers"],
        asked.get("tagIdsAll", set()) <= tags,
        "tagIdsAny" not in asked or bool(asked["tagIdsAny"] & tags),
        not asked.get("tagIdsNone", set()) & tags,
        "openedFrom" not in moments or chat.opened_at >= moments["openedFrom"],
        "openedTo" not in moments or chat.opened_at < moments["openedTo"],
        "joinedSince" not in moments or any(s.join_time >= moments["joinedSince"] for s in stays),
        "leftSince" not in moments or any(s.left_at and s.left_at >= moments["leftSince"] for s in stays),
    ]
    if "customerId" in query:
        found.append(any(s.customer_id == query["customerId"] and s.left_at is None for s in stays))
    return all(found)


def test_the_list_holds_what_is_asked_for_and_nothing_else(cast: Cast, furnished: dict[str, Any]) -> None:
    client = api.client(cast.corp)
    chats = list(GroupChat.objects.order_by("-opened_at", "-id"))

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(query=queries(furnished))
    def each(query: dict[str, Any]) -> None:
        answer = client.get("/api/v1/groups", query)
        assert answer.status_code == 200, answer.content
        shown = answer.json()
        expected = [chat.pk for chat in chats if wanted(chat, query)]
        assert [row["id"] for row in shown["list"]] == expected
        assert (shown["total"], shown["totalExact"]) == (len(expected), True)
        by_cursor = client.get("/api/v1/groups", query | {"cursor": ""}).json()
        assert [row["id"] for row in by_cursor["list"]] == expected

    each()
