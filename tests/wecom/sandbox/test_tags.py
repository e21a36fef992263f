"""The company's tags, in the admin pages and by the API."""

from typing import Any

import pytest

from tests.wecom.sandbox.conftest import MORNING, Api, told
from wecom.sandbox.company import Company
from wecom.sandbox.state import Impossible

LIST, ADD = "externalcontact/get_corp_tag_list", "externalcontact/add_corp_tag"
EDIT, DELETE, MARK = "externalcontact/edit_corp_tag", "externalcontact/del_corp_tag", "externalcontact/mark_tag"


@pytest.fixture
def levels(company: Company) -> dict[str, str]:
    """A group 等级 with 甲 and 乙: name → id."""
    group = company.add_tag_group("等级", ["甲", "乙"])
    ids = {tag.name: tag.id for tag in company.tags_of(group.id)} | {"等级": group.id}
    company.take_events()
    return ids


def listed(api: Api, **body: Any) -> dict[str, list[str]]:
    """Group name → names of its tags, as the list gives them."""
    return {group["group_name"]: [tag["name"] for tag in group["tag"]] for group in api.post(LIST, **body)["tag_group"]}


def test_a_group_with_tags_is_several_events_of_one_second(company: Company) -> None:
    group = company.add_tag_group("等级", ["甲", "乙"])
    first, second = company.tags_of(group.id)
    events = company.take_events()
    assert [(e["ChangeType"], e["Id"], e["TagType"]) for e in events] == [
        ("create", group.id, "tag_group"),
        ("create", first.id, "tag"),
        ("create", second.id, "tag"),
    ]
    assert {event["CreateTime"] for event in events} == {MORNING}


def test_the_list_shows_groups_and_tags_as_documented(api: Api, levels: dict[str, str]) -> None:
    (group,) = api.post(LIST)["tag_group"]
    assert group == {
        "group_id": levels["等级"],
        "group_name": "等级",
        "create_time": MORNING,
        "order": 0,
        "tag": [
            {"id": levels["甲"], "name": "甲", "create_time": MORNING, "order": 0},
            {"id": levels["乙"], "name": "乙", "create_time": MORNING, "order": 0},
        ],
    }


def test_a_group_is_asked_for_whole_and_tags_beside_it_are_ignored(
    company: Company, api: Api, levels: dict[str, str]
) -> None:
    company.add_tag_group("来源", ["展会"])
    assert listed(api, group_id=[levels["等级"]], tag_id=["etX"]) == {"等级": ["甲", "乙"]}


def test_single_tags_are_asked_for_by_id(api: Api, levels: dict[str, str]) -> None:
    (group,) = api.post(LIST, tag_id=[levels["乙"], "et-unknown"])["tag_group"]
    assert [(tag["name"], tag["deleted"]) for tag in group["tag"]] == [("乙", False)]
    assert group["deleted"] is False


def test_a_deleted_tag_is_still_told_by_id(company: Company, api: Api, levels: dict[str, str]) -> None:
    company.delete_tag(levels["甲"])
    assert told(company) == [("delete", levels["甲"], "tag")]
    assert listed(api) == {"等级": ["乙"]}
    (group,) = api.post(LIST, tag_id=[levels["甲"]])["tag_group"]
    assert [(tag["name"], tag["deleted"]) for tag in group["tag"]] == [("甲", True)]


def test_a_group_goes_with_its_last_tag(company: Company, api: Api, levels: dict[str, str]) -> None:
    company.delete_tag(levels["甲"])
    company.delete_tag(levels["乙"])
    assert told(company) == [("delete", levels["甲"], "tag"), ("delete", levels["等级"], "tag_group")]
    assert listed(api) == {}
    assert api.post(LIST, tag_id=[levels["甲"]])["tag_group"][0]["deleted"] is True


def test_the_tags_of_a_deleted_group_go_silently_and_off_everybody(
    company: Company, api: Api, levels: dict[str, str]
) -> None:
    external = company.befriend("lina")
    company.tag_follow("lina", external, [levels["甲"]])
    company.take_events()
    company.delete_group(levels["等级"])
    assert told(company) == [("delete", levels["等级"], "tag_group")]
    assert api.get("externalcontact/get", external_userid=external)["follow_user"][0]["tags"] == []
    assert company.truth()["tags"] == {}


