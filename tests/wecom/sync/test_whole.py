"""A first sync brings everything, and the next one finds it the same."""

from tests.wecom import comparing
from tests.wecom.sandboxed import Sandboxed
from wecom.models import SyncRun


def furnish(box: Sandboxed) -> None:
    """A small company with something of everything."""
    company = box.company
    sales = company.add_department("销售部", order=5)
    west = company.add_department("西区", parentid=sales)
    company.hire("lina", "林娜", [sales], leads=[sales], position="经理")
    company.hire("wangwu", "王五", [sales, west])
    company.hire("zhaoliu", "赵六", [west])
    group = company.add_tag_group("等级", ["A", "B"])
    tags = [tag.id for tag in company.tags.values() if tag.group_id == group.id]
    for n in range(7):
        who = company.befriend("lina", f"wmCust{n}", name=f"客户{n}", add_way=1, state="expo")
        company.edit_follow("lina", who, remark=f"备注{n}", description="询价", mobiles=[f"1380000000{n}"])
        company.tag_follow("lina", who, tags[: n % 3])
        company.advance(60)
    company.befriend("wangwu", "wmCust0", add_way=10)
    company.put_personal_tag("wangwu", "wmCust0", "网球")
    chat = company.open_chat("lina", ["wangwu", "wmCust1", "wmCust2"], name="一群")
    company.advance(5)
    company.leave(chat, "wmCust2")
    company.open_chat("wangwu", ["wmStranger"], notice="公告") if "wmStranger" in company.people else None


def test_a_first_sync_brings_what_is_there(box: Sandboxed) -> None:
    furnish(box)
    runs = box.sync()
    assert [run.state for run in runs] == [SyncRun.State.DONE] * 4, [run.last_error for run in runs]
    truth = box.company.truth()
    assert comparing.departments(box.corp) == truth["departments"]
    assert comparing.employees(box.corp) == comparing.true_employees(truth)
    assert comparing.catalogue(box.corp) == comparing.true_catalogue(truth)
    assert comparing.people(box.corp) == truth["people"]
    assert comparing.chats(box.corp) == comparing.true_chats(truth)
    mirror = comparing.relations(box.corp)
    assert mirror.keys() == truth["follows"].keys()
    for pair, row in mirror.items():
        theirs = truth["follows"][pair]
        assert row["status"] == "ACTIVE"
        # The listing doesn't tell personal tags (page 96316).
        names = theirs.keys() - {"status", "episodes", "personal_tags"}
        assert {name: row[name] for name in names} == {name: theirs[name] for name in names}
        assert [episode[:2] for episode in row["episodes"]] == [e[:2] for e in theirs["episodes"]]
