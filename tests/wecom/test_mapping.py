"""WeCom's JSON in our words: both shapes of a pair, what is missing, what is too long, what no database takes."""

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.facts import FollowFacts, PersonFacts
from tags.choices import TagKind
from wecom import mapping

CUSTOMER: dict[str, Any] = {
    "external_contact": {
        "external_userid": "wmA",
        "name": "Ocean",
        "avatar": "https://p.example/0",
        "type": 1,
        "gender": 2,
        "unionid": "oA",
    },
    "follow_user": [
        {
            "userid": "lina",
            "remark": "Ms Hai",
            "description": "asked for a quote",
            "createtime": 1714000000,
            "tags": [
                {"group_name": "Level", "tag_name": "A", "tag_id": "etTAG1", "type": 1},
                {"group_name": "own", "tag_name": "tennis", "type": 2},
                {"group_name": "Region", "tag_name": "North", "tag_id": "stTAG9", "type": 3},
            ],
            "remark_corp_name": "Hai Ltd",
            "remark_mobiles": ["13800000001", ""],
            "oper_userid": "wmA",
            "add_way": 1,
            "state": "expo-2024",
        },
        {
            "userid": "wangwu",
            "createtime": 1715000000,
            "add_way": 10,
            "wechat_channels": {"nickname": "C", "source": 1},
        },
    ],
}
BARE_PERSON = {"external_userid": "wmB"}
BARE_FOLLOW = {"userid": "lina", "createtime": 1}