def test_names_are_changed_and_stay_unique(company: Company, api: Api, levels: dict[str, str]) -> None:
    company.rename_tag(levels["甲"], "特级")
    company.rename_group(levels["等级"], "客户等级")
    assert told(company) == [("update", levels["甲"], "tag"), ("update", levels["等级"], "tag_group")]
    assert listed(api) == {"客户等级": ["特级", "乙"]}
    with pytest.raises(Impossible):
        company.rename_tag(levels["乙"], "特级")
    with pytest.raises(Impossible):
        company.add_tag(levels["等级"], "乙")
    with pytest.raises(Impossible):
        company.add_tag_group("客户等级", ["丙"])
    assert told(company) == []


def test_a_shuffle_tells_the_group_or_nothing_for_the_groups(
    company: Company, api: Api, levels: dict[str, str]
) -> None:
    company.add_tag_group("来源", ["展会"])
    company.take_events()
    company.shuffle(levels["等级"])
    assert listed(api)["等级"] == ["乙", "甲"]
    company.shuffle()
    assert list(listed(api)) == ["来源", "等级"]
    assert told(company) == [("shuffle", levels["等级"]), ("shuffle", "")]


def test_tags_belong_to_the_pair(company: Company, api: Api, levels: dict[str, str]) -> None:
    external = company.befriend("lina")
    company.befriend("bob", external)
    company.take_events()
    company.tag_follow("lina", external, [levels["甲"], levels["甲"]])
    company.tag_follow("bob", external, [levels["乙"]])
    assert told(company) == [("edit_external_contact", "lina", external), ("edit_external_contact", "bob", external)]
    rows = api.get("externalcontact/get", external_userid=external)["follow_user"]
    assert [[tag["tag_name"] for tag in row["tags"]] for row in rows] == [["甲"], ["乙"]]
    assert rows[0]["tags"] == [{"group_name": "等级", "tag_name": "甲", "tag_id": levels["甲"], "type": 1}]


def test_a_tagging_that_changes_nothing_is_not_announced(company: Company, levels: dict[str, str]) -> None:
    external = company.befriend("lina")
    company.tag_follow("lina", external, [levels["甲"]])
    company.take_events()
    company.tag_follow("lina", external, [levels["甲"]], [levels["乙"]])
    assert told(company) == []


def test_nobody_puts_a_tag_that_is_not_there(company: Company, levels: dict[str, str]) -> None:
    external = company.befriend("lina")
    company.delete_tag(levels["甲"])
    for tag in (levels["甲"], "et-unknown"):
        with pytest.raises(Impossible):
            company.tag_follow("lina", external, [tag])
    assert company.truth()["follows"]["lina", external]["tags"] == []


def test_adding_answers_one_group_with_the_new_tags_only(company: Company, api: Api) -> None:
    answer = api.post(ADD, group_name="等级", order=3, tag=[{"name": "甲", "order": 2}, {"name": "乙", "order": 9}])
    group = answer["tag_group"]
    assert (group["group_name"], group["order"], group["create_time"]) == ("等级", 3, MORNING)
    assert {tag["name"]: tag["order"] for tag in group["tag"]} == {"甲": 2, "乙": 9}
    assert listed(api) == {"等级": ["乙", "甲"]}
    assert told(company) == []


def test_adding_to_a_group_by_id_ignores_name_and_order(api: Api, levels: dict[str, str]) -> None:
    answer = api.post(ADD, group_id=levels["等级"], group_name="其他", order=7, tag=[{"name": "丙"}])
    group = answer["tag_group"]
    assert (group["group_id"], group["group_name"], group["order"]) == (levels["等级"], "等级", 0)
    assert [tag["name"] for tag in group["tag"]] == ["丙"]


