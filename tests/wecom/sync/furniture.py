"""A small company with something of everything, and whether the mirror shows it."""

from typing import Any

from tests.wecom import comparing
from tests.wecom.sandboxed import Sandboxed

CUSTOMERS = 12


def furnish(box: Sandboxed) -> None:
    company = box.company
    sales = company.add_department("销售部", order=5)
    west = company.add_department("西区", parentid=sales)
    company.hire("lina", "林娜", [sales], leads=[sales], position="经理")
    company.hire("wangwu", "王五", [sales, west])
    company.hire("zhaoliu", "赵六", [west])
    group = company.add_tag_group("等级", ["A", "B"])
    tags = [tag.id for tag in company.tags.values() if tag.group_id == group.id]
    for n in range(CUSTOMERS):
        who = company.befriend("lina", f"wmCust{n:02}", name=f"客户{n}", add_way=1, state="expo")
        company.edit_follow("lina", who, remark=f"备注{n}", description="询价", mobiles=[f"138000000{n:02}"])
        company.tag_follow("lina", who, tags[: n % 3])
        company.advance(60)
    company.befriend("wangwu", "wmCust00", add_way=10)
    for n in range(3):
        company.befriend("zhaoliu", f"wmWest{n}")
    company.open_chat("lina", ["wangwu", "wmCust01", "wmCust02"], name="一群")
    company.open_chat("zhaoliu", ["wmWest0"], notice="公告")
    company.take_events()


def assert_mirrored(box: Sandboxed) -> None:
    """Everything is here as it is there; personal tags aside, which no listing tells (page 96316)."""
    truth = box.company.truth()
    assert comparing.departments(box.corp) == truth["departments"]
    assert comparing.employees(box.corp) == comparing.true_employees(truth)
    assert comparing.catalogue(box.corp) == comparing.true_catalogue(truth)
    assert comparing.people(box.corp) == truth["people"]
    assert comparing.chats(box.corp) == comparing.true_chats(truth)
    mirror = comparing.relations(box.corp)
    assert mirror.keys() == truth["follows"].keys()
    for pair, row in mirror.items():
        assert_pair(row, truth["follows"][pair])


def assert_pair(row: dict[str, Any], theirs: dict[str, Any]) -> None:
    names = theirs.keys() - {"status", "episodes", "personal_tags"}
    assert {name: row[name] for name in names} == {name: theirs[name] for name in names}
    # When one ended that no callback told of is not known; whether it has is.
    assert [(e[0], e[1] is None) for e in row["episodes"]] == [(e[0], e[1] is None) for e in theirs["episodes"]]