def at(seconds: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


def test_a_customer_is_a_person_and_a_pair_for_each_follower() -> None:
    who, follows = mapping.customer(CUSTOMER)
    assert who == PersonFacts("wmA", "Ocean", "https://p.example/0", 1, 2, "oA")
    assert follows[0] == FollowFacts(
        external_userid="wmA",
        userid="lina",
        add_time=at(1714000000),
        remark="Ms Hai",
        description="asked for a quote",
        remark_corp_name="Hai Ltd",
        remark_mobiles=("13800000001",),
        add_way=1,
        state="expo-2024",
        oper_userid="wmA",
        tags=("etTAG1", "stTAG9"),
        personal_tags=(("own", "tennis"),),
    )
    assert (follows[1].userid, follows[1].add_way) == ("wangwu", 10)
    assert follows[1].wechat_channels == {"nickname": "C", "source": 1}


def test_an_entry_of_the_batch_has_tags_by_id_and_tells_nothing_of_the_employees_own() -> None:
    info = BARE_FOLLOW | {"tag_id": ["etTAG1", "stTAG9", "etTAG1"]}
    _who, pair = mapping.pair({"external_contact": BARE_PERSON, "follow_info": info})
    assert (pair.tags, pair.personal_tags) == (("etTAG1", "stTAG9"), None)


def test_both_shapes_of_one_pair_tell_the_same_of_the_shared_tags() -> None:
    info = dict(CUSTOMER["follow_user"][0])
    info["tag_id"] = [tag["tag_id"] for tag in info.pop("tags") if "tag_id" in tag]
    _who, batch = mapping.pair({"external_contact": CUSTOMER["external_contact"], "follow_info": info})
    full = mapping.customer(CUSTOMER)[1][0]
    assert batch.tags == full.tags


def test_a_pair_without_tags_has_none_of_its_own_either() -> None:
    assert mapping.follow("wmA", BARE_FOLLOW).personal_tags == ()


def test_what_is_left_out_is_not_told() -> None:
    who = mapping.person(BARE_PERSON)
    assert who == PersonFacts("wmB")
    assert mapping.employee({"userid": "lina"}).name is None
    assert mapping.employee({"userid": "lina"}).departments is None


@pytest.mark.parametrize("key", ["name", "avatar", "gender", "unionid", "position", "external_profile"])
def test_null_is_as_good_as_left_out(key: str) -> None:
    assert getattr(mapping.person(BARE_PERSON | {key: None}), key) is None


def test_texts_are_cut_to_what_their_columns_hold_and_a_link_is_dropped_whole() -> None:
    long = "长" * 3000
    who = mapping.person(BARE_PERSON | {"name": long, "avatar": "https://" + long})
    pair = mapping.follow("wmB", BARE_FOLLOW | {"remark": long, "description": long, "state": long})
    assert (len(who.name or ""), who.avatar) == (100, None)
    assert (len(pair.remark), len(pair.description), len(pair.state)) == (100, 500, 64)


def test_half_a_character_in_a_nickname_becomes_one_that_databases_take() -> None:
    assert mapping.person(BARE_PERSON | {"name": "海\ud83d"}).name == "海?"


@pytest.mark.parametrize(("sent", "kept"), [(22, 22), (999, 999), ("3", 3), (None, None), ("x", None), (-1, None)])
def test_a_way_of_adding_that_nobody_knows_yet_is_kept_as_its_number(sent: Any, kept: int | None) -> None:
    assert mapping.follow("wmB", BARE_FOLLOW | {"add_way": sent}).add_way == kept


@pytest.mark.parametrize("sent", [None, 0, "", "soon", 10**18])
def test_a_pair_without_a_time_begins_at_one_that_never_moves(sent: Any) -> None:
    assert mapping.follow("wmB", {"userid": "lina", "createtime": sent}).add_time == at(0)


def test_a_member_leads_where_the_parallel_list_says_so() -> None:
    row = {"userid": "lina", "name": "Lin", "department": [1, 7], "is_leader_in_dept": [0, 1], "main_department": 7}
    found = mapping.employee(row | {"status": 1, "direct_leader": ["wangwu"]})
    assert found.departments == ((1, False), (7, True))
    assert (found.main_department, found.status, found.direct_leaders) == (7, 1, ("wangwu",))


def test_a_member_without_the_parallel_list_leads_nowhere() -> None:
    assert mapping.employee({"userid": "lina", "department": [1, 7]}).departments == ((1, False), (7, False))


def test_a_department_names_its_parent_by_number() -> None:
    found = mapping.department({"id": 7, "name": "Sales", "parentid": 1, "order": 40})
    assert (found.wecom_id, found.name, found.parent_id, found.order) == (7, "Sales", 1, 40)


def test_a_tag_group_comes_with_its_tags_and_what_was_deleted() -> None:
    tags = [{"id": "etT1", "name": "A", "create_time": 5, "order": 2**33, "deleted": True}]
    found = mapping.tag_group({"group_id": "etG1", "group_name": "Level", "order": 2, "tag": tags})
    assert (found.wecom_id, found.name, found.order, found.kind, found.deleted) == ("etG1", "Level", 2, 1, False)
    assert [(t.wecom_id, t.name, t.order, t.created, t.deleted) for t in found.tags] == [("etT1", "A", 2**32, 5, True)]
    assert mapping.tag_group({"group_id": "stG1"}, TagKind.RULE_GROUP).kind == 3


def test_a_group_comes_with_everybody_in_it() -> None:
    members = [
        {"userid": "lina", "type": 1, "join_time": 10, "join_scene": 1, "invitor": {"userid": "lina"}, "name": "Lin"},
        {"userid": "wmA", "type": 2, "join_time": 20, "join_scene": 3, "unionid": "oA", "state": "poster-7"},
    ]
    chat = {"chat_id": "wrA", "name": "", "owner": "lina", "create_time": 10, "member_list": members}
    found = mapping.chat(chat | {"admin_list": [{"userid": "wangwu"}], "member_version": "f" * 32}, status=1)
    assert (found.chat_id, found.owner_userid, found.opened_at, found.status) == ("wrA", "lina", at(10), 1)
    assert (found.admins, found.member_version) == (("wangwu",), "f" * 32)
    assert [(m.userid, m.type, m.join_time, m.inviter_userid) for m in found.members] == [
        ("lina", 1, at(10), "lina"),
        ("wmA", 2, at(20), ""),
    ]
    assert (found.members[1].unionid, found.members[1].state, found.members[1].join_scene) == ("oA", "poster-7", 3)


_JUNK = st.none() | st.integers() | st.text(max_size=300) | st.lists(st.text(max_size=5), max_size=2)
_TEXTS = ["name", "avatar", "position", "corp_name", "unionid", "remark", "description", "state", "oper_userid"]


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from([*_TEXTS, "add_way", "gender", "type", "createtime"]), _JUNK))
def test_whatever_stands_in_a_field_a_pair_can_be_read(junk: dict[str, Any]) -> None:
    who, pair = mapping.pair(
        {"external_contact": junk | {"external_userid": "wmA"}, "follow_info": junk | {"userid": "lina"}}
    )
    assert (who.external_userid, pair.userid) == ("wmA", "lina")
    assert pair.add_time.tzinfo is not None
    assert len(who.name or "") <= 100