def test_adding_to_a_group_by_its_name_puts_tags_into_it(api: Api, levels: dict[str, str]) -> None:
    assert api.post(ADD, group_name="等级", tag=[{"name": "丙"}])["tag_group"]["group_id"] == levels["等级"]
    assert listed(api) == {"等级": ["甲", "乙", "丙"]}


def test_the_same_name_twice_in_one_call_makes_one_tag(api: Api) -> None:
    answer = api.post(ADD, group_name="等级", tag=[{"name": "甲", "order": 4}, {"name": "甲", "order": 1}])
    assert [(tag["name"], tag["order"]) for tag in answer["tag_group"]["tag"]] == [("甲", 4)]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"group_name": "新"}, 41018),
        ({"group_name": "新", "tag": []}, 41018),
        ({"group_name": "新", "tag": [{"name": ""}]}, 41018),
        ({"group_name": "新", "tag": [{"order": 1}]}, 41018),
        ({"group_name": "新", "tag": [{"name": ["甲"]}]}, 41018),
        ({"group_name": "新", "tag": [{"name": 5}]}, 41018),
        ({"group_name": "新", "tag": ["甲"]}, 41018),
        ({"group_name": "新", "tag": [{"name": "字" * 31}]}, 40072),
        ({"group_name": "字" * 31, "tag": [{"name": "甲"}]}, 40072),
        ({"group_name": "等级", "tag": [{"name": "甲"}]}, 40071),
        ({"group_id": "et-unknown", "tag": [{"name": "甲"}]}, 40068),
        ({"tag": [{"name": "甲"}]}, 40068),
    ],
)
def test_adding_refuses_and_makes_nothing(api: Api, levels: dict[str, str], body: dict[str, Any], code: int) -> None:
    assert api.post(ADD, **body)["errcode"] == code
    assert listed(api) == {"等级": ["甲", "乙"]}


def test_a_company_has_a_limit_of_tags(company: Company, api: Api, levels: dict[str, str]) -> None:
    company.switches.tag_limit = 4
    assert api.post(ADD, group_name="新", tag=[{"name": "一"}, {"name": "二"}, {"name": "三"}])["errcode"] == 40126
    assert api.post(ADD, group_name="新", tag=[{"name": "一"}, {"name": "二"}])["errcode"] == 0
    assert api.post(ADD, group_name="新", tag=[{"name": "三"}])["errcode"] == 40126
    company.delete_tag(levels["甲"])
    assert api.post(ADD, group_name="新", tag=[{"name": "三"}])["errcode"] == 0


def test_editing_changes_a_tag_or_a_group(company: Company, api: Api, levels: dict[str, str]) -> None:
    assert api.post(EDIT, id=levels["乙"], name="乙等", order=5) == {"errcode": 0, "errmsg": "ok"}
    assert api.post(EDIT, id=levels["等级"], name="客户等级")["errcode"] == 0
    assert listed(api) == {"客户等级": ["乙等", "甲"]}
    assert told(company) == []


def test_an_order_alone_is_a_change_worth_keeping(company: Company, api: Api, levels: dict[str, str]) -> None:
    before = company.changes
    assert api.post(EDIT, id=levels["乙"], order=5)["errcode"] == 0
    assert listed(api) == {"等级": ["乙", "甲"]}
    assert company.changes > before


@pytest.mark.parametrize(
    ("target", "name", "code"),
    [("乙", "甲", 40071), ("乙", "字" * 31, 40072), ("nothing", "丙", 40068), ("来源", "等级", 40071)],
)
def test_editing_refuses_and_changes_nothing(
    company: Company, api: Api, levels: dict[str, str], target: str, name: str, code: int
) -> None:
    other = company.add_tag_group("来源", ["展会"])
    ids = levels | {"来源": other.id, "nothing": "et-unknown"}
    assert api.post(EDIT, id=ids[target], name=name)["errcode"] == code
    assert listed(api) == {"等级": ["甲", "乙"], "来源": ["展会"]}


def test_deleting_takes_tags_and_groups(company: Company, api: Api, levels: dict[str, str]) -> None:
    other = company.add_tag_group("来源", ["展会"])
    company.take_events()
    assert api.post(DELETE, tag_id=[levels["甲"]], group_id=[other.id])["errcode"] == 0
    assert listed(api) == {"等级": ["乙"]}
    assert told(company) == []


def test_a_tag_may_be_named_beside_its_group(api: Api, levels: dict[str, str]) -> None:
    assert api.post(DELETE, tag_id=[levels["甲"]], group_id=[levels["等级"]])["errcode"] == 0
    assert listed(api) == {}


@pytest.mark.parametrize(("body", "code"), [({}, 41017), ({"tag_id": ["et-unknown"]}, 40068)])
def test_deleting_refuses_and_changes_nothing(
    api: Api, levels: dict[str, str], body: dict[str, list[str]], code: int
) -> None:
    assert api.post(DELETE, **body)["errcode"] == code
    assert listed(api) == {"等级": ["甲", "乙"]}


def test_apps_can_be_kept_to_their_own_tags(company: Company, api: Api, levels: dict[str, str]) -> None:
    company.switches.own_tags_only = True
    own = api.post(ADD, group_name="新", tag=[{"name": "一"}])["tag_group"]["tag"][0]["id"]
    assert api.post(EDIT, id=levels["甲"], name="丁")["errcode"] == 301002
    assert api.post(DELETE, group_id=[levels["等级"]])["errcode"] == 301002
    assert api.post(EDIT, id=own, name="丁")["errcode"] == 0
    assert listed(api) == {"等级": ["甲", "乙"], "新": ["丁"]}


def test_marking_sets_and_takes_several_of_one_group(company: Company, api: Api, levels: dict[str, str]) -> None:
    external = company.befriend("lina")
    company.tag_follow("lina", external, [levels["甲"]])
    company.take_events()
    body = {"userid": "lina", "external_userid": external, "add_tag": [levels["乙"]], "remove_tag": [levels["甲"]]}
    assert api.post(MARK, **body) == {"errcode": 0, "errmsg": "ok"}
    assert api.post(MARK, **body)["errcode"] == 0
    assert company.truth()["follows"]["lina", external]["tags"] == [levels["乙"]]
    assert told(company) == []


def test_a_deleted_tag_may_be_taken_off_and_not_put_on(company: Company, api: Api, levels: dict[str, str]) -> None:
    external = company.befriend("lina")
    company.delete_tag(levels["甲"])
    pair = {"userid": "lina", "external_userid": external}
    assert api.post(MARK, **pair, remove_tag=[levels["甲"]])["errcode"] == 0
    assert api.post(MARK, **pair, add_tag=[levels["甲"]])["errcode"] == 40068


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({}, 40068),
        ({"add_tag": ["et-unknown"]}, 40068),
        ({"remove_tag": ["et-unknown"]}, 40068),
        ({"userid": "bob", "add_tag": ["甲"]}, 84061),
        ({"external_userid": "wm-unknown", "add_tag": ["甲"]}, 40096),
        ({"userid": "nobody", "add_tag": ["甲"]}, 40003),
    ],
)
def test_marking_refuses_and_changes_nothing(
    company: Company, api: Api, levels: dict[str, str], fields: dict[str, Any], code: int
) -> None:
    external = company.befriend("lina")
    body = {"userid": "lina", "external_userid": external} | fields
    assert api.post(MARK, **{k: [levels["甲"]] if v == ["甲"] else v for k, v in body.items()})["errcode"] == code
    assert company.truth()["follows"]["lina", external]["tags"] == []


def test_one_employee_puts_three_thousand_tags_on_a_customer_at_most(company: Company, api: Api) -> None:
    names = [f"标签{number}" for number in range(3001)]
    tags = [tag.id for tag in company.tags_of(company.add_tag_group("很多", names).id)]
    pair = {"userid": "lina", "external_userid": company.befriend("lina")}
    assert api.post(MARK, **pair, add_tag=tags[:3000])["errcode"] == 0
    assert api.post(MARK, **pair, add_tag=tags[3000:])["errcode"] == 40126
    assert api.post(MARK, **pair, add_tag=tags[3000:], remove_tag=tags[:1])["errcode"] == 0
